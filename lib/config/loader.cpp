#include "config/loader.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "config/mapping.hpp"
#include "config/yaml_tree.hpp"

namespace paperround::config {

std::string Problem::to_line() const {
    std::string out = file.string();
    if (line > 0) out += fmt::format(":{}", line);
    if (!key.empty()) out += fmt::format(": {}", key);
    out += fmt::format(": {}", message);
    if (!suggestion.empty()) out += fmt::format(", did you mean \"{}\"?", suggestion);
    return out;
}

Result<Settings, std::vector<Problem>> load(const std::filesystem::path& file) {
    const auto content = read_file(file, largest_file);
    if (content) return parse(*content, file);
    std::string_view reason = content.error().message;
    const std::string named = file.string() + ": ";
    if (reason.starts_with(named)) reason.remove_prefix(named.size());
    return failure(std::vector<Problem>{{file, 0, {}, std::string(reason), {}}});
}

Result<Settings, std::vector<Problem>> parse(std::string_view yaml, const std::filesystem::path& file) {
    const auto tree = parse_tree(yaml);
    if (!tree) {
        return failure(std::vector<Problem>{{file, tree.error().line, {}, tree.error().message, {}}});
    }
    Report report(file);
    Settings settings = read_settings(*tree, std::filesystem::absolute(file).parent_path(), report);
    if (!report.empty()) return failure(report.take());
    settings.file = file;
    return settings;
}

}  // namespace paperround::config
