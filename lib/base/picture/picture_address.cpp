#include "base/picture/picture_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround {

namespace {

constexpr unsigned smallest_width = 16;  // a lower number is not a width
constexpr unsigned most_wrappings = 3;   // picture servers in front of each other

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& list) {
    return std::ranges::find(list, word) != list.end();
}

std::string decoded(std::string_view text) {
    return decode_percent(text, false).value_or(std::string(text));
}

// Removes and returns the number at the front; returns nothing if there is none.
std::optional<unsigned> take_number(std::string_view& text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return std::min(value, 100'000U);
}

std::optional<unsigned> number_behind(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    return take_number(text);
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
    if (text.size() <= suffix.size() || !text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return true;
}

std::string_view trailing_digits(std::string_view text) {
    const auto last = std::find_if_not(text.rbegin(), text.rend(), is_ascii_digit);
    return text.substr(static_cast<std::size_t>(text.rend() - last));
}

// The original picture of a picture server's URL: `https://server/https://blog.example/a.jpg`,
// `?url=https%3A%2F%2F…`.
std::string delivered(std::string url) {
    for (unsigned i = 0; i < most_wrappings; ++i) {
        const std::string lower = ascii_lower(url);
        std::size_t found = std::string::npos;
        for (const std::string_view scheme : {"http://", "https://", "http%3a%2f%2f", "https%3a%2f%2f"})
            if (const auto at = lower.rfind(scheme); at != std::string::npos && at > 0)
                found = found == std::string::npos ? at : std::max(found, at);
        if (const auto at = lower.find("?url="); found == std::string::npos && at != std::string::npos)
            found = at + 5;
        if (found == std::string::npos) return url;
        std::string inner = url.substr(found);
        if (lower.find('?') < found) inner = inner.substr(0, inner.find('&'));
        inner = decoded(inner);
        // A URL in the query may be that of the page that shows the picture: only a file name with a dot
        // counts.
        const auto name = inner.rfind('/');
        if (name == std::string::npos || inner.find('.', name) == std::string::npos) return url;
        url = std::move(inner);
    }
    return url;
}

// Host, folders and file name in lower case, without picture servers, query and sizes.
std::vector<std::string> path_of(std::string_view address) {
    std::string url = ascii_lower(delivered(std::string(address)));
    url = url.substr(0, url.find_first_of("?#"));
    if (const auto scheme = url.find("://"); scheme != std::string::npos) url = url.substr(scheme + 3);
    std::vector<std::string> parts;
    for (const std::string_view part : split(url, '/'))
        if (!part.empty()) parts.push_back(decoded(part));
    const auto is_wordpress = [](std::string_view host) {
        return host.size() == 9 && host.ends_with(".wp.com");
    };
    if (parts.size() > 2 && is_wordpress(parts.front())) parts.erase(parts.begin());
    if (parts.size() > 3 && parts[1] == "cdn-cgi") parts.erase(parts.begin() + 1, parts.begin() + 4);
    return parts;
}

bool take_format(std::string_view& name) {
    constexpr std::array<std::string_view, 10> formats{".jpg",  ".jpeg", ".png", ".gif",  ".webp",
                                                       ".avif", ".bmp",  ".svg", ".heic", ".jfif"};
    return std::ranges::any_of(formats, [&](auto format) { return take_suffix(name, format); });
}

// Size suffixes: `-1024x683`, `_640x`, `-300w`, `-scaled`, `-e1690000000`, `@2x`.
bool take_size(std::string_view& name) {
    for (const std::string_view word : {"-scaled", "-rotated", "@2x", "@3x", "_large", "_medium", "_small",
                                        "_grande", "_thumb", "-fullview", "-250t"})
        if (take_suffix(name, word)) return true;
    std::string_view rest = name;
    const bool unit = take_suffix(rest, "w") || take_suffix(rest, "px");
    const auto last = trailing_digits(rest);
    rest.remove_suffix(last.size());
    bool sized = unit && last.size() >= 2 && last.size() <= 4;
    if (!unit && rest.ends_with('x') && last.size() <= 5) {
        rest.remove_suffix(1);
        const auto width = trailing_digits(rest);
        rest.remove_suffix(width.size());
        sized = !width.empty() && width.size() <= 5;
    } else if (!unit && last.size() >= 10 && rest.ends_with("-e")) {
        rest.remove_suffix(1);  // WordPress: time of the last edit
        sized = true;
    }
    if (!sized || rest.size() < 2 || (rest.back() != '-' && rest.back() != '_')) return false;
    name = rest.substr(0, rest.size() - 1);
    return true;
}

std::string_view bare_name(std::string_view name) {
    if (const auto options = name.find("=s"); options != std::string_view::npos && options > 0)
        name = name.substr(0, options);
    while (take_format(name)) {
    }
    while (take_size(name)) {
    }
    return name;
}

bool is_common_name(std::string_view name) {
    constexpr std::array<std::string_view, 23> common{
        "image",    "picture",    "photo",   "cover",          "featured",     "header",
        "banner",   "hero",       "title",   "teaser",         "preview",      "thumbnail",
        "thumb",    "original",   "feature", "default",        "unnamed",      "download",
        "untitled", "screenshot", "social",  "featured-image", "maxresdefault"};
    while (!name.empty() && (is_ascii_digit(name.back()) || name.back() == '-' || name.back() == '_'))
        name.remove_suffix(1);
    return name.size() < 4 || is_one_of(name, common);
}

bool is_size_folder(std::string_view part) {
    if (part == "size" || part == "original" || part == "small" || part == "large") return true;
    if (part.size() < 2 || (part.front() != 's' && part.front() != 'w')) return false;
    return is_ascii_digit(part[1]);
}

bool is_film_server(std::string_view host) {
    return host.ends_with("ytimg.com") || host == "img.youtube.com";
}

std::optional<unsigned> width_of_film(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, unsigned>, 6> names{{{"default", 120},
                                                                          {"mqdefault", 320},
                                                                          {"hqdefault", 480},
                                                                          {"sddefault", 640},
                                                                          {"hq720", 1280},
                                                                          {"maxresdefault", 1280}}};
    const auto* const found = std::ranges::find(names, name, &std::pair<std::string_view, unsigned>::first);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

std::optional<unsigned> width_in_query(std::string_view query) {
    for (const std::string_view field : split(query, '&')) {
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) continue;
        constexpr std::array<std::string_view, 6> keys{"w", "width", "resize", "fit", "imwidth", "format"};
        std::string_view value = field.substr(equals + 1);
        if (!is_one_of(field.substr(0, equals), keys)) continue;
        if (const auto width = take_number(value); width && *width >= smallest_width) return width;
    }
    return std::nullopt;
}

// Size folders: `/s72-c/`, `/w640-h480/`, `/w_1456,c_limit/`, `resize:fit:1400`.
std::optional<unsigned> width_in_folder(std::string_view part) {
    for (const std::string_view field : split(part, ',')) {
        for (const std::string_view prefix : {"s", "w", "w_", "width=", "resize:fit:", "resize:fill:"})
            if (const auto width = number_behind(field, prefix); width && *width >= smallest_width)
                return width;
    }
    return std::nullopt;
}

std::optional<unsigned> width_in_name(std::string_view name) {
    if (const auto options = name.rfind('='); options != std::string_view::npos && options > 0)
        if (const auto width = width_in_folder(name.substr(options + 1))) return width;
    while (take_format(name)) {
    }
    const auto height = trailing_digits(name);
    std::string_view rest = name.substr(0, name.size() - height.size());
    if (height.empty() || !take_suffix(rest, "x")) return std::nullopt;
    std::string_view width = trailing_digits(rest);
    if (width.empty() || width.size() == rest.size()) return std::nullopt;
    const char before = rest[rest.size() - width.size() - 1];
    return before == '-' || before == '_' ? take_number(width) : std::nullopt;
}

}  // namespace

bool is_avatar_address(std::string_view url) {
    const auto parts = path_of(url);
    if (parts.size() < 2) return false;
    const std::string& host = parts.front();
    if (host.find("avatar") != std::string::npos || host == "yt3.ggpht.com") return true;
    if (host.ends_with(".googleusercontent.com") && parts.size() > 1 && (parts[1] == "a" || parts[1] == "a-"))
        return true;
    constexpr std::array<std::string_view, 9> folders{"avatar",         "avatars",   "gravatar",
                                                      "userpic",        "userpics",  "profile_images",
                                                      "profile-images", "headshots", "profile_pictures"};
    const bool in_folder = std::any_of(parts.begin() + 1, parts.end() - 1,
                                       [&](const auto& part) { return is_one_of(part, folders); });
    // The icon of a community on Reddit.
    const bool of_community = parts.back().starts_with("communityicon_");
    return in_folder || of_community || bare_name(parts.back()) == "avatar" ||
           parts.back().starts_with("b16-rounded");
}

bool is_counter_address(std::string_view url) {
    constexpr std::array<std::string_view, 9> counters{"://feeds.feedburner.com/~r/",
                                                       "://pixel.wp.com/",
                                                       "://stats.wordpress.com/",
                                                       "://medium.com/_/stat",
                                                       "google-analytics.com/",
                                                       "/~ff/",
                                                       "://pixel.quantserve.com/",
                                                       "/open.gif?",
                                                       "/pixel.gif"};
    return std::ranges::any_of(counters, [&](auto part) { return url.find(part) != std::string_view::npos; });
}

bool is_modern_picture(std::string_view url) {
    const std::string lower = ascii_lower(url);
    const std::string_view path = std::string_view(lower).substr(0, lower.find_first_of("?#"));
    const std::string_view query = std::string_view(lower).substr(path.size());
    for (const std::string_view format : {"webp", "avif"}) {
        if (path.ends_with("." + std::string(format)) ||
            query.find("format=" + std::string(format)) != std::string_view::npos)
            return true;
    }
    return false;
}

std::optional<unsigned> width_in_address(std::string_view url) {
    const std::string lower = ascii_lower(url.substr(0, url.find('#')));
    const std::string_view path = std::string_view(lower).substr(0, lower.find('?'));
    if (path.size() < lower.size())
        if (const auto width = width_in_query(std::string_view(lower).substr(path.size() + 1))) return width;
    auto parts = split(path, '/');
    if (parts.size() < 4) return std::nullopt;
    std::string_view name = parts.back();
    if (const auto width = width_in_name(name)) return width;
    while (take_format(name)) {
    }
    if (is_film_server(parts[2])) return width_of_film(name);
    for (std::size_t i = 3; i + 1 < parts.size(); ++i)
        if (const auto width = width_in_folder(parts[i])) return width;
    return std::nullopt;
}

std::string picture_name(std::string_view url) {
    std::vector<std::string> parts = path_of(url);
    if (parts.size() < 2) return {};
    // Film servers give the pictures of every film the same names.
    if (parts.size() >= 3 && is_film_server(parts.front())) return "film/" + parts[parts.size() - 2];
    std::string_view bare = bare_name(parts.back());
    // Flickr writes sizes as letters.
    if (parts.front().ends_with(".staticflickr.com") && bare.size() > 2 && bare[bare.size() - 2] == '_')
        bare.remove_suffix(2);
    std::string name(bare);
    parts.pop_back();
    std::erase_if(parts, is_size_folder);
    if (!is_common_name(name) || parts.empty()) return name;
    return parts.back() + "/" + name;
}

}  // namespace paperround
