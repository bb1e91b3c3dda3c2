#include "email/html_shaper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/text.hpp"
#include "email/html_policy.hpp"
#include "email/html_tokenizer.hpp"

namespace paperround::email {

namespace {

// The tree builder repeats open formatting elements in every block after an unclosed one; this bounds how
// many.
constexpr unsigned most_formatting = 16;

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

bool is_table_boundary(std::string_view name) {
    return is_one_of(name, "table td th caption");
}

class Shaper {
  public:
    Shaper(std::string_view html, const CleanLimits& limits) : tokenizer_(html), limits_(limits) {}

    Result<ShapedHtml, CleanError> run() {
        HtmlToken token;
        while (tokenizer_.next(token)) {
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
            if (nodes_ > limits_.elements) {
                return failure(
                    CleanError{CleanError::Code::too_complex,
                               fmt::format("the post's HTML has more than {} elements", limits_.elements)});
            }
        }
        return ShapedHtml{std::move(out_), std::move(css_)};
    }

  private:
    struct Open {
        std::string name;
        std::map<std::string, unsigned> formatting;  // as it was outside of a table cell
    };

    void count_node() { nodes_ += 1 + formatting_total(); }

    [[nodiscard]] unsigned formatting_total() const {
        unsigned total = 0;
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

    void write_start(std::string_view name, const HtmlToken& token) {
        count_node();
        out_ += '<';
        out_ += name;
        std::vector<std::string_view> seen;
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
                return;
            case ElementRule::drop_raw:
                return skip_raw(token);
            case ElementRule::drop:
                tokenizer_.skip_past_end_tag(token.name);
                return;
            case ElementRule::keep_void:
                return write_start(token.name, token);
            case ElementRule::formatting:
                return start_formatting(token);
            case ElementRule::player:
                return start_player(token);
            case ElementRule::block:
                return start_block("div", token);
            case ElementRule::keep:
                // A p ends by itself wherever the next block begins, so it is no depth.
                if (token.name == "p") return write_start("p", token);
                return start_block(token.name, token);
        }
    }

    void skip_raw(const HtmlToken& token) {
        std::string_view content = tokenizer_.rest();
        if (!tokenizer_.skip_past_end_tag(token.name)) return tokenizer_.skip_everything();
        const bool for_print =
            std::ranges::any_of(token.attributes, [](auto& a) { return a.name == "media"; });
        if (token.name != "style" || for_print) return;
        content.remove_suffix(tokenizer_.rest().size());
        css_ += content.substr(0, content.rfind("</"));
        css_ += '\n';
    }

    void start_block(const std::string& name, const HtmlToken& token) {
        while (!open_.empty() && closes(name, open_.back().name)) pop_to(open_.size() - 1);
        if (open_.size() >= limits_.depth) {
            ++dropped_[name];
            return;
        }
        write_start(name, token);
        open_.push_back({name, formatting_});
    }

    void start_formatting(const HtmlToken& token) {
        const std::string& name = token.name;
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

    // To the tree builder a video is an element like any other, while an iframe's content is no HTML.
    void start_player(const HtmlToken& token) {
        if (token.name == "video" || token.name == "audio") return start_block("video", token);
        write_start("video", token);
        write_end("video");
        if (token.name == "iframe" && !tokenizer_.skip_past_end_tag("iframe")) tokenizer_.skip_everything();
    }

    void end_tag(const std::string& name) {
        switch (rule_for(name)) {
            case ElementRule::formatting:
                return end_formatting(name);
            case ElementRule::player:
                return end_block("video");
            case ElementRule::block:
                return end_block("div");
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
        for (std::size_t at = open_.size(); at > 0; --at) {
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
    const CleanLimits& limits_;
    std::string out_;
    std::string css_;  // what stood in <style> elements
    std::vector<Open> open_;
    std::map<std::string, unsigned> formatting_;  // open formatting elements, by name
    std::map<std::string, unsigned> dropped_;     // start tags whose end tags must go as well
    std::size_t nodes_ = 0;
};

}  // namespace

Result<ShapedHtml, CleanError> shape_html(std::string_view html, const CleanLimits& limits) {
    return Shaper(html, limits).run();
}

}  // namespace paperround::email
