#include "support/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <random>
#include <stdexcept>

#include "support/places.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

namespace paperround::test {

namespace {

std::filesystem::path temporary_file() {
    std::string pattern = (std::filesystem::temp_directory_path() / "paperround-process-XXXXXX").string();
    const int fd = ::mkstemp(pattern.data());
    if (fd < 0) throw std::runtime_error("mkstemp failed for " + pattern);
    ::close(fd);
    return pattern;
}

void redirect(const std::filesystem::path& file, int flags, int target) {
    const int fd = ::open(file.c_str(), flags);
    if (fd < 0 || ::dup2(fd, target) < 0) ::_exit(126);
    ::close(fd);
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const std::string& input,
                 const std::map<std::string, std::string>& environment)
    : output_(temporary_file()), errors_(temporary_file()) {
    const auto input_file = temporary_file();
    if (::truncate(input_file.c_str(), 0) == 0 && !input.empty()) {
        const int fd = ::open(input_file.c_str(), O_WRONLY);
        const ssize_t written = ::write(fd, input.data(), input.size());
        ::close(fd);
        if (written != static_cast<ssize_t>(input.size())) throw std::runtime_error("cannot write the input");
    }
    std::vector<char*> arguments;
    for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) {
        redirect(input_file, O_RDONLY, 0);
        redirect(output_, O_WRONLY | O_TRUNC, 1);
        redirect(errors_, O_WRONLY | O_TRUNC, 2);
        for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    input_ = input_file;
}

Process::~Process() {
    if (running()) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove(output_, ignored);
    std::filesystem::remove(errors_, ignored);
    std::filesystem::remove(input_, ignored);
}

void Process::signal(int number) const {
    ::kill(pid_, number);
}

bool Process::running() {
    if (status_) return false;
    int raw = 0;
    if (::waitpid(pid_, &raw, WNOHANG) == pid_) {
        status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    }
    return !status_;
}

std::optional<int> Process::wait(std::chrono::milliseconds deadline) {
    if (!eventually([this] { return !running(); }, deadline)) return std::nullopt;
    return status_;
}

std::string Process::output() const {
    return slurp(output_);
}
std::string Process::errors() const {
    return slurp(errors_);
}

Finished run(const std::vector<std::string>& argv, const std::string& input,
             std::chrono::milliseconds deadline) {
    Process process(argv, input);
    const auto status = process.wait(deadline);
    if (!status)
        throw std::runtime_error(argv.front() + " did not end: " + process.output() + process.errors());
    return {*status, process.output(), process.errors()};
}

std::size_t count_of(std::string_view text, std::string_view output) {
    std::size_t found = 0;
    for (auto at = output.find(text); at != std::string_view::npos; at = output.find(text, at + text.size()))
        ++found;
    return found;
}

namespace {
sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}
}  // namespace

namespace {
// Below Linux's ephemeral ports, so no outgoing connection takes it meanwhile.
constexpr std::uint16_t first_port = 10'000;
constexpr std::uint16_t last_port = 32'000;

// Reserved until this process ends, by an abstract socket of that name, since other tests run at the same
// time.
bool reserved(std::uint16_t port) {
    const std::string name = "paperround-test-port-" + std::to_string(port);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path + 1);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) == 0) return true;
    ::close(fd);
    return false;
}

bool can_be_bound(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return bound;
}
}  // namespace

std::uint16_t free_port() {
    std::random_device random;
    std::uniform_int_distribution<std::uint16_t> ports(first_port, last_port);
    for (int attempt = 0; attempt < 1000; ++attempt) {
        const std::uint16_t port = ports(random);
        if (reserved(port) && can_be_bound(port)) return port;
    }
    throw std::runtime_error("no free port");
}

bool listening(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return connected;
}

std::string server_script(const std::string& name) {
    return test::source_folder() + "/tests/support/servers/" + name;
}

}  // namespace paperround::test
