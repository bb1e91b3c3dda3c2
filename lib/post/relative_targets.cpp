#include "post/relative_targets.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "post/feed_text.hpp"
#include "post/html_tag.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t most_lost = 50;

// Neither a URL of any scheme nor a place within the post.
bool is_relative(std::string_view target) {
    if (target.empty() || target.front() == '#' || target.starts_with("//")) return false;
    const auto end = target.find_first_of(":/?#");
    return end == std::string_view::npos || target[end] != ':';
}

}  // namespace

DetachedHtml without_relative_targets(std::string_view html) {
    DetachedHtml detached;
    detached.html.reserve(html.size());
    const auto lose = [&](const std::string& target) {
        if (detached.lost.size() < most_lost &&
            std::ranges::find(detached.lost, target) == detached.lost.end())
            detached.lost.push_back(one_line(target, 200));
    };
    while (!html.empty()) {
        const auto start = std::min(html.find('<'), html.size());
        detached.html.append(html.substr(0, start));
        html.remove_prefix(start);
        if (html.size() < 2 || !is_ascii_alpha(html[1])) {
            detached.html.append(html.substr(0, 1));
            html.remove_prefix(std::min<std::size_t>(1, html.size()));
            continue;
        }
        const HtmlTag tag = read_html_tag(html);
        const bool picture = tag.name == "img";
        const std::string target = tag.value_of(picture ? "src" : tag.name == "a" ? "href" : "");
        if (is_relative(target)) lose(target);
        if (picture && is_relative(target)) {
            detached.html += escape_html(tag.value_of("alt"));
        } else {
            detached.html.append(html.substr(0, tag.length));
        }
        html.remove_prefix(tag.length);
    }
    return detached;
}

}  // namespace paperround::post
