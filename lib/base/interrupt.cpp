#include "base/interrupt.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>

namespace paperround {

Interrupt::Interrupt() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_.open()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Interrupt::trigger() const noexcept {
    // write() fails only if the counter is full, and then the flag is already triggered.
    [[maybe_unused]] const int result = ::eventfd_write(event_.get(), 1);
}

bool Interrupt::triggered() const noexcept {
    pollfd waiting{event_.get(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
}

}  // namespace paperround
