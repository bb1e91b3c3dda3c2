#include "email/clean/html_cleaner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "base/picture_address.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "base/work_budget.hpp"
#include "email/clean/block_direction.hpp"
#include "email/clean/html_shaper.hpp"
#include "email/css/cell_colour.hpp"
#include "email/css/css_cascade.hpp"
#include "email/css/css_colour.hpp"
#include "email/css/css_policy.hpp"
#include "email/css/post_colours.hpp"
#include "email/formula/raw_formulas.hpp"
#include "email/html/html_policy.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/check_box.hpp"
#include "email/page/embedded_data.hpp"
#include "email/page/formula_box.hpp"
#include "email/page/html_code.hpp"
#include "email/page/html_furniture.hpp"
#include "email/page/html_player.hpp"
#include "email/page/html_replacement.hpp"
#include "email/page/html_roles.hpp"
#include "email/page/html_words.hpp"
#include "email/page/note_mark.hpp"
#include "email/page/platform_shape.hpp"
#include "email/picture/emoji_picture.hpp"
#include "email/picture/html_image.hpp"
#include "email/picture/picture_role.hpp"
#include "email/picture/table_width.hpp"
#include "email/template/merge_text.hpp"

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

// Whether a line of the text may be an address that is to become a link.
bool is_prose(const GumboNode& node) {
    constexpr std::array code{GUMBO_TAG_CODE, GUMBO_TAG_KBD, GUMBO_TAG_SAMP, GUMBO_TAG_PRE, GUMBO_TAG_VAR};
    return std::ranges::find(code, node.parent->v.element.tag) == code.end();
}

bool is_heading(std::string_view name) {
    return name.size() == 2 && name.front() == 'h' && is_ascii_digit(name.back());
}

constexpr std::size_t longest_srcset = 64U << 10U;
constexpr unsigned line_height = 20;  // pixels: what Outlook makes of a picture that stands for a character

// Padding on a cell holds everywhere, on a link it does not.
constexpr std::string_view button_begin =
    "<table role=\"presentation\" class=\"button-box\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">"
    "<tr><td class=\"button\">";
constexpr std::string_view button_end = "</td></tr></table>";

class Writer {
  public:
    Writer(std::string_view base, std::string_view css, const HtmlTree& tree, const CleanLimits& limits,
           WorkBudget& budget)
        : base_(base),
          limits_(limits),
          budget_(budget),
          cascade_(cascade_of(css, budget)),
          directions_(tree) {}

    bool open(const GumboNode& node) {
        if (is_text(node)) return text_node(node), false;
        if (node.type != GUMBO_NODE_ELEMENT || full()) return false;
        ground_ = grounds_.empty() ? Ground{} : grounds_.back();
        const bool inside = open_element(node);
        if (inside) grounds_.push_back(ground_);
        return inside;
    }

    void close(const GumboNode& node) {
        if (node.v.element.tag == GUMBO_TAG_A) icon_ = false;
        if (node.v.element.tag == GUMBO_TAG_A && !ends_.back().empty()) in_link_ = false;
        if (node.v.element.tag == GUMBO_TAG_PRE) --pres_;
        if (is_heading(gumbo_normalized_tagname(node.v.element.tag))) --headings_;
        if (node.v.element.tag == GUMBO_TAG_NOSCRIPT) --noscripts_;
        if (node.v.element.tag == GUMBO_TAG_TABLE) --tables_;
        out_ += ends_.back();
        ends_.pop_back();
        grounds_.pop_back();
    }

    // Nothing more is written.
    [[nodiscard]] bool full() const {
        return out_.size() > limits_.output || budget_.end() != WorkBudget::End::none;
    }
    // Gumbo makes octets that are no UTF-8 of a numeric reference that overflows.
    std::string take() { return without_marks(to_valid_utf8(out_)); }

  private:
    // The background that a post gave, and the colour of the text on it.
    struct Ground {
        std::optional<Colour> colour;
        std::optional<Colour> ink;
    };

