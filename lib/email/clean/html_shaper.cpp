#include "email/clean/html_shaper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "email/formula/formula_text.hpp"
#include "email/formula/mathjax_glyphs.hpp"
#include "email/formula/mathml_tree.hpp"
#include "email/html/html_extent.hpp"
#include "email/html/html_policy.hpp"
#include "email/html/html_tokenizer.hpp"
#include "email/page/html_furniture.hpp"
#include "email/page/html_replacement.hpp"

namespace paperround::email {

namespace {

// The tree builder repeats open formatting elements in every block after an unclosed one; this bounds how
// many.
constexpr unsigned most_formatting = 16;
// How far the end of an <object> is looked for.
constexpr std::size_t longest_object = 1024;
// A longer form is an article that stands in one.
constexpr std::size_t longest_form = 8192;
constexpr unsigned most_forms_read = 100;
// Of formulas that MathJax has drawn: how far the end of one is looked for, and how much is read of all.
constexpr std::size_t longest_drawn_formula = 16U << 10U;
constexpr std::size_t most_drawn_formulas = 4U << 20U;

bool is_one_of(std::string_view name, std::string_view list) {
    const auto words = split(list, ' ');
    return std::ranges::find(words, name) != words.end();
}

// Elements whose end tag authors leave out: `opening` closes `top` when that is the innermost open element.
bool closes(std::string_view opening, std::string_view top) {
    if (opening == "li") return top == "li";
    if (is_one_of(opening, "dt dd")) return is_one_of(top, "dt dd");
    if (is_one_of(opening, "rt rp")) return is_one_of(top, "rt rp");
    if (is_one_of(opening, "td th")) return is_one_of(top, "td th");
    if (opening == "tr") return is_one_of(top, "td th tr");
    if (is_one_of(opening, "tbody thead tfoot")) return is_one_of(top, "td th tr tbody thead tfoot caption");
    return false;
}

bool is_summary(const HtmlToken& token) {
    return is_one_of(token.name, "summary legend") && !token.slash_apart;
}

// Substack: what its editor says of a block. Tufte's style sheet: the sign that unfolds a note on a phone.
bool is_label_of_page(const HtmlToken& token) {
    const std::string_view names = token.value_of("class");
    return token.name == "label" && (is_one_of("hide-text", names) || is_one_of("margin-toggle", names));
}

bool is_table_boundary(std::string_view name) {
    return is_one_of(name, "table td th caption");
}

class Shaper {
  public:
    Shaper(std::string_view html, const CleanLimits& limits) : tokenizer_(html), limits_(limits) {}

    Result<ShapedHtml, CleanError> run() {
        read();
        if (nodes_ > limits_.elements) {
            return failure(
                CleanError{CleanError::Code::too_complex,
                           fmt::format("the post's HTML has more than {} elements", limits_.elements)});
        }
        return ShapedHtml{std::move(out_), std::move(css_)};
    }

  private:
    // To the end of the text, or until there are too many elements.
    void read() {
        HtmlToken token;
        while (nodes_ <= limits_.elements && tokenizer_.next(token)) {
            switch (token.kind) {
                case HtmlToken::Kind::text:
                    text(token.text);
                    break;
                case HtmlToken::Kind::start_tag:
                    start_tag(token);
                    break;
                case HtmlToken::Kind::end_tag:
                    end_tag(token.name);
                    break;
            }
        }
    }

    struct Open {
        std::string name;
        std::map<std::string, unsigned> formatting;  // as it was outside of a table cell
    };

    void count_node() { nodes_ += 1 + formatting_total(); }

    [[nodiscard]] unsigned formatting_total() const {
        unsigned total = formatting_around_;
        for (const auto& [name, count] : formatting_) total += count;
        return total;
    }

    void text(std::string_view text) {
        count_node();
        if (text.starts_with('<')) {
            out_ += "&lt;";
            text.remove_prefix(1);
        }
        out_ += text;
    }

    void write_start(std::string_view name, const HtmlToken& token, std::string_view kind = {}) {
        count_node();
        out_ += '<';
        out_ += name;
        std::vector<std::string_view> seen;
        if (!kind.empty()) {
            out_ += fmt::format(" class=\"{}\"", kind);
            seen.emplace_back("class");
        }
        for (const HtmlAttribute& attribute : token.attributes) {
            if (!attribute_read(token.name, attribute.name)) continue;
            if (std::ranges::find(seen, attribute.name) != seen.end()) continue;
            seen.push_back(attribute.name);
            out_ += fmt::format(" {}=\"{}\"", attribute.name, replace_all(attribute.value, "\"", "&quot;"));
        }
        out_ += '>';
    }

