#include "email/html_cleaner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "base/work_budget.hpp"
#include "email/css_cascade.hpp"
#include "email/css_policy.hpp"
#include "email/html_image.hpp"
#include "email/html_policy.hpp"
#include "email/html_shaper.hpp"
#include "email/html_tree.hpp"
#include "email/merge_text.hpp"

namespace paperround::email {

namespace {

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

// What a post's own style sheets say of its elements. One that is too large or broken says nothing.
CssCascade cascade_of(std::string_view css, WorkBudget& budget) {
    CssCascade cascade(budget);
    const auto rules = parse_css(css, {.octets = 128U << 10U, .rules = 1000});
    if (!rules) return cascade;
    for (const CssRule& rule : *rules) {
        if (rule.kind != CssRule::Kind::style) continue;
        for (const std::string_view text : split_selectors(rule.prelude)) {
            auto selector = CssSelector::parse(text);
            if (selector && selector->decidable()) cascade.add(std::move(*selector), rule.declarations);
        }
    }
    return cascade;
}

// The picture that stands for a film; only where its address is certain.
std::string poster_of(const std::string& page) {
    constexpr std::string_view watch = "https://www.youtube.com/watch?v=";
    if (!page.starts_with(watch)) return {};
    const std::string id = page.substr(watch.size());
    const bool plain = std::ranges::all_of(
        id, [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_'; });
    return plain && id.size() == 11 ? "https://img.youtube.com/vi/" + id + "/hqdefault.jpg" : "";
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
    Writer(std::string_view base, std::string_view css, const CleanLimits& limits, WorkBudget& budget)
        : base_(base), limits_(limits), budget_(budget), cascade_(cascade_of(css, budget)) {}

    bool open(const GumboNode& node) {
        if (is_text(node)) return text(node.v.text.text), false;
        if (node.type != GUMBO_NODE_ELEMENT || full()) return false;
        const std::string_view name = gumbo_normalized_tagname(node.v.element.tag);
        style_ = cascade_.style_of(node, parse_declarations(attribute_of(node, "style").value_or("")));
        if (hides(style_) || attribute_of(node, "hidden")) return false;
        if (name == "img") return image(node), false;
        if (name == "video") return player(node), false;
        if (name == "noscript") {
            ++noscripts_;
            ends_.emplace_back();
            return true;
        }
        switch (rule_for(name)) {
            case ElementRule::keep_void:
                if (name == "source") {
                    picture_source(node);
                } else {
                    element(name, node);
                }
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
        if (node.v.element.tag == GUMBO_TAG_NOSCRIPT) --noscripts_;
        if (node.v.element.tag == GUMBO_TAG_TABLE) --tables_;
        out_ += ends_.back();
        ends_.pop_back();
    }

    // Nothing more is written.
    [[nodiscard]] bool full() const {
        return out_.size() > limits_.output || budget_.end() != WorkBudget::End::none;
    }
    // Gumbo makes octets that are no UTF-8 of a numeric reference that overflows.
    std::string take() { return without_marks(to_valid_utf8(out_)); }

  private:
    void text(std::string_view text) {
        if (!trim(text).empty()) lazy_image_ = false;
        out_ += escape_text(text);
    }

    void style_attribute() {
        const std::string style = write_declarations(allowed_style(style_));
        if (!style.empty()) attribute("style", style);
    }

    // The sources of a <picture> stand in front of its image. Outlook shows neither WebP nor AVIF.
    void picture_source(const GumboNode& node) {
        const std::string_view type = attribute_of(node, "type").value_or("");
        if (type == "image/webp" || type == "image/avif") return;
        picture_srcset_ =
            attribute_of(node, "srcset").value_or(attribute_of(node, "data-srcset").value_or(""));
    }

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
        style_attribute();
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
            style_attribute();
            out_ += '>';
        } else if (name == "table") {
            return open_table(node);
        } else {
            element(name, node);
            // The parser swallows a line feed right behind <pre>; one that was meant needs a second.
            if (name == "pre" && begins_with_line_feed(node)) out_ += '\n';
        }
        ends_.push_back(fmt::format("</{}>", name));
    }

    // The only class in what is written: a template lets its box scroll where the table is wider than the
    // mail.
    void open_table(const GumboNode& node) {
        const bool boxed = tables_++ == 0;
        if (boxed) out_ += "<div class=\"table\">";
        element("table", node);
        ends_.emplace_back(boxed ? "</table></div>" : "</table>");
    }

    static bool begins_with_line_feed(const GumboNode& node) {
        const GumboVector& children = node.v.element.children;
        if (children.length == 0) return false;
        const auto* first = static_cast<const GumboNode*>(children.data[0]);
        return is_text(*first) && first->v.text.text[0] == '\n';
    }

    void image(const GumboNode& node) {
        const auto source = image_source(node, base_, std::exchange(picture_srcset_, {}));
        if (!source || is_tracking_pixel(node, source->url, style_)) return;
        // A lazy image's <noscript> says the same again.
        if (noscripts_ > 0 && lazy_image_) return;
        if (noscripts_ == 0) lazy_image_ = source->lazy;
        auto width = pixels(attribute_of(node, "width"));
        auto height = pixels(attribute_of(node, "height"));
        if (width && *width > limits_.image_width) {
            if (height) height = std::max(2U, *height * limits_.image_width / *width);
            width = limits_.image_width;
        }
        out_ += "<img";
        attribute("src", source->url);
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
        attribute("style", "display:block");
        out_ += '>';
        poster(web_url(attribute_of(node, "poster").value_or(""), base_).value_or(poster_of(page)));
        out_ += fmt::format("\u25B6\uFE0E {}</a>", escape_text(label));
    }

    void poster(const std::string& url) {
        if (url.empty()) return;
        out_ += "<img";
        attribute("src", url);
        attribute("alt", "");
        attribute("width", std::to_string(std::min(480U, limits_.image_width)));
        attribute("style", "max-width:100%;height:auto");
        out_ += "><br>";
    }

    std::string_view base_;
    const CleanLimits& limits_;
    WorkBudget& budget_;
    CssCascade cascade_;
    std::vector<CssDeclaration> style_;  // what holds for the element that is being written
    std::string picture_srcset_;         // of the <picture> whose image is awaited
    unsigned noscripts_ = 0;             // how many are open
    unsigned tables_ = 0;                // how many are open
    bool lazy_image_ = false;            // the image last written was one, and nothing was said since
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
                                         const CleanLimits& limits, const std::stop_token& stop) {
    if (html.size() > limits.input) return too_large("the post's HTML", limits.input);
    auto shaped = shape_html(without_marks(to_valid_utf8(html)), limits);
    if (!shaped) return failure(shaped.error());
    // With a doctype the tree builder follows the rules that mail clients follow, not those of 1998.
    const std::string document = "<!DOCTYPE html>" + shaped->html;
    const HtmlTree tree(document);
    WorkBudget budget(limits.work, stop);
    Writer writer(base, shaped->css, limits, budget);
    tree.walk_body(writer);
    if (budget.end() == WorkBudget::End::interrupted)
        return failure(CleanError{CleanError::Code::interrupted, "interrupted by a stop"});
    if (budget.end() == WorkBudget::End::exhausted) {
        return failure(CleanError{CleanError::Code::too_complex,
                                  "the post has too many elements for so much style sheet"});
    }
    if (writer.full()) return too_large("the post's cleaned HTML", limits.output);
    return CleanHtml{writer.take()};
}

}  // namespace paperround::email
