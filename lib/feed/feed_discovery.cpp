#include "feed/feed_discovery.hpp"

#include <algorithm>
#include <array>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "feed/feed_assembly.hpp"
#include "feed/text/html_tag.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t most_octets = 512U << 10U;
// Not application/json, which announces programming interfaces.
constexpr std::array<std::string_view, 6> feed_types{"application/rss+xml",    "application/atom+xml",
                                                     "application/feed+json",  "application/rdf+xml",
                                                     "application/x.atom+xml", "application/x-atom+xml"};

bool announces_feed(const HtmlTag& tag) {
    const std::string type = ascii_lower(tag.value_of("type"));
    const std::string_view bare = trim(std::string_view(type).substr(0, type.find(';')));
    if (std::ranges::find(feed_types, bare) == feed_types.end()) return false;
    const std::string relations = ascii_lower(collapse_spaces(tag.value_of("rel")));
    return std::ranges::any_of(split(relations, ' '),
                               [](std::string_view each) { return each == "alternate" || each == "feed"; });
}

// The length of a comment, or of an element whose content is no markup; 0 where `html` begins with neither.
std::size_t opaque_length(std::string_view html) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> opaque{
        {{"<!--", "-->"}, {"<script", "</script"}, {"<style", "</style"}, {"<textarea", "</textarea"}}};
    for (const auto& [begin, end] : opaque) {
        if (!ascii_istarts_with(html, begin)) continue;
        for (auto at = html.find(end[0], begin.size()); at != std::string_view::npos;
             at = html.find(end[0], at + 1)) {
            if (ascii_istarts_with(html.substr(at), end)) return at + end.size();
        }
        return html.size();
    }
    return 0;
}

}  // namespace

bool is_web_page(std::string_view text, std::string_view content_type) {
    const std::string front = ascii_lower(text.substr(0, 4096));
    return ascii_istarts_with(trim(content_type), "text/html") || front.find("<html") != std::string::npos ||
           front.find("<!doctype html") != std::string::npos || front.find("<head") != std::string::npos;
}

std::string announced_feed(std::string_view html, std::string_view page_url) {
    html = html.substr(0, most_octets);
    std::string base(page_url);
    bool based = false;
    for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
        const std::string_view here = html.substr(at);
        if (const std::size_t length = opaque_length(here); length > 0) {
            at += length;
            continue;
        }
        if (here.size() < 2 || !is_ascii_alpha(here[1])) {
            ++at;
            continue;
        }
        const HtmlTag tag = read_html_tag(here);
        if (const std::string href = tag.value_of("href"); !href.empty()) {
            if (tag.name == "base" && !based) {
                base = resolve_url(page_url, href);
                based = true;
            }
            if (tag.name == "link" && announces_feed(tag)) {
                if (std::string url = strict_web_url(href, BaseUrl(base)); !url.empty()) return url;
            }
        }
        at += tag.length;
    }
    return {};
}

}  // namespace paperround::feed