    void write_end(std::string_view name) { out_ += fmt::format("</{}>", name); }

    void start_tag(const HtmlToken& token) {
        switch (rule_for(token.name)) {
            case ElementRule::unwrap:
                if (token.name.ends_with(":math")) formula(token);
                if (token.name == "label") label(token);
                return;
            case ElementRule::drop_raw:
                return raw(token);
            case ElementRule::drop:
                return take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing)), void();
            case ElementRule::code:
                return code(token);
            case ElementRule::formula:
                return formula(token);
            case ElementRule::drawing:
                return drawing(token);
            case ElementRule::control:
                return control(token);
            case ElementRule::keep_void:
                return token.name == "amp-img" ? picture(token) : write_start(token.name, token);
            case ElementRule::formatting:
                return start_formatting(token);
            case ElementRule::player:
                return start_player(token);
            case ElementRule::block:
                if (token.name == "form" && skip_form(token)) return;
                return start_block("div", token, is_summary(token) ? summary_class : "");
            case ElementRule::list:
                return start_block("ul", token);
            case ElementRule::keep:
                // A p ends by itself wherever the next block begins, so it is no depth.
                if (token.name == "p") return write_start("p", token);
                return start_block(token.name, token);
        }
    }

    // Moves behind the element, and returns what it holds.
    std::string_view take(const ElementExtent& extent) {
        const std::string_view content = tokenizer_.rest().substr(0, extent.content);
        tokenizer_.skip(extent.whole);
        return content;
    }

    bool skip_form(const HtmlToken& token) {
        if (++forms_ > most_forms_read) return false;
        const auto extent = extents_.nested(tokenizer_.rest(), token.name, token.self_closing);
        if (!extent.closed || extent.content > longest_form) return false;
        if (!is_form_of_page(tokenizer_.rest().substr(0, extent.content))) return false;
        tokenizer_.skip(extent.whole);
        return true;
    }

    void raw(const HtmlToken& token) {
        const std::string_view content =
            take(extents_.raw(tokenizer_.rest(), token.name, token.self_closing));
        if (token.name == "script") return script(token, content);
        if (token.name != "style" || token.has("media")) return;
        css_ += content;
        css_ += '\n';
    }

    void script(const HtmlToken& token, std::string_view content) {
        const RawScript script = read_raw_script(token, content);
        if (!script.page.empty()) {
            out_ += fmt::format("<video type=\"page\" src=\"{}\"></video>", escape_html(script.page));
            count_node();
        }
        if (!script.tex.empty())
            words(formula_source_class, escape_html(formula_of_tex(decode_math_references(script.tex))));
        if (!script.mathml.empty())
            words(formula_source_class, escape_html(formula_of_mathml(script.mathml, {})));
    }

    void words(std::string_view name, std::string_view escaped) {
        if (escaped.empty()) return;
        count_node();
        count_node();
        out_ += fmt::format("<span class=\"{}\">{}</span>", name, escaped);
    }

    void code(const HtmlToken& token) {
        const auto extent = extents_.raw(tokenizer_.rest(), token.name, token.self_closing);
        const std::string_view content = take(extent);
        if (!extent.closed) return;
        count_node();
        out_ += "<pre>" + escape_html(content) + "</pre>";
    }

