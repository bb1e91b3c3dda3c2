#include "queue/relay/session_breaks.hpp"

namespace paperround::queue {

bool SessionBreaks::by_chance(std::uint64_t served, Duration ago, bool others_open) {
    constexpr unsigned chance_in_a_row = 2;
    in_a_row_ = breaks_ > 0 && served == served_before_ ? in_a_row_ + 1 : 1;
    served_before_ = served;

    const std::uint64_t now = served + breaks_;
    std::uint64_t& oldest = last_[breaks_ % few];
    const bool many = breaks_ >= few && now - oldest < window;
    oldest = now;
    ++breaks_;
    return ago < lately && !many && in_a_row_ <= (others_open ? chance_in_a_row : 1U);
}

}  // namespace paperround::queue
