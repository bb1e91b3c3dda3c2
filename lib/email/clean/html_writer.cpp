#include "email/clean/html_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/clean/block_direction.hpp"
#include "email/clean/grounds.hpp"
#include "email/clean/markup.hpp"
#include "email/clean/picture_writer.hpp"
#include "email/css/cell_colour.hpp"
#include "email/css/css_cascade.hpp"
#include "email/css/css_policy.hpp"
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
#include "email/page/protected_address.hpp"
#include "email/picture/html_image.hpp"
#include "email/picture/table_width.hpp"
#include "email/template/merge_text.hpp"

namespace paperround::email {

namespace {

// GitHub's alerts, and admonitions of MkDocs and Sphinx.
bool is_title_of_note(const GumboNode& node) {
    return has_class(node, "markdown-alert-title") || has_class(node, "admonition-title");
}

// Whether a line of the text may be an address that is to become a link.
bool is_prose(const GumboNode& node) {
    constexpr std::array code{GUMBO_TAG_CODE, GUMBO_TAG_KBD, GUMBO_TAG_SAMP, GUMBO_TAG_PRE, GUMBO_TAG_VAR};
    return std::ranges::find(code, node.parent->v.element.tag) == code.end();
}

bool is_heading(std::string_view name) {
    return name.size() == 2 && name.front() == 'h' && is_ascii_digit(name.back());
}

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
          directions_(tree),
          pictures_(base, limits) {}

    bool open(const GumboNode& node) {
        if (is_text(node)) return text_node(node), false;
        if (node.type != GUMBO_NODE_ELEMENT || full()) return false;
        grounds_.begin();
        const bool inside = open_element(node);
        if (inside) grounds_.enter();
        return inside;
    }

    void close(const GumboNode& node) {
        if (node.v.element.tag == GUMBO_TAG_A) icon_ = false;
        if (node.v.element.tag == GUMBO_TAG_A && !ends_.back().empty()) in_link_ = false;
        if (node.v.element.tag == GUMBO_TAG_PRE) --pres_;
        if (is_heading(gumbo_normalized_tagname(node.v.element.tag))) --headings_;
        if (node.v.element.tag == GUMBO_TAG_NOSCRIPT) pictures_.close_noscript();
        if (node.v.element.tag == GUMBO_TAG_TABLE) --tables_;
        out_ += ends_.back();
        ends_.pop_back();
        grounds_.leave();
    }

    // Nothing more is written.
    [[nodiscard]] bool full() const {
        return out_.size() > limits_.output || budget_.end() != WorkBudget::End::none;
    }
    // Gumbo makes octets that are no UTF-8 of a numeric reference that overflows.
    std::string take() { return without_marks(to_valid_utf8(out_)); }

  private:
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
        if (const auto address = protected_address(node)) return mail_address(name, *address), false;
        if (name == "img") return image(node), false;
        if (name == "video") return player(node), false;
        if (name == "noscript") {
            pictures_.open_noscript();
            ends_.emplace_back();
            return true;
        }
        switch (rule_for(name)) {
            case ElementRule::keep_void:
                if (name == "source") {
                    pictures_.add_source(node);
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
        if (name == "li" && node.parent->v.element.tag == GUMBO_TAG_UL && is_blank(node)) return true;
        if (name == "a") {
            icon_ = is_icon(node, base_);
            role_ = role_of_link(node, base_);
            if (role_ == LinkRole::sign) end_words();
            return role_ == LinkRole::sign;
        }
        return headings_ > 0 && attribute_of(node, "aria-hidden").value_or("") == "true" &&
               !has_letters(words_in(node, 1));
    }

    void mail_address(std::string_view name, const std::string& address) {
        const std::string words = escape_html(address);
        out_ += name == "a" && !in_link_ ? fmt::format("<a href=\"mailto:{0}\">{0}</a>", words) : words;
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
        const bool is_markup = trim(words).starts_with('<') && trim(words).ends_with('>');
        if (is_markup && pictures_.is_repeated_here()) return;
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
            out_ += attribute("href", web_url(line, BaseUrl()).value_or(""));
            out_ += fmt::format(">{}</a>", escape_text(trim(line)));
        }
    }

    void text(std::string_view text) {
        if (!trim(text).empty()) pictures_.note_words();
        words_beside_pictures(text);
    }

    // A picture behind them may still be the one before them.
    void words_beside_pictures(std::string_view text) {
        if (!trim(text).empty()) {
            last_player_.clear();
            write_number();
        }
        out_ += escape_text(text);
    }

    // `name`: of a class that the templates know.
    void style_attribute(std::string_view name = {}) {
        const std::string style = write_declarations(grounds_.coloured(style_));
        std::string classes(name);
        if (grounds_.ink()) classes += classes.empty() ? "tinted" : " tinted";
        if (!classes.empty()) out_ += attribute("class", classes);
        if (!style.empty()) out_ += attribute("style", style);
    }

