#include "email/html_cleaner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "email/html_policy.hpp"
#include "email/html_shaper.hpp"
#include "email/html_tree.hpp"
#include "email/merge_text.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_url = 8192;

std::string escape_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

// As browsers do before they look at the scheme: controls inside go, white space at the ends goes.
std::string spelled_out(std::string_view url) {
    std::string out = without_control_characters(trim(url));
    out = replace_all(trim(out), " ", "%20");
    return replace_all(out, "\"", "%22");
}

bool has_scheme(std::string_view url, std::string_view scheme) {
    return ascii_istarts_with(url, scheme) && url.size() > scheme.size();
}

bool is_web_url(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (has_scheme(url, scheme)) return url[scheme.size()] != '/';
    }
    return false;
}

std::optional<std::string> web_url(std::string_view reference, std::string_view base) {
    if (trim(reference).empty() || reference.size() > longest_url) return std::nullopt;
    std::string url = resolve_url(base, spelled_out(reference));
    if (!is_web_url(url)) return std::nullopt;
    return url;
}

std::optional<std::string> link_url(std::string_view reference, std::string_view base) {
    if (reference.size() > longest_url) return std::nullopt;
    std::string url = spelled_out(reference);
    if (has_scheme(url, "mailto:") || has_scheme(url, "tel:")) return url;
    return web_url(reference, base);
}

// `640` and `640px`; nothing for percentages and words.
std::optional<unsigned> pixels(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    const std::string_view digits = trim(*text);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const std::string_view unit = digits.substr(static_cast<std::size_t>(end - digits.data()));
    if (error != std::errc() || (!unit.empty() && unit != "px" && !unit.starts_with('.')))
        return std::nullopt;
    return std::min(value, 100'000U);
}

// One pixel, or hidden: it counts readers and shows nothing.
bool is_tracking_pixel(std::optional<unsigned> width, std::optional<unsigned> height,
                       std::string_view style) {
    if ((width && *width <= 1) || (height && *height <= 1)) return true;
    std::string squeezed = ascii_lower(style);
    std::erase_if(squeezed, is_ascii_space);
    squeezed = ";" + squeezed + ";";
    constexpr std::array<std::string_view, 10> hiding{
        "display:none", "visibility:hidden", ";opacity:0;", ";width:1px",  ";height:1px",
        ";width:0;",    ";width:0px",        ";height:0;",  ";height:0px", ";max-height:0"};
    return std::ranges::any_of(hiding, [&](auto rule) { return squeezed.find(rule) != std::string::npos; });
}

// The address a person would open: a player's page instead of the bare player.
std::string watch_page(const std::string& player) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> pages{{
        {"youtube.com/embed/", "https://www.youtube.com/watch?v="},
        {"youtube-nocookie.com/embed/", "https://www.youtube.com/watch?v="},
        {"player.vimeo.com/video/", "https://vimeo.com/"},
    }};
    for (const auto& [part, page] : pages) {
        const auto at = player.find(part);
        if (at == std::string::npos) continue;
        const std::string_view id = std::string_view(player).substr(at + part.size());
        return std::string(page) + std::string(id.substr(0, id.find_first_of("?&/#")));
    }
    return player;
}

class Writer {
  public:
    Writer(std::string_view base, const CleanLimits& limits) : base_(base), limits_(limits) {}

    bool open(const GumboNode& node) {
        if (is_text(node)) return out_ += escape_text(node.v.text.text), false;
        if (node.type != GUMBO_NODE_ELEMENT || full()) return false;
        const std::string_view name = gumbo_normalized_tagname(node.v.element.tag);
        if (name == "img") return image(node), false;
        if (name == "video") return player(node), false;
        switch (rule_for(name)) {
            case ElementRule::keep_void:
                if (name != "source") element(name, node);
                return false;
            case ElementRule::keep:
            case ElementRule::formatting:
                element_with_content(name, node);
                return true;
            default:
                ends_.emplace_back();
                return true;
        }
    }

    void close(const GumboNode& node) {
        if (node.v.element.tag == GUMBO_TAG_A && !ends_.back().empty()) in_link_ = false;
        out_ += ends_.back();
        ends_.pop_back();
    }

    [[nodiscard]] bool full() const { return out_.size() > limits_.output; }
    std::string take() { return without_marks(out_); }

  private:
    void attribute(std::string_view name, std::string_view value) {
        out_ += fmt::format(" {}=\"{}\"", name, escape_html(value));
    }

