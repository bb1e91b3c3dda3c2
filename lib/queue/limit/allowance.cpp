#include "queue/limit/allowance.hpp"

#include <algorithm>

namespace paperround::queue {

std::size_t Allowance::room(const Shelf& shelf) const {
    return shelf.provider == Shelf::no_provider ? shelf.room
                                                : std::min(shelf.room, providers[shelf.provider].room);
}

void Allowance::take(Shelf& shelf, std::size_t count) {
    if (shelf.room != Throttle::no_limit) shelf.room -= count;
    if (shelf.provider == Shelf::no_provider) return;
    if (std::size_t& shared = providers[shelf.provider].room; shared != Throttle::no_limit) shared -= count;
}

std::int64_t Allowance::provider_of(const Shelf& shelf) const {
    return shelf.provider == Shelf::no_provider ? 0 : providers[shelf.provider].id;
}

}  // namespace paperround::queue
