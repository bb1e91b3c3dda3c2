#include "markdown/relative_targets.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "feed/text/html_tag.hpp"

namespace paperround::markdown {

namespace {

constexpr std::string_view beside_scheme = "beside:";

// The attribute of a tag that leads somewhere else, pictures aside; empty where none does.
std::string_view leading_attribute(std::string_view tag) {
    constexpr std::array<std::string_view, 5> players{"video", "audio", "source", "iframe", "embed"};
    if (tag == "a") return "href";
    return std::ranges::find(players, tag) == players.end() ? std::string_view() : "src";
}

void write_picture(std::string_view html, const feed::HtmlTag& tag, const TargetRules& rules,
                   std::string& out) {
    const auto src = std::ranges::find(tag.attributes, "src", &feed::HtmlAttribute::name);
    const std::string target = tag.value_of("src");
    const auto place = target.empty() ? std::optional(target) : rules.picture(target);
    if (!place) {
        out += escape_html(tag.value_of("alt"));
    } else if (*place == target) {
        out.append(html.substr(0, tag.length));
    } else {
        out.append(html.substr(0, src->begin));
        out += '"' + escape_html(*place) + '"';
        out.append(html.substr(src->end, tag.length - src->end));
    }
}

// How much at the front is neither tag nor to be looked into.
std::size_t plain_length(std::string_view html) {
    if (!html.starts_with('<')) return std::min(html.find('<'), html.size());
    if (html.starts_with("<!--")) {
        const auto end = html.find("-->", 4);
        return end == std::string_view::npos ? html.size() : end + 3;
    }
    return html.size() > 1 && is_ascii_alpha(html[1]) ? 0 : 1;
}

}  // namespace

bool is_relative(std::string_view target) {
    if (target.empty() || target.front() == '#' || target.starts_with("//")) return false;
    const auto end = target.find_first_of(":/?#");
    return end == std::string_view::npos || target[end] != ':';
}

std::string beside_reference(std::string_view path) {
    std::string reference(beside_scheme);
    for (const std::string_view part : split(path, '/'))
        reference += (reference.size() > beside_scheme.size() ? "/" : "") + percent_encode(part);
    return reference;
}

std::optional<std::string> path_beside(std::string_view reference) {
    if (!reference.starts_with(beside_scheme)) return std::nullopt;
    return decode_percent(reference.substr(beside_scheme.size()), false);
}

std::string rewrite_targets(std::string_view html, const TargetRules& rules) {
    std::string out;
    out.reserve(html.size());
    while (!html.empty()) {
        if (const auto plain = plain_length(html); plain > 0) {
            out.append(html.substr(0, plain));
            html.remove_prefix(plain);
            continue;
        }
        const feed::HtmlTag tag = feed::read_html_tag(html);
        if (tag.name == "img") {
            write_picture(html, tag, rules, out);
        } else {
            const std::string target = tag.value_of(leading_attribute(tag.name));
            if (rules.other && !target.empty()) rules.other(target);
            out.append(html.substr(0, tag.length));
        }
        html.remove_prefix(tag.length);
    }
    return out;
}

}  // namespace paperround::markdown
