#include "web/request_path.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::web {

namespace {

constexpr std::array<std::string_view, 5> capabilities{"u", "websub", "s", "c", "w"};

bool in_token(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_';
}

std::string_view without_authority(std::string_view path) {
    const auto scheme_end = path.find("://");
    if (scheme_end == std::string_view::npos) return path;
    const auto scheme = path.substr(0, scheme_end);
    if (!ascii_iequals(scheme, "http") && !ascii_iequals(scheme, "https")) return path;
    const auto slash = path.find('/', scheme_end + 3);
    return slash == std::string_view::npos ? "/" : path.substr(slash);
}

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments = split(path, '/');
    std::erase_if(segments, [](std::string_view segment) { return segment.empty(); });
    return segments;
}

// The token of a path segment, without what programs have appended: `>`, `=`, `.`, `&utm_source=…` and the
// like. Some proxies encode the path a second time, so it is decoded again.
std::string token_in(std::string_view segment) {
    std::string text(segment);
    if (text.find('%') != std::string::npos) {
        if (auto decoded = decode_percent(text, false)) text = std::move(*decoded);
    }
    const auto end = std::ranges::find_if_not(text, in_token);
    text.erase(end, text.end());
    return text;
}

// `/u/<token>`, if the path contains it.
std::optional<std::string> capability_in(const std::vector<std::string_view>& segments) {
    for (std::size_t i = segments.size(); i >= 2; --i) {
        const std::string_view name = segments[i - 2];
        if (std::ranges::find(capabilities, name) == capabilities.end()) continue;
        if (const std::string token = token_in(segments[i - 1]); !token.empty()) {
            return "/" + std::string(name) + "/" + token;
        }
    }
    return std::nullopt;
}

std::string joined(const std::vector<std::string_view>& segments) {
    std::string path;
    for (const std::string_view segment : segments) path.append("/").append(segment);
    return path.empty() ? "/" : path;
}

}  // namespace

std::string base_path_of(std::string_view public_url) {
    const std::string path = joined(segments_of(without_authority(public_url)));
    return path == "/" ? "" : path;
}

std::string routed_path(std::string_view path, std::string_view base_path) {
    const auto segments = segments_of(without_authority(path));
    if (auto capability = capability_in(segments)) return *capability;
    std::string plain = joined(segments);
    const bool below = !base_path.empty() && plain.starts_with(base_path);
    const std::string_view rest = below ? std::string_view(plain).substr(base_path.size()) : "";
    if (below && (rest.empty() || rest == "/healthz")) return rest.empty() ? "/" : std::string(rest);
    return plain;
}

}  // namespace paperround::web
