#include "queue/ledger/recall.hpp"

namespace paperround::queue {

void Recall::add(std::span<const std::int64_t> delivery_ids) {
    if (delivery_ids.empty()) return;
    const Lock lock(mutex_);
    ids_.insert(delivery_ids.begin(), delivery_ids.end());
    empty_ = false;
}

void Recall::forget(std::int64_t delivery_id) {
    if (empty_) return;
    const Lock lock(mutex_);
    ids_.erase(delivery_id);
    empty_ = ids_.empty();
}

bool Recall::contains(std::int64_t delivery_id) const {
    if (empty_) return false;
    const Lock lock(mutex_);
    return ids_.contains(delivery_id);
}

}  // namespace paperround::queue
