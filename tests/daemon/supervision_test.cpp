#include "daemon/supervision.hpp"

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>

#include "base/file.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace std::chrono_literals;

namespace {

// Restores this thread's signal mask at the end.
class SignalsAsBefore {
  public:
    SignalsAsBefore() { pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
    ~SignalsAsBefore() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsAsBefore(const SignalsAsBefore&) = delete;
    SignalsAsBefore& operator=(const SignalsAsBefore&) = delete;

  private:
    sigset_t before_{};
};

// A service manager that only reads when told to.
class Manager {
  public:
    Manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        const auto name = (dir_ / "notify").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    ~Manager() { ::unsetenv("NOTIFY_SOCKET"); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    // The next message; empty if there is none.
    [[nodiscard]] std::string read() const {
        char message[4096];
        const ssize_t length = ::recv(socket_.get(), message, sizeof message, 0);
        return length < 0 ? "" : std::string(message, static_cast<std::size_t>(length));
    }

  private:
    test::TempDir dir_;
    Descriptor socket_;
};

}  // namespace

TEST_CASE("a SIGHUP that comes before anybody waits for signals is a reload later, and no end") {
    const SignalsAsBefore restored;
    daemon::keep_reloads();
    ::raise(SIGHUP);
    CHECK(daemon::Signals().wait(0s) == daemon::Signal::reload);
}

TEST_CASE("a signal at which others open their logs anew ends nothing") {
    const SignalsAsBefore restored;
    for (const int number : {SIGUSR1, SIGUSR2}) {
        std::signal(number, SIG_DFL);  // the parent process may ignore them
        const daemon::Signals signals;
        CHECK(std::signal(number, SIG_DFL) == SIG_IGN);
    }
}

TEST_CASE("a limit on the size of files fails a write and ends nothing") {
    const SignalsAsBefore restored;
    const daemon::Signals signals;
    CHECK(::raise(SIGXFSZ) == 0);
}

TEST_CASE("a service manager gets what it is told") {
    const Manager manager;
    daemon::notify_ready("2 newsletters");
    daemon::notify_reloading();
    daemon::notify_stopping();
    CHECK(manager.read() == "READY=1\nSTATUS=2 newsletters");
    CHECK(manager.read() == "RELOADING=1");
    CHECK(manager.read() == "STOPPING=1\nSTATUS=finishing open transactions");
}

TEST_CASE("a service manager that reads nothing is not waited for") {
    const Manager manager;
    for (int i = 0; i < 5000; ++i) daemon::notify_ready("it goes on");
    CHECK_FALSE(manager.read().empty());
}
