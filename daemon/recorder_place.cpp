#include "daemon/recorder_place.hpp"

#include <algorithm>

#include "base/environment.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace paperround::daemon {

namespace {

constexpr std::uint64_t longest_id = 64;
constexpr std::size_t digits = 32;

// Nothing else than an id becomes one.
std::string boot_id_of(std::string_view text) {
    std::string id(trim(text));
    std::erase(id, '-');
    const bool sound = id.size() == digits && id.find_first_not_of("0123456789abcdef") == std::string::npos;
    return sound ? id : "";
}

std::string boot_id() {
    std::string id = boot_id_of(environment("PAPERROUND_BOOT_ID").value_or(""));
    if (!id.empty()) return id;
    const auto file = read_file("/proc/sys/kernel/random/boot_id", longest_id);
    return file ? boot_id_of(*file) : "";
}

}  // namespace

pipeline::RecorderPlace recorder_place(const std::filesystem::path& data_dir) {
    // A unit may have several folders; the first one is ours.
    const std::string folders = environment("RUNTIME_DIRECTORY").value_or("");
    const std::string first = folders.substr(0, folders.find(':'));
    return {.folder = first.empty() ? data_dir : std::filesystem::path(first), .boot = boot_id()};
}

}  // namespace paperround::daemon