    // In the dark the templates have colours for headings and links that would win over the post's: on a
    // background of its own such text is put into an element that they do not know. Gives its end tag.
    std::string open_ink(std::string_view element) { return open_ink(element, grounds_.ink()); }
    std::string open_ink(std::string_view element, const std::optional<Colour>& ink,
                         std::string_view further = {}) {
        if (!ink) return {};
        out_ += fmt::format("<{} style=\"color:{}{}\">", element, to_text(*ink), further);
        return fmt::format("</{}>", element);
    }

    void element(std::string_view name, const GumboNode& node, std::string_view template_class = {}) {
        out_ += '<';
        out_ += name;
        const GumboVector& attributes = node.v.element.attributes;
        for (unsigned i = 0; i < attributes.length; ++i) {
            const auto* given = static_cast<const GumboAttribute*>(attributes.data[i]);
            const std::string_view key = given->name;
            if (key != "href" && attribute_allowed(name, key)) out_ += attribute(key, given->value);
        }
        const bool cell = name == "td" || name == "th";
        if ((cell && !attribute_of(node, "align")) || name == "p" || is_heading(name)) {
            for (const std::string_view side : {"right", "center"}) {
                if (!class_says(node, "has-text-align-" + std::string(side))) continue;
                if (cell) {
                    out_ += attribute("align", side);
                } else {
                    add_alignment(style_, side);
                }
            }
        }
        if (const auto direction = directions_.of(node); direction != Direction::none) {
            const bool to_left = direction == Direction::right_to_left;
            out_ += attribute("dir", to_left ? "rtl" : "ltr");
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
        if (name == "p" && holds_buttons_alone(node)) name = "div";
        if (has_class(node, summary_class) || is_title_of_note(node))
            style_.push_back({"font-weight", "bold", false});
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
        const std::string gallery = markup_of(gallery_of(node), limits_.image_width);
        if (!gallery.empty()) ends_.back().insert(ends_.back().rfind("</"), gallery);
        if (const auto link = embedded_link(node, base_);
            link && (link->url.empty() || link->url != last_player_)) {
            ends_.back().insert(
                0, link->url.empty() ? escape_text(link->label) : markup_of(*link, limits_.image_width));
            last_player_ = link->url;
        }
    }

    void open_link(const GumboNode& node) {
        const auto href = attribute_of(node, "href");
        const bool leads = href && !in_link_ && !leads_to_own_heading(node, base_);
        const auto address = leads ? protected_target(*href) : std::nullopt;
        const auto url = address ? "mailto:" + *address
                         : leads ? link_url(*href, BaseUrl(base_))
                                 : std::nullopt;
        if (!url) return ends_.emplace_back(), void();
        in_link_ = true;
        write_number();
        const bool button = is_button(node);
        const bool raises = !button && role_ == LinkRole::footnote && !is_raised(node);
        if (button) out_ += button_begin;
        if (raises) out_ += "<sup>";
        out_ += "<a";
        out_ += attribute("href", *url);
        if (const auto title = attribute_of(node, "title")) out_ += attribute("title", *title);
        if (button) {
            out_ += attribute("class", "button-link");
            out_ += "><span class=\"button-text\">";
            return ends_.push_back(fmt::format("</span></a>{}", button_end));
        }
        card_awaits_title_ = is_card_link(node);
        style_attribute(card_awaits_title_ ? "card-link" : "");
        out_ += '>';
        // KMail has a colour of its own for links and takes their line away, but not from what stands in them.
        // A link with a background or a line of its own is known by that.
        const bool known = grounds_.ink() || std::ranges::any_of(style_, [](const CssDeclaration& said) {
                               return said.property.starts_with("text-decoration");
                           });
        const std::string ink =
            open_ink("span", grounds_.ink_here(), known ? "" : ";text-decoration:underline");
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

    void image(const GumboNode& node) {
        const WrittenPicture picture = pictures_.write(node, style_, in_link_);
        if (picture.counts) write_number();
        out_ += picture.markup;
        if (picture.is_emoji) {
            words_beside_pictures(picture.words);
        } else {
            text(picture.words);
        }
    }

    // Once, where a page has the same one in several forms.
    void player(const GumboNode& node) {
        const auto link = player_link(node, base_);
        if (!link || (!link->url.empty() && link->url == last_player_)) return;
        if (in_link_ || link->url.empty()) return text(link->label);
        out_ += markup_of(*link, limits_.image_width);
        last_player_ = link->url;
    }

    std::string_view base_;
    const CleanLimits& limits_;
    WorkBudget& budget_;
    CssCascade cascade_;
    BlockDirections directions_;
    std::vector<CssDeclaration> style_;  // what holds for the element that is being written
    Grounds grounds_;
    PictureWriter pictures_;
    unsigned tables_ = 0;  // how many are open
    std::string number_;   // of a note whose words are awaited
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

}  // namespace

std::optional<std::string> write_html(const HtmlTree& tree, std::string_view base, std::string_view css,
                                      const CleanLimits& limits, WorkBudget& budget) {
    Writer writer(base, css, tree, limits, budget);
    tree.walk_body(writer);
    if (writer.full()) return std::nullopt;
    return writer.take();
}

}  // namespace paperround::email
