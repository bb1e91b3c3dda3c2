// The deliveries that a courier holds but that must not be finished: the reader left, or the mailing was
// cancelled, after the claim. Couriers ask before they begin a transaction and again before its final dot.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <unordered_set>

#include "base/mutex.hpp"

namespace paperround::queue {

class Recall {
  public:
    void add(std::span<const std::int64_t> delivery_ids);
    // Once its outcome is recorded, a delivery's number may be used again.
    void forget(std::int64_t delivery_id);
    [[nodiscard]] bool contains(std::int64_t delivery_id) const;

  private:
    std::atomic<bool> empty_{true};  // the common case costs no lock
    mutable Mutex mutex_;
    std::unordered_set<std::int64_t> ids_ GUARDED_BY(mutex_);
};

}  // namespace paperround::queue
