// Child processes and ports of real servers in tests. A Process is killed (SIGKILL) and reaped by its
// destructor.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::test {

class Process {
  public:
    // Output goes to files that output()/errors() read; `input` is given on stdin. argv[0] is looked up in
    // PATH.
    explicit Process(const std::vector<std::string>& argv, const std::string& input = {},
                     const std::map<std::string, std::string>& environment = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    [[nodiscard]] bool running();
    // The exit status (128 + signal after a signal); nothing if it still runs at the deadline.
    [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds deadline = std::chrono::seconds(120));
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;

  private:
    pid_t pid_ = -1;
    std::optional<int> status_;
    std::filesystem::path output_;
    std::filesystem::path errors_;
    std::filesystem::path input_;
};

struct Finished {
    int status = -1;
    std::string output;
    std::string errors;
};
// Runs to the end; throws if the deadline passes.
[[nodiscard]] Finished run(const std::vector<std::string>& argv, const std::string& input = {},
                           std::chrono::milliseconds deadline = std::chrono::seconds(120));

// How often a text occurs in an output.
[[nodiscard]] std::size_t count_of(std::string_view text, std::string_view output);

// A loopback TCP port on which nothing listens now.
[[nodiscard]] std::uint16_t free_port();
// True once something accepts connections on 127.0.0.1:port.
[[nodiscard]] bool listening(std::uint16_t port);

// Debian's interpreter, whose modules (aiosmtpd, …) the tests install.
inline const std::string python = "/usr/bin/python3";
// A script below tests/support/servers.
[[nodiscard]] std::string server_script(const std::string& name);

}  // namespace paperround::test