    // Controls keep labels apart, which a mail has not.
    void label(const HtmlToken& token) {
        if (is_label_of_page(token))
            return take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing)), void();
        if (!out_.empty() && !is_ascii_space(out_.back()) && out_.back() != '>') out_ += ' ';
    }

    // MathJax draws a formula, and has it as MathML beside the drawing.
    void formula(const HtmlToken& token) {
        if (token.name == "mjx-container") return drawn_formula(token);
        if (token.name == "math-renderer") return written_formula(token);
        const std::string_view content =
            take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing));
        words(formula_class, escape_html(formula_of_mathml(content, token.value_of("alttext"))));
    }

    // GitHub: TeX that a script is to draw.
    void written_formula(const HtmlToken& token) {
        HtmlTokenizer tokenizer(take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing)));
        HtmlToken piece;
        std::string tex;
        while (tokenizer.next(piece)) {
            if (piece.kind == HtmlToken::Kind::text) tex += piece.text;
        }
        words(formula_class, escape_html(formula_of_tex(decode_math_references(tex))));
    }

    void drawn_formula(const HtmlToken& token) {
        const std::string_view near = tokenizer_.rest().substr(0, longest_drawn_formula);
        constexpr std::string_view end = "</mjx-container>";
        std::size_t size = std::string_view::npos;
        if (drawn_formulas_ < most_drawn_formulas) {
            size = near.find(end);
            drawn_formulas_ += std::min(size, near.size());
        }
        const std::string text =
            size == std::string_view::npos ? std::string{} : text_of_glyphs(near.substr(0, size));
        if (text.empty()) return start_block("span", token, token.name);
        tokenizer_.skip(size + end.size());
        words(formula_class, escape_html(text));
    }

    // AMP: within it stands what a page without scripts shows.
    void picture(HtmlToken token) {
        const auto extent = extents_.nested(tokenizer_.rest(), token.name, token.self_closing);
        if (extent.closed && extent.content <= longest_object) tokenizer_.skip(extent.whole);
        token.name = "img";
        write_start(token.name, token);
    }

    void drawing(const HtmlToken& token) {
        const std::string_view content =
            take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing));
        if (const std::string_view tex = tex_of_drawing(content); !tex.empty())
            return words(formula_class, escape_html(formula_of_tex(decode_math_references(tex))));
        const std::string label = words_of_drawing(token, content);
        if (!label.empty()) words(drawing_class, "[" + replace_all(label, "<", "&lt;") + "]");
    }

    void control(const HtmlToken& token) {
        if (token.name == "en-todo") {  // Evernote
            count_node();
            out_ += token.value_of("checked") == "true" ? "\u2611 " : "\u2610 ";
        } else if (token.name == "button") {
            const bool in_code = std::ranges::any_of(open_, [](auto& open) { return open.name == "pre"; });
            if (in_code || is_button_of_page(token))
                take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing));
        } else if (token.name == "input") {
            const auto last = out_.find_last_not_of(" \t\r\n");
            const std::string sign = sign_of_input(token, last == std::string::npos || out_[last] == '>');
            if (sign.empty()) return;
            count_node();
            out_ += sign;
            if (!is_ascii_space(tokenizer_.rest().empty() ? ' ' : tokenizer_.rest().front())) out_ += ' ';
        } else if (token.has("href") && !trim(token.value_of("alt")).empty()) {  // area
            count_node();
            out_ += fmt::format("<a href=\"{}\">{}</a> ", replace_all(token.value_of("href"), "\"", "&quot;"),
                                replace_all(token.value_of("alt"), "<", "&lt;"));
        }
    }

    // `kind`: a class that is added, for the second pass.
    void start_block(const std::string& name, const HtmlToken& token, std::string_view kind = {}) {
        while (!open_.empty() && closes(name, open_.back().name)) pop_to(open_.size() - 1);
        // As XML has it: it holds nothing, least of all the rest of the article.
        if (token.slash_apart && kind.empty()) {
            write_start(name, token);
            return write_end(name);
        }
        if (open_.size() >= limits_.depth) {
            ++dropped_[name];
            return;
        }
        write_start(name, token, kind);
        open_.push_back({name, formatting_});
    }

    void start_formatting(const HtmlToken& token) {
        if (token.slash_apart) return;
        const std::string name = token.name == "strike" ? "s" : token.name;
        if (name == "a") {
            const bool is_link =
                std::ranges::any_of(token.attributes, [](auto& a) { return a.name == "href"; });
            if (!is_link) return;
            if (formatting_["a"] > 0) end_formatting("a");
        }
        if (formatting_total() >= most_formatting) {
            ++dropped_[name];
            return;
        }
        write_start(name, token);
        ++formatting_[name];
    }

    // Without content: what stands there is for who has no player, or is read here.
    void start_player(const HtmlToken& token) {
        if (token.name == "object") {
            const auto end = tokenizer_.rest().substr(0, longest_object).find("</");
            if (end == std::string_view::npos || has_substance(tokenizer_.rest().substr(0, end))) return;
        }
        std::string_view content;
        if (token.name == "iframe")
            content = take(extents_.raw(tokenizer_.rest(), token.name, token.self_closing));
        else if (token.name != "embed")
            content = take(extents_.nested(tokenizer_.rest(), token.name, token.self_closing));
        const RawPlayer player = read_raw_player(token, content);
        if (player.source.empty() && token.name == "iframe" && shows_own_document(token)) return;
        HtmlToken written{.name = "video"};
        for (const HtmlAttribute& attribute : token.attributes) {
            if (attribute.name != "src" && attribute.name != "title" && !attribute.name.starts_with("data-"))
                written.attributes.push_back(attribute);
        }
        if (ascii_lower(token.value_of("type")).find("pdf") != std::string::npos) {
            std::erase_if(written.attributes, [](auto& attribute) { return attribute.name == "type"; });
            written.attributes.push_back({"type", "page"});
        }
        written.attributes.push_back({"src", player.source});
        written.attributes.push_back({"title", player.title});
        written.attributes.push_back({"data-page", player.page});
        write_start("video", written);
        write_end("video");
    }

    // A frame whose attribute has the document that it shows: that stands in a block of its own, which none of
    // its end tags can leave. False, and nothing is written, if it has nothing that a mail can show.
    bool shows_own_document(const HtmlToken& frame) {
        const std::string document = own_document(frame);
        if (document.empty() || barrier_ > 0 || open_.size() >= limits_.depth) return false;
        const std::size_t begin = out_.size();
        const Around around{std::exchange(tokenizer_, HtmlTokenizer(document)), std::exchange(extents_, {}),
                            css_.size(), formatting_, std::exchange(dropped_, {})};
        formatting_around_ = formatting_total();
        formatting_.clear();
        start_block("div", {.name = "div"});
        barrier_ = open_.size();
        const std::size_t content = out_.size();
        read();
        const bool seen = has_substance(std::string_view(out_).substr(content));
        end_document(around);
        if (!seen) out_.resize(begin);
        return seen;
    }

    // What was around a frame's own document.
    struct Around {
        HtmlTokenizer tokenizer;
        ElementExtents extents;
        std::size_t css;  // its size: the document's own styles hold for the document alone, and go
        std::map<std::string, unsigned> formatting;
        std::map<std::string, unsigned> dropped;
    };

    void end_document(const Around& around) {
        while (open_.size() > barrier_) {
            write_end(open_.back().name);
            open_.pop_back();
        }
        for (const auto& [name, count] : formatting_) {
            for (unsigned i = 0; i < count; ++i) write_end(name);
        }
        write_end("div");
        open_.resize(std::exchange(barrier_, 0) - 1);
        formatting_around_ = 0;
        tokenizer_ = around.tokenizer;
        extents_ = around.extents;
        css_.resize(around.css);
        formatting_ = around.formatting;
        dropped_ = around.dropped;
    }

    void end_tag(const std::string& name) {
        switch (rule_for(name)) {
            case ElementRule::formatting:
                return end_formatting(name == "strike" ? "s" : name);
            case ElementRule::formula:
                return end_block("span");
            case ElementRule::block:
                return end_block("div");
            case ElementRule::list:
                return end_block("ul");
            case ElementRule::keep:
                return name == "p" ? write_end("p") : end_block(name);
            default:
                return;
        }
    }

    bool was_dropped(const std::string& name) {
        const auto found = dropped_.find(name);
        if (found == dropped_.end() || found->second == 0) return false;
        --found->second;
        return true;
    }

    void end_formatting(const std::string& name) {
        if (was_dropped(name) || formatting_[name] == 0) return;
        --formatting_[name];
        write_end(name);
    }

    void end_block(const std::string& name) {
        if (was_dropped(name)) return;
        const bool of_table = is_one_of(name, "table caption tbody thead tfoot tr td th");
        for (std::size_t at = open_.size(); at > barrier_; --at) {
            const std::string& open = open_[at - 1].name;
            if (open == name) {
                write_end(name);
                return pop_to(at - 1);
            }
            const bool barrier = of_table ? open == "table" : is_table_boundary(open);
            if (barrier) return;
        }
    }

    // The tree builder forgets what formatting was opened within a table cell when the cell ends.
    void pop_to(std::size_t depth) {
        for (std::size_t at = open_.size(); at > depth; --at) {
            if (is_table_boundary(open_[at - 1].name)) formatting_ = std::move(open_[at - 1].formatting);
        }
        open_.resize(depth);
    }

    HtmlTokenizer tokenizer_;
    ElementExtents extents_;
    const CleanLimits& limits_;
    std::string out_;
    std::string css_;  // what stood in <style> elements
    std::vector<Open> open_;
    std::map<std::string, unsigned> formatting_;  // open formatting elements, by name
    std::map<std::string, unsigned> dropped_;     // start tags whose end tags must go as well
    std::size_t barrier_ = 0;  // how many of open_ are around the document of a frame; 0 outside of one
    unsigned formatting_around_ = 0;  // around that document
    std::size_t nodes_ = 0;
    unsigned forms_ = 0;              // that were looked at
    std::size_t drawn_formulas_ = 0;  // octets of them that were looked at
};

}  // namespace

Result<ShapedHtml, CleanError> shape_html(std::string_view html, const CleanLimits& limits) {
    return Shaper(html, limits).run();
}

}  // namespace paperround::email