    bool open_element(const GumboNode& node) {
        const std::string_view name = gumbo_normalized_tagname(node.v.element.tag);
        style_ = cascade_.style_of(node, parse_declarations(attribute_of(node, "style").value_or("")));
        add_bgcolor(node, style_);
        const bool hidden = hides(style_) || attribute_of(node, "hidden");
        if ((hidden && !waits_to_be_shown(node)) || is_unwanted(name, node)) return false;
        if (const auto formula = formula_in(node)) return text(*formula), false;
        const auto state = check_box(node);
        if (state && name != "li") return text(*state), false;
        if ((name == "table" && is_code_table(node)) || (name == "pre" && holds_lines(node)) ||
            (name == "div" && pres_ == 0 && is_pasted_code(style_)))
            return code(node), false;
        // Without its link, which leads back into the page.
        if (name == "a" && role_ == LinkRole::note_number) return note_number(node), false;
        if (has_class(node, "kg-callout-emoji")) {  // Ghost: in front of the words that follow
            number_ = words_in(node, 40);
            if (!number_.empty()) return number_ += ' ', false;
        }
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
                if (state) text(*state);
                return true;
            default:
                ends_.emplace_back();
                return true;
        }
    }

    // What the page shows to nobody who sees, or only as a means of moving about on it.
    bool is_unwanted(std::string_view name, const GumboNode& node) {
        if ((is_out_of_sight(node, style_) && !icon_) || is_furniture(node)) return true;
        if (pres_ > 0 && is_line_number(node)) return true;
        if (is_heading(name) && is_blank(node)) return true;
        if (name == "a") {
            icon_ = is_icon(node, base_);
            role_ = role_of_link(node, base_);
            if (role_ == LinkRole::sign) end_words();
            return role_ == LinkRole::sign;
        }
        return headings_ > 0 && attribute_of(node, "aria-hidden").value_or("") == "true" &&
               !has_letters(words_in(node, 1));
    }

    void note_number(const GumboNode& node) {
        if (note_stands_below(node)) {
            number_ = number_of_note(node);
        } else {
            text(number_of_note(node));
        }
    }

    // The number of a note, in front of the first that it says.
    void write_number() { out_ += escape_text(std::exchange(number_, {})); }

    // The space that held a sign at the last word goes with it.
    void end_words() {
        constexpr std::string_view no_break = "\u00a0";
        while (out_.ends_with(no_break)) out_.resize(out_.size() - no_break.size());
    }

    void code(const GumboNode& node) {
        const std::string code = escape_text(code_in(node));
        if (pres_ > 0) {
            out_ += code;
        } else if (!code.empty()) {
            out_ += "<pre><code>" + code + "</code></pre>";
        }
    }

    // A line that is an address and nothing else becomes a link: blogs show what is behind it.
    void text_node(const GumboNode& node) {
        const std::string_view words = node.v.text.text;
        // The picture before it once more, by a program that wrote its markup out.
        if (noscripts_ > 0 && lazy_image_ && trim(words).starts_with('<') && trim(words).ends_with('>'))
            return;
        if (is_address_of_card(node)) text(" \u00b7 ");
        if (pres_ == 0 && words.find_first_of("\\$") != std::string_view::npos && is_prose(node))
            return text(with_formulas_read(words));
        if (in_link_ || pres_ > 0 || words.find("://") == std::string_view::npos || !is_prose(node))
            return text(words);
        bool first = true;
        for (const std::string_view line : split(words, '\n')) {
            if (!first) out_ += '\n';
            first = false;
            if (!is_bare_address(line)) {
                text(line);
                continue;
            }
            out_ += "<a";
            attribute("href", web_url(line, {}).value_or(""));
            out_ += fmt::format(">{}</a>", escape_text(trim(line)));
        }
    }

    void text(std::string_view text) {
        if (!trim(text).empty()) {
            lazy_image_ = false;
            without_script_.clear();
            last_player_.clear();
            write_number();
        }
        out_ += escape_text(text);
    }

    // `name`: of a class that the templates know.
    void style_attribute(std::string_view name = {}) {
        const Colouring colouring = readable_colours(allowed_style(style_), ground_.colour);
        ink_ = colouring.ink;
        if (colouring.ground) ground_ = {colouring.ground, colouring.ink};
        if (const auto said = colour_said(colouring.style); said && ground_.colour) ground_.ink = said;
        std::string classes(name);
        if (ink_) classes += classes.empty() ? "tinted" : " tinted";
        if (!classes.empty()) attribute("class", classes);
        const std::string style = write_declarations(colouring.style);
        if (!style.empty()) attribute("style", style);
    }

    static std::optional<Colour> colour_said(const std::vector<CssDeclaration>& style) {
        const auto found = std::ranges::find(style, "color", &CssDeclaration::property);
        const auto parsed = found == style.end() ? std::nullopt : parse_css_colour(found->value);
        return parsed ? std::optional(parsed->colour) : std::nullopt;
    }

    // In the dark the templates have colours for headings and links that would win over the post's: on a
    // background of its own such text is put into an element that they do not know. Gives its end tag.
    std::string open_ink(std::string_view element) { return open_ink(element, ink_); }
    std::string open_ink(std::string_view element, const std::optional<Colour>& ink) {
        if (!ink) return {};
        out_ += fmt::format("<{} style=\"color:{}\">", element, to_text(*ink));
        return fmt::format("</{}>", element);
    }

    // The sources of a <picture> stand in front of its image. Outlook shows neither WebP nor AVIF.
    void picture_source(const GumboNode& node) {
        const std::string_view type = attribute_of(node, "type").value_or("");
        if (type == "image/webp" || type == "image/avif") return;
        const std::string media = ascii_lower(attribute_of(node, "media").value_or(""));
        if (media.find("dark") != std::string::npos || media.find("print") != std::string::npos) return;
        std::string& srcset = media.find("max-width") == std::string::npos ? picture_srcset_ : narrow_srcset_;
        for (const char* name : {"srcset", "data-srcset"}) {
            const auto sizes = attribute_of(node, name);
            if (!sizes || srcset.size() > longest_srcset) continue;
            if (!srcset.empty()) srcset += ", ";
            srcset += *sizes;
            break;
        }
    }

    void attribute(std::string_view name, std::string_view value) {
        out_ += fmt::format(" {}=\"{}\"", name, escape_html(value));
    }

    void element(std::string_view name, const GumboNode& node, std::string_view template_class = {}) {
        out_ += '<';
        out_ += name;
        const GumboVector& attributes = node.v.element.attributes;
        for (unsigned i = 0; i < attributes.length; ++i) {
            const auto* given = static_cast<const GumboAttribute*>(attributes.data[i]);
            const std::string_view key = given->name;
            if (key != "href" && attribute_allowed(name, key)) attribute(key, given->value);
        }
        const bool cell = name == "td" || name == "th";
        if ((cell && !attribute_of(node, "align")) || name == "p" || is_heading(name)) {
            for (const std::string_view side : {"right", "center"}) {
                if (!class_says(node, "has-text-align-" + std::string(side))) continue;
                cell ? attribute("align", side) : add_alignment(style_, side);
            }
        }
        if (const auto direction = directions_.of(node); direction != Direction::none) {
            const bool to_left = direction == Direction::right_to_left;
            attribute("dir", to_left ? "rtl" : "ltr");
            add_alignment(style_, to_left ? "right" : "left");
        }
        style_attribute(template_class);
        out_ += '>';
    }

    void element_with_content(std::string_view name, const GumboNode& node) {
        if (name == "a") return open_link(node);
        if (const auto part = captioned_part(node); part != CaptionedPart::none)
            return open_captioned_part(part, node);
        if (name == "table") return open_table(node);
        if (name == "figure" || name == "figcaption") return open_figure(name, node);
        const PlatformShape shape = platform_shape(node);
        if (shape == PlatformShape::caption) return open_figure("figcaption", node);
        if (shape == PlatformShape::pull_quote) name = "blockquote";
        if (shape == PlatformShape::code_frame) without_colours();
        if (name == "pre" || name == "code") without_colours();
        if (const auto script = script_of_style(name, style_); !script.empty()) name = script;
        if (name == "p" && holds_button_alone(node)) name = "div";
        if (has_class(node, summary_class)) style_.push_back({"font-weight", "bold", false});
        if (joins_name(node)) text(" \u00b7 ");
        const bool words_alone = rule_for(name) == ElementRule::formatting;
        const std::string title_end = words_alone ? open_card_title(node) : "";
        element(name, node, shape == PlatformShape::card ? "card" : "");
        // The parser swallows a line feed right behind <pre>; one that was meant needs a second.
        if (name == "pre" && begins_with_line_feed(node)) out_ += '\n';
        if (name == "pre") ++pres_;
        const std::string line_end = open_card_title(node);
        const bool beside = is_note_beside(node);
        if (beside) text(" (");
        std::string end = fmt::format("{}{}</{}>{}", beside ? ")" : "", line_end, name, title_end);
        if (name == "blockquote") end = open_ink("div") + end;
        if (is_heading(name)) {
            ++headings_;
            end = open_ink("span") + end;
        }
        ends_.push_back(std::move(end));
        end_with_embedded(node);
    }

    // Behind what a page embeds by a script stands the link to it, or what it would show.
    void end_with_embedded(const GumboNode& node) {
        const EmbeddedGallery gallery = gallery_of(node);
        std::string shown;
        for (const std::string& url : gallery.pictures) {
            shown += fmt::format(
                "<p><img src=\"{}\" alt=\"{}\" width=\"{}\" style=\"max-width:100%;height:auto\"></p>",
                escape_html(url), shown.empty() ? escape_html(gallery.words) : "", limits_.image_width);
        }
        if (!shown.empty() && !gallery.caption.empty())
            shown += fmt::format("<p class=\"caption\">{}</p>", escape_text(gallery.caption));
        if (!shown.empty()) ends_.back().insert(ends_.back().rfind("</"), shown);
        if (const auto link = embedded_link(node, base_)) {
            ends_.back().insert(0, link->url.empty() ? escape_text(link->label) : written(*link));
            last_player_ = link->url;
        }
    }

    void open_link(const GumboNode& node) {
        const auto href = attribute_of(node, "href");
        const bool leads = href && !in_link_ && !leads_to_own_heading(node, base_);
        const auto url = leads ? link_url(*href, base_) : std::nullopt;
        if (!url) return ends_.emplace_back(), void();
        in_link_ = true;
        write_number();
        const bool button = is_button(node);
        const bool raises = !button && role_ == LinkRole::footnote && !is_raised(node);
        if (button) out_ += button_begin;
        if (raises) out_ += "<sup>";
        out_ += "<a";
        attribute("href", *url);
        if (const auto title = attribute_of(node, "title")) attribute("title", *title);
        if (button) {
            attribute("class", "button-link");
            out_ += "><span class=\"button-text\">";
            return ends_.push_back(fmt::format("</span></a>{}", button_end));
        }
        card_awaits_title_ = is_card_link(node);
        style_attribute(card_awaits_title_ ? "card-link" : "");
        out_ += '>';
        // KMail has a colour of its own for links, but not for what stands in them.
        const std::string ink = open_ink("span", ink_ ? ink_ : ground_.ink);
        ends_.push_back(ink + (raises ? "</a></sup>" : "</a>"));
        if (attribute_of(node, "data-pin-do") && words_in(node, 1).empty()) text(plain_address(*url));
    }

    // The first line of a card has the colour and the line of a link, for all of it. Gives its end tag.
    std::string open_card_title(const GumboNode& node) {
        if (!card_awaits_title_ || !is_line_of_words(node)) return {};
        card_awaits_title_ = false;
        out_ += "<span class=\"card-title\">";
        return "</span>";
    }

    // The theme has its own.
    void without_colours() {
        std::erase_if(style_, [](const CssDeclaration& said) {
            return said.property == "color" || said.property == "background-color" ||
                   said.property == "background";
        });
    }

    // A template lets its box scroll where the table is wider than the mail.
    void open_table(const GumboNode& node) {
        const bool boxed = tables_++ == 0;
        if (boxed) {
            out_ += fmt::format("<div class=\"table{}{}\">",
                                is_wider_than(node, limits_.image_width) ? " wide" : "",
                                has_coloured_cells(node) ? " coloured" : "");
        }
        element("table", node);
        ends_.emplace_back(boxed ? "</table></div>" : "</table>");
    }

    void open_captioned_part(CaptionedPart part, const GumboNode& node) {
        if (part == CaptionedPart::table) ++tables_;
        if (part == CaptionedPart::caption) return open_figure("figcaption", node);
        if (part == CaptionedPart::row) return ends_.emplace_back(), void();
        element("div", node, part == CaptionedPart::table ? "figure" : "");
        ends_.emplace_back("</div>");
    }

    // Webmail takes away the styles of <figure> and <figcaption>.
    void open_figure(std::string_view name, const GumboNode& node) {
        const bool caption = name == "figcaption";
        const std::string_view plain = caption && !holds_blocks(node) ? "p" : "div";
        element(plain, node, caption ? "caption" : "figure");
        std::string ink = open_ink(plain == "p" ? "span" : "div");
        ends_.push_back(fmt::format("{}</{}>", ink, plain));
    }

    static bool begins_with_line_feed(const GumboNode& node) {
        const GumboVector& children = node.v.element.children;
        if (children.length == 0) return false;
        const auto* first = static_cast<const GumboNode*>(children.data[0]);
        return is_text(*first) && first->v.text.text[0] == '\n';
    }

    // Of a picture that is sent with the mail.
    [[nodiscard]] std::optional<ImageSource> inline_picture(const GumboNode& node) const {
        const auto src = attribute_of(node, "src").value_or("");
        const auto found = std::ranges::find(limits_.inline_pictures, src);
        if (found == limits_.inline_pictures.end()) return std::nullopt;
        return ImageSource{.url = *found, .lazy = false, .full = *found};
    }

    void image(const GumboNode& node) {
        auto source = inline_picture(node);
        const bool comes_along = source.has_value();
        const bool narrow_alone = picture_srcset_.empty() && !attribute_of(node, "src");
        if (!source) source = image_source(node, base_, narrow_alone ? narrow_srcset_ : picture_srcset_);
        picture_srcset_.clear();
        narrow_srcset_.clear();
        if (!source) return lost_image(node);
        if (is_tracking_pixel(node, source->url, style_)) return;
        write_number();
        if (says_same_again(*source)) return;
        if (const auto emoji = emoji_of(node, source->url)) {
            if (emoji->empty()) return image_in_line(node, source->url);
            // It may stand in a <noscript> once more.
            const auto before = std::pair(lazy_image_, without_script_);
            text(*emoji);
            std::tie(lazy_image_, without_script_) = before;
            return;
        }
        if (is_sign_in_line(node)) return image_in_line(node, source->url);
        const auto own = size_of(source->url);
        if (own && (own->width <= 1 || own->height <= 1)) return;  // a counter that does not say so
        const ImageShape shape = image_shape(node, style_, own, limits_.image_width);
        // A link to the whole picture; Thunderbird also lets pictures outside of links grow over the edge.
        const bool linked = !in_link_ && !comes_along && !is_formula_picture(node) &&
                            (shape.reduced || source->full != source->url);
        if (linked) {
            out_ += "<a class=\"full\"";
            attribute("href", source->full);
            out_ += '>';
        }
        // A height alone is how large it is: in the line.
        const std::string height =
            shape.width || !shape.height ? "auto" : std::to_string(*shape.height) + "px";
        write_image(node, source->url, shape, "max-width:100%;height:" + height);
        if (linked) out_ += "</a>";
    }

    void image_in_line(const GumboNode& node, const std::string& url) {
        write_image(node, url, {line_height, line_height, false},
                    "width:1.2em;height:1.2em;vertical-align:-0.2em");
        if (has_class(node, "kg-bookmark-icon")) out_ += ' ';  // Ghost: the name stands close behind it
    }

    // A lazy image and its <noscript>, whichever comes first, are one picture.
    bool says_same_again(const ImageSource& source) {
        if (noscripts_ > 0) {
            without_script_ = lazy_image_ ? "" : source.url;
            return lazy_image_;
        }
        lazy_image_ = source.lazy;
        const std::string before = std::exchange(without_script_, {});
        if (before.empty()) return false;
        const std::string name = picture_name(before);
        return before == source.url || (!name.empty() && name == picture_name(source.url));
    }

    // What somebody learnt of the picture.
    [[nodiscard]] std::optional<PictureSize> size_of(const std::string& url) const {
        if (limits_.picture_sizes == nullptr) return std::nullopt;
        const auto found = limits_.picture_sizes->find(url);
        return found == limits_.picture_sizes->end() ? std::nullopt : std::optional(found->second);
    }

    void write_image(const GumboNode& node, const std::string& url, const ImageShape& shape,
                     std::string_view style) {
        out_ += "<img";
        attribute("src", url);
        attribute("alt", words_of_picture(node));
        if (is_formula_picture(node)) attribute("class", "formula");
        if (shape.width) attribute("width", std::to_string(*shape.width));
        if (shape.height) attribute("height", std::to_string(*shape.height));
        attribute("style", style);
        out_ += '>';
    }

    // Its words stay; not where a <noscript> behind it has the picture itself.
    void lost_image(const GumboNode& node) {
        if (const auto emoji = emoji_of(node, {}); emoji && !emoji->empty()) return text(*emoji);
        const std::string words = words_of_picture(node);
        const GumboVector& siblings = node.parent->v.element.children;
        for (std::size_t i = node.index_within_parent + 1; i < siblings.length; ++i) {
            const auto* next = static_cast<const GumboNode*>(siblings.data[i]);
            if (next->type == GUMBO_NODE_WHITESPACE) continue;
            if (next->type == GUMBO_NODE_ELEMENT && next->v.element.tag == GUMBO_TAG_NOSCRIPT) return;
            break;
        }
        if (!words.empty()) text("[" + words + "]");
    }

    // Once, where a page has the same one in several forms.
    void player(const GumboNode& node) {
        const auto link = player_link(node, base_);
        if (!link || (!link->url.empty() && link->url == last_player_)) return;
        if (in_link_ || link->url.empty()) return text(link->label);
        out_ += written(*link);
        last_player_ = link->url;
    }

    std::string written(const PlayerLink& link) const {
        std::string poster;
        if (!link.poster.empty()) {
            poster =
                fmt::format("<img src=\"{}\" alt=\"\" width=\"{}\" style=\"max-width:100%;height:auto\"><br>",
                            escape_html(link.poster), std::min(480U, limits_.image_width));
        }
        return fmt::format("<a href=\"{}\" style=\"display:block\">{}{}</a>", escape_html(link.url), poster,
                           escape_text(link.label));
    }

    std::string_view base_;
    const CleanLimits& limits_;
    WorkBudget& budget_;
    CssCascade cascade_;
    BlockDirections directions_;
    std::vector<CssDeclaration> style_;  // what holds for the element that is being written
    std::string picture_srcset_;         // of the <picture> whose image is awaited
    std::string narrow_srcset_;          // what it has for narrow windows
    std::vector<Ground> grounds_;        // of the open elements
    Ground ground_;                      // of the element that is being written
    std::optional<Colour> ink_;          // its text's colour, where it has a background of its own
    unsigned noscripts_ = 0;             // how many are open
    unsigned tables_ = 0;                // how many are open
    bool lazy_image_ = false;            // the image last written was one, and nothing was said since
    std::string without_script_;         // the one last written, where it stood in a <noscript>
    std::string number_;                 // of a note whose words are awaited
    std::string out_;
    std::vector<std::string> ends_;  // end tags of the open elements; empty for one that was unwrapped
    bool in_link_ = false;
    bool card_awaits_title_ = false;   // the open link is a card, none of whose words were written
    LinkRole role_ = LinkRole::plain;  // of the link that is opened
    bool icon_ = false;                // the open link has no words but those for screen readers
    unsigned pres_ = 0;                // how many are open
    unsigned headings_ = 0;            // how many are open
    std::string last_player_;          // the one last written, where nothing was said since
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
    Writer writer(base, shaped->css, tree, limits, budget);
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
