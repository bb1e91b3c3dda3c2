// TOML 1.0 between two `+++` lines, as far as front matters have it: keys with values of every kind, and
// tables. An array of tables makes its key unusable.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/front_value.hpp"

namespace paperround::markdown {

namespace {

using Kind = FrontValue::Kind;

// Ends the parse; never leaves this file.
struct RefusedToml {
    FrontMatterError error;
};

class TomlParser {
  public:
    TomlParser(std::string_view text, std::size_t first_line) : rest_(text), line_(first_line) {
        root_.kind = Kind::map;
    }

    FrontValue run() {
        FrontValue* table = &root_;
        for (skip_lines(); !rest_.empty(); skip_lines()) {
            if (rest_.starts_with("[[")) {
                table = &list_table();
            } else if (take('[')) {
                table = &enter(root_, keys(']'));
                expect(']');
            } else {
                key_and_value(*table, 1);
            }
            end_of_line();
        }
        return std::move(root_);
    }

  private:
    [[noreturn]] void refuse(std::string_view expected) const {
        const auto came = rest_.substr(0, std::min<std::size_t>(rest_.find('\n'), 40));
        throw RefusedToml{{line_, fmt::format("the front matter is not valid TOML: expected {}, got \"{}\"",
                                              expected, feed::one_line(came, 60))}};
    }
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        advance(1);
        return true;
    }
    void expect(char c) {
        skip_blanks();
        if (!take(c)) refuse(fmt::format("\"{}\"", c));
    }
    void advance(std::size_t count) {
        line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, count), '\n'));
        rest_.remove_prefix(std::min(count, rest_.size()));
    }
    void skip_blanks() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) advance(1);
    }
    // Blanks, line ends and comments.
    void skip_lines() {
        while (!rest_.empty() && (is_ascii_space(rest_.front()) || rest_.front() == '#'))
            advance(rest_.front() == '#' ? std::min(rest_.find('\n'), rest_.size()) : 1);
    }
    void end_of_line() {
        skip_blanks();
        if (!rest_.empty() && rest_.front() == '#') advance(std::min(rest_.find('\n'), rest_.size()));
        if (!rest_.empty() && rest_.front() != '\n' && rest_.front() != '\r') refuse("the end of the line");
    }

    // The table of a path, made where it is not there.
    FrontValue& enter(FrontValue& from, const std::vector<std::string>& path) {
        if (path.size() > deepest_front_matter)
            throw RefusedToml{{line_, fmt::format("nested deeper than {}", deepest_front_matter)}};
        FrontValue* at = &from;
        for (const std::string& key : path) {
            const auto found = std::ranges::find(at->members, key, &FrontMember::key);
            if (found != at->members.end()) {
                at = &found->value;
            } else {
                at->members.push_back({key, FrontValue{.kind = Kind::map, .line = line_}});
                at = &at->members.back().value;
            }
        }
        return *at;
    }
    FrontValue& list_table() {
        advance(2);
        FrontValue& value = enter(root_, keys(']'));
        expect(']');
        expect(']');
        value = {.kind = Kind::unusable, .text = "arrays of tables are not read", .line = line_};
        return passed_over_ = {.kind = Kind::map};
    }

    void key_and_value(FrontValue& table, std::size_t depth) {
        auto path = keys('=');
        expect('=');
        const std::string last = std::move(path.back());
        path.pop_back();
        FrontValue& around = enter(table, path);
        skip_blanks();
        around.members.push_back({last, value(depth)});
    }

    std::vector<std::string> keys(char end) {
        std::vector<std::string> path;
        do {
            skip_blanks();
            path.push_back(ascii_lower(key(end)));
            skip_blanks();
        } while (take('.'));
        return path;
    }
    std::string key(char end) {
        if (!rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'')) return quoted();
        std::size_t length = 0;
        while (length < rest_.size() && (is_ascii_alpha(rest_[length]) || is_ascii_digit(rest_[length]) ||
                                         rest_[length] == '_' || rest_[length] == '-')) {
            ++length;
        }
        if (length == 0) refuse(end == '=' ? "\"key = value\"" : "the name of a table");
        std::string name(rest_.substr(0, length));
        advance(length);
        return name;
    }

    FrontValue value(std::size_t depth) {
        if (depth > deepest_front_matter)
            throw RefusedToml{{line_, fmt::format("nested deeper than {}", deepest_front_matter)}};
        FrontValue read{.line = line_};
        if (rest_.empty()) refuse("a value");
        if (rest_.front() == '"' || rest_.front() == '\'') {
            read.text = quoted();
        } else if (take('[')) {
            read.kind = Kind::list;
            for (skip_lines(); !take(']'); skip_lines()) {
                read.items.push_back(value(depth + 1));
                skip_lines();
                if (!take(',') && (rest_.empty() || rest_.front() != ']')) refuse("\",\" or \"]\"");
            }
        } else if (take('{')) {
            read.kind = Kind::map;
            for (skip_blanks(); !take('}'); skip_blanks()) {
                key_and_value(read, depth + 1);
                skip_blanks();
                if (!take(',') && (rest_.empty() || rest_.front() != '}')) refuse("\",\" or \"}\"");
            }
        } else {
            const auto length = std::min(rest_.find_first_of(",]}#\r\n"), rest_.size());
            read.text = trim(rest_.substr(0, length));
            if (read.text.empty()) refuse("a value");
            advance(length);
        }
        return read;
    }

    // Of one line or, in three quotes, of several; with escapes or, in single quotes, as it stands.
    std::string quoted() {
        const char quote = rest_.front();
        const std::string three(3, quote);
        const bool lines = rest_.starts_with(three);
        const std::string_view end = lines ? std::string_view(three) : std::string_view(three).substr(0, 1);
        advance(end.size());
        if (lines && rest_.starts_with("\r\n")) advance(1);
        if (lines && !rest_.empty() && rest_.front() == '\n') advance(1);
        std::string out;
        while (!rest_.starts_with(end)) {
            if (rest_.empty() || (!lines && rest_.front() == '\n')) refuse("the end of a quoted text");
            if (quote == '"' && rest_.front() == '\\') {
                escape(out);
            } else {
                out.push_back(rest_.front());
                advance(1);
            }
        }
        advance(end.size());
        return out;
    }
    void escape(std::string& out) {
        constexpr std::string_view names = "btnfre\"\\";
        constexpr std::string_view meant = "\b\t\n\f\r\x1B\"\\";
        const char name = rest_.size() > 1 ? rest_[1] : '\0';
        if (const auto at = names.find(name); name != '\0' && at != std::string_view::npos) {
            out.push_back(meant[at]);
            return advance(2);
        }
        if (name == 'u' || name == 'U') {
            const std::size_t digits = name == 'u' ? 4 : 8;
            char32_t point = 0;
            for (std::size_t i = 2; i < 2 + digits; ++i) {
                const auto digit = i < rest_.size()
                                       ? std::string_view("0123456789abcdef").find(ascii_lower(rest_[i]))
                                       : std::string_view::npos;
                if (digit == std::string_view::npos) refuse("hexadecimal digits");
                point = point * 16 + static_cast<char32_t>(digit);
            }
            append_utf8(out, point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ? 0xFFFD : point);
            return advance(2 + digits);
        }
        if (!is_ascii_space(name)) refuse("an escape");
        advance(1);
        while (!rest_.empty() && is_ascii_space(rest_.front())) advance(1);
    }

    std::string_view rest_;
    std::size_t line_;
    FrontValue root_;
    FrontValue passed_over_;  // what stands under an array of tables
};

}  // namespace

Result<FrontValue, FrontMatterError> read_toml_matter(std::string_view block, std::size_t first_line) {
    try {
        return TomlParser(block, first_line).run();
    } catch (const RefusedToml& refused) {
        return failure(refused.error);
    }
}

}  // namespace paperround::markdown
