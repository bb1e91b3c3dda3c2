// A flag that wakes threads out of their waits: a stop triggers it, and who waits for a socket polls its
// descriptor beside it. Once triggered it stays so. Thread-safe; must outlive those that watch it.
#pragma once

#include "base/file.hpp"

namespace paperround {

class Interrupt {
  public:
    Interrupt();  // throws std::system_error when the process has no descriptors left

    void trigger() const noexcept;
    [[nodiscard]] bool triggered() const noexcept;
    // Readable (POLLIN) from the trigger on.
    [[nodiscard]] int descriptor() const { return event_.get(); }

  private:
    Descriptor event_;
};

}  // namespace paperround
