// How much work foreign content may cause. Work is counted and not timed, so the same content gets the same
// answer on every machine. A stop interrupts the work too. Used by one thread at a time.
//
// A loop over foreign content calls spend() as it goes and ends when that returns false; its result is
// incomplete then. The outermost function calls end() and refuses the content.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stop_token>
#include <utility>

namespace paperround {

class WorkBudget {
  public:
    enum class End { none, exhausted, interrupted };

    // One unit is about ten nanoseconds of work.
    explicit WorkBudget(std::size_t units, std::stop_token stop = {})
        : left_(units), stop_(std::move(stop)) {}

    // False once the budget is used up or a stop is requested, and from then on.
    [[nodiscard]] bool spend(std::size_t units = 1) {
        if (units >= slice_) return spend_beyond_slice(units);
        slice_ -= units;
        return true;
    }
    [[nodiscard]] End end() const { return end_; }

  private:
    static constexpr std::size_t slice_size =
        50'000;  // units between two checks for a stop: about a millisecond

    bool spend_beyond_slice(std::size_t units) {
        if (end_ != End::none) return false;
        const std::size_t left = left_ + slice_;
        slice_ = left_ = 0;
        if (stop_.stop_requested()) return end_ = End::interrupted, false;
        if (units > left) return end_ = End::exhausted, false;
        slice_ = std::min(left - units, slice_size);
        left_ = left - units - slice_;
        return true;
    }

    std::size_t slice_ = 0;  // units that may be spent before the next check
    std::size_t left_;
    End end_ = End::none;
    std::stop_token stop_;
};

}  // namespace paperround
