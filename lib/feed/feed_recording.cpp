#include "feed/feed_recording.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::feed {

bool is_recording(std::string_view type, std::string_view address) {
    type = trim(type);
    for (const std::string_view kind : {"audio", "video", "application/ogg"}) {
        if (ascii_istarts_with(type, kind)) return true;
    }
    const bool says_nothing = type.find('/') == std::string_view::npos ||
                              ascii_iequals(type, "application/octet-stream") ||
                              ascii_istarts_with(type, "image/");
    const std::string path = ascii_lower(address.substr(0, address.find_first_of("?#")));
    constexpr std::array<std::string_view, 12> endings{".mp3",  ".m4a",  ".m4b", ".aac", ".ogg", ".oga",
                                                       ".opus", ".flac", ".wav", ".mp4", ".m4v", ".webm"};
    return says_nothing &&
           std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

std::vector<std::string> recordings_in(const XmlNode& item) {
    std::vector<std::string> found;
    for (const XmlNode& child : item.children) {
        const bool enclosed = child.name == "enclosure" ||
                              (child.name.ends_with("link") && child.attribute("rel") == "enclosure");
        const auto address = trim(child.attribute(child.attribute("url").empty() ? "href" : "url"));
        std::string_view type = child.attribute("type");
        if (type.empty()) type = child.attribute("medium");
        if ((!enclosed && child.name != "media:content") || !is_recording(type, address)) continue;
        found.emplace_back(address);
        if (found.size() == most_recordings) break;
    }
    return found;
}

std::string recordings_html(const std::vector<std::string>& addresses, std::string_view body,
                            std::string_view link) {
    std::string html;
    for (const std::string& address : addresses) {
        const std::string_view bare = std::string_view(address).substr(0, address.find_first_of("?#"));
        const bool named = body.find(bare) != std::string_view::npos || html.find(bare) != std::string::npos;
        if (bare.empty() || named || link.starts_with(bare)) continue;
        html += "<p><audio src=\"" + escape_html(address) + "\"></audio></p>\n";
    }
    return html;
}

}  // namespace paperround::feed
