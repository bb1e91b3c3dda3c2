// A flag that wakes threads out of their waits. A stop triggers it; a thread that waits for a socket polls
// this descriptor too. Once triggered it stays so. Thread-safe; must outlive the threads that watch it.
#pragma once

#include "base/file.hpp"

namespace paperround {

class Interrupt {
  public:
    Interrupt();  // throws std::system_error when the process has no descriptors left

    void trigger() const noexcept;
    [[nodiscard]] bool triggered() const noexcept;
    // Readable (POLLIN) once triggered.
    [[nodiscard]] int descriptor() const { return event_.get(); }

  private:
    Descriptor event_;
};

}  // namespace paperround
