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

std::filesystem::path old_keys_file(const std::filesystem::path& data_dir) {
    return data_dir / "secret.key.old";
}

// The oldest first. A part of a key at the end is of a write that was cut short: that key is still the present one.
Result<std::vector<std::string>, SecretKeyError> read_old(const std::filesystem::path& path,
                                                          const Descriptor& file) {
    if (auto checked = check_file(path, file); !checked) return failure(checked.error());
    std::string octets((most_old_keys + 1) * key_size, '\0');
    const ssize_t got = ::pread(file.get(), octets.data(), octets.size(), 0);
    if (got < 0) return refuse(Code::not_readable, path, std::strerror(errno));
    octets.resize(static_cast<std::size_t>(got));
    std::vector<std::string> keys;
    for (std::size_t at = 0; at + key_size <= octets.size(); at += key_size)
        keys.push_back(octets.substr(at, key_size));
    if (keys.size() > most_old_keys)
        return refuse(Code::damaged, path, fmt::format("more than {} keys", most_old_keys));
    return keys;
}

Result<void, SecretKeyError> append(const std::filesystem::path& path, const Descriptor& file,
                                    std::size_t keys, const std::string& key) {
    const auto size = static_cast<off_t>(keys * key_size);
    const bool written =
        ::ftruncate(file.get(), size) == 0 &&
        ::pwrite(file.get(), key.data(), key.size(), size) == static_cast<ssize_t>(key.size()) &&
        ::fsync(file.get()) == 0;
    if (!written) return refuse(Code::not_writable, path, std::strerror(errno));
    sync_folder(path.parent_path());
    return {};
}

Result<void, SecretKeyError> put_in_place(const std::filesystem::path& path, const std::string& key,
                                          Random& random) {
    const std::filesystem::path temporary = fmt::format("{}.{}.tmp", path.string(), hex(random.bytes(8)));
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const bool written = file.open() &&
                         ::write(file.get(), key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                         ::fsync(file.get()) == 0 && ::rename(temporary.c_str(), path.c_str()) == 0;
    if (written) {
        sync_folder(path.parent_path());
        return {};
    }
    const int reason = errno;
    ::unlink(temporary.c_str());
    return refuse(Code::not_writable, path, fmt::format("cannot be replaced: {}", std::strerror(reason)));
}

// The new key's file belongs to whom the old one belonged: root may rotate the daemon's.
void keep_owner(const std::filesystem::path& path, const struct stat& before) {
    const int failed = ::chown(path.c_str(), before.st_uid, before.st_gid);
    static_cast<void>(failed);  // whoever is not root has made a file of his own anyway
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

Result<std::vector<std::string>, SecretKeyError> load_old_secret_keys(const std::filesystem::path& data_dir) {
    const auto path = old_keys_file(data_dir);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() && errno == ENOENT) return std::vector<std::string>{};
    if (!file.open())
        return refuse(Code::not_readable, path, fmt::format("cannot open: {}", std::strerror(errno)));
    auto keys = read_old(path, file);
    if (keys) std::ranges::reverse(*keys);
    return keys;
}

Result<std::size_t, SecretKeyError> rotate_secret_key(const std::filesystem::path& data_dir, Random& random) {
    const auto path = data_dir / "secret.key";
    const auto old_path = old_keys_file(data_dir);
    const Descriptor old(::open(old_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!old.open() || ::flock(old.get(), LOCK_EX) != 0)
        return refuse(Code::not_writable, old_path, fmt::format("cannot open: {}", std::strerror(errno)));
    const Descriptor present(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!present.open()) return failure(lost_secret_key(path));
    struct stat before {};
    ::fstat(present.get(), &before);
    const auto key = load(path, present);
    if (!key) return failure(key.error());
    auto keys = read_old(old_path, old);
    if (!keys) return failure(keys.error());
    if (keys->empty() || keys->back() != *key) {
        if (keys->size() >= most_old_keys) {
            return refuse(
                Code::too_many, old_path,
                fmt::format("{} old keys are kept, and each still opens links in mails: remove the oldest "
                            "{} octets of the file to let its links go",
                            most_old_keys, key_size));
        }
        if (auto appended = append(old_path, old, keys->size(), *key); !appended)
            return failure(appended.error());
        keys->push_back(*key);
    }
    if (auto put = put_in_place(path, random.bytes(key_size), random); !put) return failure(put.error());
    keep_owner(path, before);
    keep_owner(old_path, before);
    return keys->size();
}

}  // namespace paperround::audience