    void element(std::string_view name, const GumboNode& node) {
        out_ += '<';
        out_ += name;
        const GumboVector& attributes = node.v.element.attributes;
        for (unsigned i = 0; i < attributes.length; ++i) {
            const auto* given = static_cast<const GumboAttribute*>(attributes.data[i]);
            const std::string_view key = given->name;
            if (key != "href" && attribute_allowed(name, key)) attribute(key, given->value);
        }
        out_ += '>';
    }

    void element_with_content(std::string_view name, const GumboNode& node) {
        if (name == "a") {
            const auto href = attribute_of(node, "href");
            const auto url = href && !in_link_ ? link_url(*href, base_) : std::nullopt;
            if (!url) return ends_.emplace_back(), void();
            in_link_ = true;
            out_ += "<a";
            attribute("href", *url);
            if (const auto title = attribute_of(node, "title")) attribute("title", *title);
            out_ += '>';
        } else {
            element(name, node);
            // The parser swallows a line feed right behind <pre>; one that was meant needs a second.
            if (name == "pre" && begins_with_line_feed(node)) out_ += '\n';
        }
        ends_.push_back(fmt::format("</{}>", name));
    }

    static bool begins_with_line_feed(const GumboNode& node) {
        const GumboVector& children = node.v.element.children;
        if (children.length == 0) return false;
        const auto* first = static_cast<const GumboNode*>(children.data[0]);
        return is_text(*first) && first->v.text.text[0] == '\n';
    }

    void image(const GumboNode& node) {
        const auto url = web_url(attribute_of(node, "src").value_or(""), base_);
        auto width = pixels(attribute_of(node, "width"));
        auto height = pixels(attribute_of(node, "height"));
        if (!url || is_tracking_pixel(width, height, attribute_of(node, "style").value_or(""))) return;
        if (width && *width > limits_.image_width) {
            if (height) height = std::max(2U, *height * limits_.image_width / *width);
            width = limits_.image_width;
        }
        out_ += "<img";
        attribute("src", *url);
        attribute("alt", attribute_of(node, "alt").value_or(""));
        if (width) attribute("width", std::to_string(*width));
        if (height) attribute("height", std::to_string(*height));
        attribute("style", "max-width:100%;height:auto");
        out_ += '>';
    }

    void player(const GumboNode& node) {
        auto url = web_url(attribute_of(node, "src").value_or(""), base_);
        const GumboVector& children = node.v.element.children;
        for (unsigned i = 0; !url && i < children.length; ++i) {
            const auto* child = static_cast<const GumboNode*>(children.data[i]);
            if (child->type != GUMBO_NODE_ELEMENT) continue;
            url = web_url(attribute_of(*child, "src").value_or(""), base_);
        }
        if (!url || in_link_) return;
        const std::string page = watch_page(*url);
        const auto parsed = parse_url(page);
        std::string label = collapse_spaces(attribute_of(node, "title").value_or(""));
        if (label.empty()) label = parsed ? parsed->host : page;
        out_ += "<a";
        attribute("href", page);
        out_ += fmt::format(" style=\"display:block\">\u25B6\uFE0E {}</a>", escape_text(label));
    }

    std::string_view base_;
    const CleanLimits& limits_;
    std::string out_;
    std::vector<std::string> ends_;  // end tags of the open elements; empty for one that was unwrapped
    bool in_link_ = false;
};

Failure<CleanError> too_large(std::string_view what, std::size_t limit) {
    return failure(
        CleanError{CleanError::Code::too_large, fmt::format("{} is larger than {} KiB", what, limit / 1024)});
}

}  // namespace

Result<CleanHtml, CleanError> clean_html(std::string_view html, std::string_view base,
                                         const CleanLimits& limits) {
    if (html.size() > limits.input) return too_large("the post's HTML", limits.input);
    auto shaped = shape_html(without_marks(to_valid_utf8(html)), limits);
    if (!shaped) return failure(shaped.error());
    // With a doctype the tree builder follows the rules that mail clients follow, not those of 1998.
    const std::string document = "<!DOCTYPE html>" + *shaped;
    const HtmlTree tree(document);
    Writer writer(base, limits);
    tree.walk_body(writer);
    if (writer.full()) return too_large("the post's cleaned HTML", limits.output);
    return CleanHtml{writer.take()};
}

}  // namespace paperround::email
