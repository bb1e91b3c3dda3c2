#include "refusal/reply_codes.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::refusal {

namespace {

constexpr std::size_t status_limit = 9;  // 5.7.26000 is none

// How many digits stand at the front, and their value; more than three are no part of a code.
struct Digits {
    std::size_t count = 0;
    int value = 0;
};

Digits digits_at(std::string_view text) {
    Digits digits;
    while (digits.count < text.size() && digits.count < 4 && is_ascii_digit(text[digits.count])) {
        digits.value = digits.value * 10 + (text[digits.count] - '0');
        ++digits.count;
    }
    return digits;
}

// RFC 3463 §3 has subjects 0 to 7. Versions of programs ("4.94.2") have others.
constexpr int most_subject = 7;

bool is_word(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_';
}

// A server's version or address, not a status: "V6.5.1", "[10.5.1.1", "postfix/4.1.2".
bool continues_something(std::string_view before) {
    if (before.empty()) return false;
    const char c = before.back();
    return is_word(c) || c == '.' || c == '/' || before.ends_with("version ");
}

constexpr std::array<std::string_view, 12> introduces_a_code{
    "code ",  "], ",    "error ",

    "said: ", "smtp; ", "smtp;",  "error: ", "response: ", "was: ", "code: ", "code :", "reason: "};

// 3: at the start of a line, or behind "said:"; or a status follows. 1: elsewhere, between punctuation. 0: no code.
unsigned likeness_of_code(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const std::string_view behind = text.substr(at + 3);
    const bool ends = behind.empty() ||
                      std::string_view(" -:.,;)]>'\"\r\n\t").find(behind.front()) != std::string_view::npos;
    if (!ends) return 0;
    if (behind.size() > 1 && behind.front() == '.' && is_ascii_digit(behind[1])) return 0;
    const auto line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
    if (line.find_first_not_of(" \t") == std::string_view::npos) return 3;
    if (!behind.empty() && (behind.front() == ' ' || behind.front() == '-') &&
        !status_at_front(trim(behind.substr(1))).empty())
        return 3;
    const std::string lower =
        ascii_lower(before.substr(before.size() - std::min<std::size_t>(before.size(), 12)));
    if (std::ranges::any_of(introduces_a_code, [&](auto word) { return lower.ends_with(word); })) return 3;
    const char previous = before.back();
    if (previous == '#' || previous == '\'' || previous == '"' || previous == '(' ||
        lower.ends_with("<<< ") || lower.ends_with(": "))
        return 2;
    return previous == ' ' && !behind.empty() && behind.front() == '-' ? 1 : 0;
}

bool is_reply_code(int value) {
    return (value >= 420 && value < 480) || (value >= 500 && value < 580);
}

}  // namespace

std::string_view status_at_front(std::string_view text) {
    if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.') return {};
    std::size_t at = 2;
    const Digits subject = digits_at(text.substr(at));
    if (subject.count == 0 || subject.value > most_subject) return {};
    at += subject.count;
    if (at >= text.size() || text[at] != '.') return {};
    const Digits detail = digits_at(text.substr(++at));
    if (detail.count == 0 || detail.count > 3) return {};
    at += detail.count;
    if (at > status_limit) return {};
    // An address of the Internet has a fourth number.
    if (at + 1 < text.size() && text[at] == '.' && is_ascii_digit(text[at + 1])) return {};
    return text.substr(0, at);
}

unsigned specificity(std::string_view status) {
    if (status.size() < 5) return 0;
    if (!status.ends_with(".0")) return 2;
    return status.substr(1) == ".0.0" ? 0 : 1;
}

ReplyCodes codes_in(std::string_view text) {
    ReplyCodes codes;
    unsigned best = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!is_ascii_digit(text[at]) || continues_something(text.substr(0, at))) continue;
        const std::string_view status = status_at_front(text.substr(at));
        if (!status.empty() && status.front() != '2') {
            if (codes.status.empty() || specificity(status) > specificity(codes.status))
                codes.status = status;
            at += status.size() - 1;
            continue;
        }
        const Digits digits = digits_at(text.substr(at));
        if (digits.count == 3 && is_reply_code(digits.value)) {
            const unsigned likeness = likeness_of_code(text, at);
            if (likeness > best) {
                best = likeness;
                codes.code = digits.value;
            }
        }
        at += digits.count - 1;
    }
    return codes;
}

}  // namespace paperround::refusal
