#include "email/formula/mathjax_glyphs.hpp"

#include <charconv>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tokenizer.hpp"

namespace paperround::email {

namespace {

// Mathematical italics and the like are other characters; people type the letter.
char32_t plain_letter(char32_t c) {
    constexpr char32_t latin = 0x1D400;
    constexpr char32_t greek = 0x1D6A8;
    constexpr char32_t digits = 0x1D7CE;
    constexpr char32_t last = 0x1D7FF;
    if (c == 0x210E) return U'h';
    if (c < latin || c > last) return c;
    if (c >= digits) return U'0' + (c - digits) % 10;
    if (c >= greek) {
        const char32_t place = (c - greek) % 58;
        if (place < 25) return 0x391 + place;
        return place > 25 && place < 51 ? 0x3B1 + (place - 26) : c;
    }
    const char32_t place = (c - latin) % 52;
    return place < 26 ? U'A' + place : U'a' + (place - 26);
}

// `mjx-c mjx-c1D45B TEX-I` is U+1D45B.
char32_t glyph_of(std::string_view classes) {
    constexpr std::string_view mark = "mjx-c";
    for (const std::string_view name : split(classes, ' ')) {
        if (!name.starts_with(mark) || name.size() == mark.size()) continue;
        const std::string_view digits = name.substr(mark.size());
        unsigned code = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (error == std::errc() && end == digits.data() + digits.size()) return code;
    }
    return 0;
}

class Line {
  public:
    void add(std::string_view text) { out_ += text; }
    void space() {
        if (!out_.empty() && !out_.ends_with(' ')) out_ += ' ';
    }
    void open() {
        groups_.push_back(out_.size());
        out_ += '(';
    }
    // Without brackets around a single character.
    void close() {
        if (groups_.empty()) return;
        const std::size_t begin = groups_.back();
        groups_.pop_back();
        const std::string_view inside = std::string_view(out_).substr(begin + 1);
        const bool single = !inside.empty() && next_code_point(inside).length == inside.size();
        if (single) {
            out_.erase(begin, 1);
        } else {
            out_ += ')';
        }
    }
    [[nodiscard]] std::string text() const { return collapse_spaces(out_); }

  private:
    std::string out_;
    std::vector<std::size_t> groups_;  // where the open ones begin
};

class GlyphCollector {
  public:
    void start(const HtmlToken& token) {
        if (token.has("space")) line_.space();
        if (token.name == "mjx-c") return glyph(token);
        if (token.name == "mjx-msup" || token.name == "mjx-msubsup") scripts_.emplace_back("^");
        if (token.name == "mjx-msub") scripts_.emplace_back("_");
        // Between the upper and the lower script.
        if (token.name == "mjx-spacer" && !scripts_.empty()) {
            line_.close();
            line_.add("_");
            line_.open();
        }
        if (token.name == "mjx-script") line_.add(scripts_.empty() ? "^" : scripts_.back());
        if (is_group(token.name)) line_.open();
    }

    void end(std::string_view name) {
        const bool scripted = name == "mjx-msup" || name == "mjx-msub" || name == "mjx-msubsup";
        if (scripted && !scripts_.empty()) scripts_.pop_back();
        if (is_group(name)) line_.close();
        if (name == "mjx-num") line_.add("/");
    }

    // What the font does not have.
    void text(std::string_view words) { line_.add(trim(words)); }

    [[nodiscard]] std::string result() const { return found_ ? line_.text() : std::string{}; }

  private:
    static bool is_group(std::string_view name) {
        return name == "mjx-script" || name == "mjx-num" || name == "mjx-den" || name == "mjx-box";
    }

    void glyph(const HtmlToken& token) {
        const char32_t code = plain_letter(glyph_of(token.value_of("class")));
        if (code < U' ' || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return;
        found_ = true;
        std::string character;
        append_utf8(character, code);
        line_.add(character);
    }

    Line line_;
    std::vector<std::string_view> scripts_;  // of the open ones: ^ or _
    bool found_ = false;
};

}  // namespace

std::string text_of_glyphs(std::string_view content) {
    if (content.find("<math") != std::string_view::npos) return {};
    HtmlTokenizer tokenizer(content);
    HtmlToken token;
    GlyphCollector glyphs;
    while (tokenizer.next(token)) {
        switch (token.kind) {
            case HtmlToken::Kind::text:
                glyphs.text(token.text);
                break;
            case HtmlToken::Kind::start_tag:
                glyphs.start(token);
                break;
            case HtmlToken::Kind::end_tag:
                glyphs.end(token.name);
                break;
        }
    }
    return glyphs.result();
}

}  // namespace paperround::email
