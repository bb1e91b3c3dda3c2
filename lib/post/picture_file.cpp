#include "post/picture_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/file.hpp"

namespace paperround::post {

namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::size_t head_octets = 8;

std::string_view type_of(std::string_view head) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kinds{{
        {"\x89PNG\r\n\x1A\n"sv, "image/png"},
        {"\xFF\xD8\xFF"sv, "image/jpeg"},
        {"GIF87a"sv, "image/gif"},
        {"GIF89a"sv, "image/gif"},
    }};
    for (const auto& [mark, type] : kinds) {
        if (head.starts_with(mark)) return type;
    }
    return {};
}

bool is_below(const fs::path& folder, const fs::path& file) {
    return std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

std::string read_up_to(int file, std::size_t limit) {
    std::string octets(limit, '\0');
    std::size_t filled = 0;
    while (filled < limit) {
        const ssize_t got = ::read(file, octets.data() + filled, limit - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        filled += static_cast<std::size_t>(got);
    }
    octets.resize(filled);
    return octets;
}

std::string too_large(std::size_t size) {
    return fmt::format("has {} KiB, and at most {} are sent with a mail", (size + 1023) / 1024,
                       largest_picture / 1024);
}

Result<PictureFile, std::string> open_picture(const fs::path& folder, std::string_view path, bool whole) {
    std::error_code problem;
    const fs::path root = fs::canonical(folder, problem);
    const fs::path real = problem ? fs::path() : fs::canonical(root / fs::path(path), problem);
    if (problem == std::errc::no_such_file_or_directory || problem == std::errc::not_a_directory)
        return failure("is not there");
    if (problem) return failure("cannot be read: " + problem.message());
    if (!is_below(root, real)) return failure("lies outside of the source's folder");
    // Not blocking: a pipe of such a name would be waited for.
    const Descriptor file(::open(real.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.open())
        return failure("cannot be read: " + std::error_code(errno, std::generic_category()).message());
    struct stat found {};
    if (::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode)) return failure("is no plain file");
    const auto size = static_cast<std::size_t>(found.st_size);
    PictureFile picture{.name = fs::path(path).filename().string(), .type = {}, .size = size, .octets = {}};
    picture.octets = read_up_to(file.get(), whole ? largest_picture + 1 : head_octets);
    picture.type = type_of(picture.octets);
    if (picture.type.empty()) return failure("is no PNG, JPEG or GIF");
    if (std::max(size, picture.octets.size()) > largest_picture)
        return failure(too_large(std::max(size, picture.octets.size())));
    if (whole) picture.size = picture.octets.size();
    return picture;
}

}  // namespace

Result<PictureFile, std::string> read_picture(const fs::path& folder, std::string_view path) {
    return open_picture(folder, path, true);
}

Result<PictureFile, std::string> look_at_picture(const fs::path& folder, std::string_view path) {
    auto picture = open_picture(folder, path, false);
    if (picture) picture->octets.clear();
    return picture;
}

std::string PictureAllowance::refusal_of(std::size_t size) {
    if (pictures_ == most_pictures) return fmt::format("is one of more than {} pictures", most_pictures);
    if (octets_ + size > largest_pictures_together) {
        return fmt::format("would make the mail's pictures larger than {} KiB together",
                           largest_pictures_together / 1024);
    }
    octets_ += size;
    ++pictures_;
    return {};
}

}  // namespace paperround::post
