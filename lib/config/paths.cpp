#include <fmt/format.h>

#include "base/environment.hpp"
#include "config/values.hpp"

namespace paperround::config {

namespace {

namespace fs = std::filesystem;

// The reason in words; empty if the path exists and is of the wanted type.
std::string missing(const fs::path& path, fs::file_type wanted) {
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    const std::string shown = in_quotes(path.string(), 300);
    if (type == fs::file_type::not_found) return fmt::format("there is no {}", shown);
    if (type == fs::file_type::none || type == fs::file_type::unknown) {
        return fmt::format("cannot look at {}: {}", shown, error.message());
    }
    if (wanted == fs::file_type::directory && type != wanted) return fmt::format("{} is not a folder", shown);
    if (wanted == fs::file_type::regular && type == fs::file_type::directory) {
        return fmt::format("{} is a folder, not a file", shown);
    }
    return {};
}

// While a disk is not mounted its mount point is missing, or is an empty folder.
bool may_be_mounted_later(const fs::path& path) {
    std::error_code unknown;
    if (fs::status(path, unknown).type() != fs::file_type::not_found) return false;
    const fs::path folder = path.parent_path();
    return !fs::exists(folder, unknown) || (fs::is_empty(folder, unknown) && !unknown);
}

Value<fs::path> read_existing(const Node& node, const fs::path& folder, fs::file_type wanted) {
    auto path = read_path(node, folder);
    if (!path) return path;
    if (std::string reason = missing(*path, wanted); !reason.empty()) {
        return failure(Complaint{std::move(reason), {}, may_be_mounted_later(*path)});
    }
    return path;
}

}  // namespace

Value<fs::path> read_path(const Node& node, const fs::path& folder) {
    const auto text = read_text(node, "a path");
    if (!text) return failure(text.error());
    return (folder / *text).lexically_normal();
}

Value<fs::path> read_existing_file(const Node& node, const fs::path& folder) {
    return read_existing(node, folder, fs::file_type::regular);
}

Value<fs::path> read_existing_folder(const Node& node, const fs::path& folder) {
    return read_existing(node, folder, fs::file_type::directory);
}

Value<fs::path> read_mounted_folder(const Node& node, const fs::path& folder) {
    auto found = read_existing_folder(node, folder);
    if (found) return found;
    const auto path = read_path(node, folder);
    std::error_code unknown;
    found.error().passing = path && fs::status(*path, unknown).type() == fs::file_type::not_found;
    return found;
}

Value<fs::path> read_secret_file(const Node& node, const fs::path& folder) {
    if (const auto credentials = environment("CREDENTIALS_DIRECTORY")) {
        if (auto found = read_existing_file(node, *credentials)) return found;
    }
    return read_existing_file(node, folder);
}

}  // namespace paperround::config
