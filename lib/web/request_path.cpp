#include "web/request_path.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::web {

namespace {

constexpr std::array<std::string_view, 7> capabilities{"u", "websub", "s", "c", "w", "p", "a"};
constexpr std::string_view archive = "a";
constexpr std::string_view archive_feed = "feed";
constexpr std::string_view hook = "/hook/";
constexpr std::size_t most_digits = 18;  // fit into 64 bits

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

// The digits that a segment is, but for what programs have appended.
std::string number_in(std::string_view segment) {
    std::string token = token_in(segment);
    const bool digits = token.size() <= most_digits && std::ranges::all_of(token, is_ascii_digit);
    return digits ? token : std::string();
}

std::string file_in(std::string_view segment) {
    const auto end = std::ranges::find_if_not(segment, [](char c) { return in_token(c) || c == '.'; });
    return {segment.begin(), end};
}

// `/a/<newsletter>/<number>`, with a picture behind it or not, or `/a/<newsletter>/feed`, if the path ends so. A token
// is no number, so the link in a mail stays one where public_url ended in `/a` once.
std::optional<std::string> archived_in(const std::vector<std::string_view>& segments) {
    for (std::size_t behind = 2; behind <= 3 && behind < segments.size(); ++behind) {
        const std::size_t at = segments.size() - behind - 1;
        if (segments[at] != archive) continue;
        const std::string name = token_in(segments[at + 1]);
        if (name.empty()) continue;
        std::string path = "/a/" + name + "/";
        if (behind == 2 && token_in(segments[at + 2]) == archive_feed)
            return path + std::string(archive_feed);
        const std::string number = number_in(segments[at + 2]);
        if (number.empty()) continue;
        path += number;
        if (behind == 2) return path;
        const std::string file = file_in(segments[at + 3]);
        if (file.empty()) continue;
        path += '/';
        path += file;
        return path;
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
    std::string plain = joined(segments);
    const bool below = !base_path.empty() && plain.starts_with(base_path);
    const std::string_view rest = below ? std::string_view(plain).substr(base_path.size()) : "";
    // Services post to what they were told, unlike mail programs; what follows may look like anything.
    if (plain.starts_with(hook)) return plain;
    if (rest.starts_with(hook)) return std::string(rest);
    if (auto archived = archived_in(segments)) return *archived;
    if (auto capability = capability_in(segments)) return *capability;
    if (below && (rest.empty() || rest == "/healthz")) return rest.empty() ? "/" : std::string(rest);
    return plain;
}

}  // namespace paperround::web
