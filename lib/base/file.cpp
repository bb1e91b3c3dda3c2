#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace paperround {

namespace {

FileError error(FileError::Code code, const std::filesystem::path& path, std::string_view doing, int reason) {
    return {code, fmt::format("{}: cannot {}: {}", path.string(), doing, std::strerror(reason))};
}

// Waits for data from the writer of a pipe; false once the wait is over.
bool has_more(int fd) {
    constexpr int patience_ms = 5000;
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, patience_ms) > 0;
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Makes a rename survive a power cut. Some file systems cannot sync a folder; the content is safe anyway.
void sync_folder_of(const std::filesystem::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.open()) ::fsync(descriptor.get());
}

}  // namespace

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Result<std::string, FileError> read_file(const std::filesystem::path& path, std::uint64_t limit) {
    // O_NONBLOCK: opening a pipe without a writer would block, and the daemon must react to signals.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.open()) {
        const auto code = errno == ENOENT ? FileError::Code::not_found : FileError::Code::not_readable;
        return failure(error(code, path, "open", errno));
    }
    std::string content;
    // Appending alone would reserve up to twice the size. The size is only a hint, since the file may grow.
    std::error_code unknown;
    const auto size = std::filesystem::file_size(path, unknown);
    if (!unknown && size <= limit) content.reserve(size);
    char buffer[65536];
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN && has_more(file.get())) continue;
        if (got < 0) return failure(error(FileError::Code::not_readable, path, "read", errno));
        if (got == 0) return content;
        content.append(buffer, static_cast<std::size_t>(got));
        if (content.size() > limit) {
            return failure(
                FileError{FileError::Code::too_large,
                          fmt::format("{}: larger than the limit of {} octets", path.string(), limit)});
        }
    }
}

Result<std::string, FileError> read_beginning(int descriptor, std::uint64_t limit, std::string_view name) {
    std::string content;
    char buffer[65536];
    while (content.size() < limit) {
        const auto wanted = std::min<std::uint64_t>(sizeof buffer, limit - content.size());
        const ssize_t got = ::read(descriptor, buffer, static_cast<std::size_t>(wanted));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN && has_more(descriptor)) continue;
        if (got < 0) return failure(error(FileError::Code::not_readable, name, "read", errno));
        if (got == 0) break;
        content.append(buffer, static_cast<std::size_t>(got));
    }
    return content;
}

Result<void, FileError> write_file_atomically(const std::filesystem::path& path, std::string_view content,
                                              unsigned mode) {
    // A random name: nobody can predict it and put a symbolic link there.
    const std::filesystem::path temporary =
        path.string() + fmt::format(".{}.tmp", hex(SystemRandom().bytes(8)));
    {
        const Descriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
        if (!file.open()) return failure(error(FileError::Code::not_writable, temporary, "create", errno));
        if (!write_all(file.get(), content) || ::fsync(file.get()) != 0) {
            const int reason = errno;
            ::unlink(temporary.c_str());
            return failure(error(FileError::Code::not_writable, temporary, "write", reason));
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(temporary.c_str());
        return failure(error(FileError::Code::not_writable, path, "replace", reason));
    }
    sync_folder_of(path);
    return {};
}

}  // namespace paperround
