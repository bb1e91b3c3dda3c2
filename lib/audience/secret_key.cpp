#include "audience/secret_key.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/encoding.hpp"
#include "base/file.hpp"

namespace paperround::audience {

namespace {

using Code = SecretKeyError::Code;
constexpr std::size_t key_size = 32;

Failure<SecretKeyError> refuse(Code code, const std::filesystem::path& path, std::string_view what) {
    return failure(SecretKeyError{code, fmt::format("{}: {}", path.string(), what)});
}

std::string way_out(const std::filesystem::path& path) {
    return fmt::format(
        "restore it from a backup. Where there is none, the links in mails already sent are lost; a new key: "
        "(umask 077; head -c {} /dev/urandom > {}), which the daemon's user has to own",
        key_size, path.string());
}

Result<void, SecretKeyError> check_file(const std::filesystem::path& path, const Descriptor& file) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return refuse(Code::not_readable, path, "not a regular file");
    }
    if ((status.st_mode & 077U) != 0) {
        return refuse(Code::exposed, path,
                      fmt::format("others may read the secret key (mode {:04o}); run chmod 600 on it",
                                  status.st_mode & 07777U));
    }
    return {};
}

Result<std::string, SecretKeyError> load(const std::filesystem::path& path, const Descriptor& file) {
    if (auto checked = check_file(path, file); !checked) return failure(checked.error());
    std::string key(key_size + 1, '\0');
    const ssize_t got = ::read(file.get(), key.data(), key.size());
    if (got < 0) return refuse(Code::not_readable, path, std::strerror(errno));
    if (got != static_cast<ssize_t>(key_size)) {
        return refuse(
            Code::damaged, path,
            fmt::format("expected {} octets, found {}; {}", key_size,
                        got > static_cast<ssize_t>(key_size) ? "more" : std::to_string(got), way_out(path)));
    }
    key.resize(key_size);
    return key;
}

void sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.open()) ::fsync(opened.get());
}

// Writes the whole key beside its place and links it there: link() fails where a file exists already, so
// whoever comes second reads the first one's key, and nobody ever sees half a key.
Result<void, SecretKeyError> create(const std::filesystem::path& path, Random& random) {
    const std::filesystem::path temporary = fmt::format("{}.{}.tmp", path.string(), hex(random.bytes(8)));
    const auto fail = [&](int reason) {
        ::unlink(temporary.c_str());
        return refuse(Code::not_writable, path, fmt::format("cannot create: {}", std::strerror(reason)));
    };
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.open()) return fail(errno);
    const std::string key = random.bytes(key_size);
    if (::write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) return fail(errno);
    if (::fsync(file.get()) != 0) return fail(errno);
    if (::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) return fail(errno);
    ::unlink(temporary.c_str());
    sync_folder(path.parent_path());
    return {};
}

}  // namespace

SecretKeyError lost_secret_key(const std::filesystem::path& path) {
    return {SecretKeyError::Code::lost, fmt::format("{}: it is gone; {}", path.string(), way_out(path))};
}

Result<std::string, SecretKeyError> load_or_create_secret_key(const std::filesystem::path& data_dir,
                                                              Random& random) {
    const std::filesystem::path path = data_dir / "secret.key";
    const auto open = [&] { return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); };
    Descriptor file = open();
    if (!file.open() && errno == ENOENT) {
        if (auto created = create(path, random); !created) return failure(created.error());
        file = open();
    }
    if (!file.open())
        return refuse(Code::not_readable, path, fmt::format("cannot open: {}", std::strerror(errno)));
    return load(path, file);
}

}  // namespace paperround::audience
