// A flag that wakes threads out of their waits: the end of a drain triggers it, every session's transport
// polls its descriptor beside the socket. Once triggered it stays so. Thread-safe; must outlive the sessions
// that watch it.
#pragma once

#include "base/file.hpp"

namespace paperround::smtp {

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

}  // namespace paperround::smtp
