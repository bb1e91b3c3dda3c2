// Files as values. Reading has a size limit; writing is atomic (a temporary file, fsync, rename).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround {

struct FileError {
    enum class Code { not_found, not_readable, too_large, not_writable };
    Code code;
    std::string message;  // one line that names the path and the system's reason
};

[[nodiscard]] Result<std::string, FileError> read_file(const std::filesystem::path& path,
                                                       std::uint64_t limit);
[[nodiscard]] Result<void, FileError> write_file_atomically(const std::filesystem::path& path,
                                                            std::string_view content, unsigned mode = 0644);

// The first `limit` octets that an open descriptor, of whatever kind, still has. Waits for them. `name` is for the error.
[[nodiscard]] Result<std::string, FileError> read_beginning(int descriptor, std::uint64_t limit,
                                                            std::string_view name);

// Owns an open file descriptor and closes it.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool open() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

}  // namespace paperround
