#include "config/segment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t longest_expression = 2000;
constexpr unsigned deepest_expression = 20;

bool is_name_octet(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_language_range(std::string_view range, std::string_view language) {
    if (range.empty() || language.size() < range.size()) return range == language;
    return ascii_iequals(language.substr(0, range.size()), range) &&
           (language.size() == range.size() || language[range.size()] == '-');
}

std::string_view attribute_of(const Person& person, const std::string& name) {
    const auto found = person.attributes.find(name);
    return found == person.attributes.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

class SegmentParser {
  public:
    explicit SegmentParser(std::string_view text) : text_(text) {}

    Result<Segment, SegmentError> run() {
        if (text_.size() > longest_expression) {
            at_ = longest_expression;
            fail(fmt::format("expected at most {} octets, got {}", longest_expression, text_.size()));
        } else if (!is_utf8(text_)) {
            fail("expected UTF-8");
        } else {
            expression(0);
            if (!error_ && !at_end()) fail("expected \"and\", \"or\" or the end, got " + found());
        }
        if (error_) return failure(*error_);
        segment_.text_ = std::string(text_);
        return std::move(segment_);
    }

  private:
    using Kind = Segment::Kind;

    void fail(std::string message) {
        if (!error_) error_ = SegmentError{at_ + 1, std::move(message)};
    }
    bool at_end() {
        while (at_ < text_.size() && is_ascii_space(text_[at_])) ++at_;
        return at_ == text_.size();
    }
    // What stands there, for a message.
    std::string found() {
        if (at_end()) return "the end";
        const std::string_view word = peek_word();
        return fmt::format(
            "\"{}\"", word.empty() ? utf8_prefix(text_.substr(at_), 4).substr(0, 1) : utf8_prefix(word, 40));
    }
    std::string_view peek_word() {
        at_end();
        std::size_t end = at_;
        while (end < text_.size() && is_name_octet(text_[end])) ++end;
        return text_.substr(at_, end - at_);
    }
    bool take_word(std::string_view word) {
        if (!ascii_iequals(peek_word(), word)) return false;
        at_ += word.size();
        return true;
    }
    bool take(std::string_view sign) {
        if (at_end() || !text_.substr(at_).starts_with(sign)) return false;
        at_ += sign.size();
        return true;
    }
    void add(Kind kind, std::string name = {}, std::string value = {}) {
        segment_.steps_.push_back({kind, std::move(name), std::move(value)});
    }

    void expression(unsigned depth) {
        term(depth);
        while (!error_ && take_word("or")) {
            term(depth);
            add(Kind::either);
        }
    }
    void term(unsigned depth) {
        factor(depth);
        while (!error_ && take_word("and")) {
            factor(depth);
            add(Kind::both);
        }
    }
    void factor(unsigned depth) {
        if (depth > deepest_expression)
            return fail(fmt::format("expected at most {} levels", deepest_expression));
        if (take_word("not")) {
            factor(depth + 1);
            return add(Kind::negation);
        }
        if (take("(")) {
            expression(depth + 1);
            if (!error_ && !take(")")) fail("expected \")\", got " + found());
            return;
        }
        if (take_word("tag")) {
            if (const auto tag = quoted()) add(Kind::tagged, {}, ascii_lower(*tag));
            return;
        }
        comparison();
    }
    void comparison() {
        const std::string_view word = peek_word();
        if (word.empty() || is_reserved(word))
            return fail("expected a name such as lang, \"tag\", \"not\" or \"(\", got " + found());
        const std::string name = ascii_lower(word);
        at_ += word.size();
        if (take_word("in")) return any_of(name);
        const bool unequal = take("!=");
        if (!unequal && !take("=")) return fail("expected =, != or in, got " + found());
        if (auto value = quoted()) add(unequal ? Kind::unequal : Kind::equal, name, std::move(*value));
    }
    void any_of(const std::string& name) {
        if (!take("(")) return fail("expected \"(\" behind in, got " + found());
        for (bool first = true; !error_; first = false) {
            auto value = quoted();
            if (!value) return;
            add(Kind::equal, name, std::move(*value));
            if (!first) add(Kind::either);
            if (take(")")) return;
            if (!take(",")) fail("expected \",\" or \")\", got " + found());
        }
    }
    static bool is_reserved(std::string_view word) {
        return std::ranges::any_of(std::array{"and", "or", "in", "not", "tag"},
                                   [word](std::string_view one) { return ascii_iequals(one, word); });
    }
    std::optional<std::string> quoted() {
        if (at_end() || (text_[at_] != '\'' && text_[at_] != '"')) {
            fail("expected a text in quotes, got " + found());
            return std::nullopt;
        }
        const std::size_t begin = at_;
        const char quote = text_[at_++];
        std::string value;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == quote) {
                ++at_;
                if (at_ == text_.size() || text_[at_] != quote) return value;
            }
            value.push_back(text_[at_]);
        }
        at_ = begin;
        fail("this quote is not closed");
        return std::nullopt;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Segment segment_;
    std::optional<SegmentError> error_;
};

Result<Segment, SegmentError> Segment::parse(std::string_view text) {
    return SegmentParser(text).run();
}

bool Segment::compare(const Step& step, const Person& person) {
    if (step.name == "lang") return is_language_range(step.value, attribute_of(person, "language"));
    if (step.name == "name") return person.name == step.value;
    if (step.name == "email") return ascii_iequals(person.address, step.value);
    if (step.name == "domain") return ascii_iequals(domain_of(person.address), step.value);
    return attribute_of(person, step.name) == step.value;
}

bool Segment::holds(const Person& person) const {
    std::vector<bool> stack;
    for (const Step& step : steps_) {
        switch (step.kind) {
            case Kind::equal:
                stack.push_back(compare(step, person));
                break;
            case Kind::unequal:
                stack.push_back(!compare(step, person));
                break;
            case Kind::tagged:
                stack.push_back(std::ranges::find(person.tags, step.value) != person.tags.end());
                break;
            case Kind::negation:
                stack.back() = !stack.back();
                break;
            case Kind::both:
            case Kind::either: {
                const bool second = stack.back();
                stack.pop_back();
                stack.back() = step.kind == Kind::both ? stack.back() && second : stack.back() || second;
            }
        }
    }
    return !stack.empty() && stack.back();
}

}  // namespace paperround::config
