#include "smtp/reply.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::smtp {

namespace {

constexpr std::size_t code_length = 3;

// One to three digits without leading zeros, taken from the front (RFC 3463 §2).
bool take_number(std::string_view& text) {
    std::size_t digits = 0;
    while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
    if (digits == 0 || digits > 3 || (digits > 1 && text.front() == '0')) return false;
    text.remove_prefix(digits);
    return true;
}

// The enhanced status code at the front of a reply line's text, or empty.
std::string_view enhanced_code(std::string_view text) {
    if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.') return {};
    std::string_view rest = text.substr(2);
    if (!take_number(rest) || rest.empty() || rest.front() != '.') return {};
    rest.remove_prefix(1);
    // Some servers put more than a space behind the code: "5.1.1: user unknown".
    constexpr std::string_view behind = " :;,)-";
    if (!take_number(rest) || (!rest.empty() && behind.find(rest.front()) == std::string_view::npos))
        return {};
    return text.substr(0, text.size() - rest.size());
}

// qmail and similar servers write the status behind the words: "no mailbox here by that name. (#5.1.1)".
std::string_view status_at_end(std::string_view text) {
    constexpr std::string_view opening = "(#";
    const auto at = text.rfind(opening);
    if (at == std::string_view::npos || !text.ends_with(')')) return {};
    const std::string_view within = text.substr(at + opening.size(), text.size() - at - opening.size() - 1);
    return enhanced_code(within) == within ? within : std::string_view();
}

std::string printable(std::string_view text) {
    const std::string clean = without_control_characters(collapse_spaces(to_valid_utf8(text)));
    return std::string(utf8_prefix(clean, ReplyParser::text_limit));
}

}  // namespace

std::string_view to_string(ReplyError error) {
    switch (error) {
        case ReplyError::not_a_reply:
            return "a line that is not an SMTP reply";
        case ReplyError::codes_differ:
            return "a reply whose lines bear different codes";
        case ReplyError::too_many_lines:
            return "a reply of more than 100 lines";
        case ReplyError::reply_too_large:
            return "a reply of more than 1 MiB";
    }
    return "?";
}

Result<std::optional<Reply>, ReplyError> ReplyParser::next() {
    if (error_) return failure(*error_);
    while (const auto line = next_line()) {
        bool last = false;
        if (const auto error = add_line(*line, last)) return fail(*error);
        if (last) return finish();
    }
    buffer_.erase(0, read_);
    read_ = 0;
    pass_over_excess();
    if (size_ > reply_limit) return fail(ReplyError::reply_too_large);
    return std::optional<Reply>();
}

std::optional<std::string_view> ReplyParser::next_line() {
    const auto end = buffer_.find('\n', read_);
    if (end == std::string::npos) return std::nullopt;
    std::string_view line = std::string_view(buffer_).substr(read_, end - read_);
    read_ = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// Drops the part of an unfinished line that add_line would cut off.
void ReplyParser::pass_over_excess() {
    if (buffer_.size() <= line_limit) return;
    size_ += buffer_.size() - line_limit;
    buffer_.resize(line_limit);
}

Failure<ReplyError> ReplyParser::fail(ReplyError error) {
    error_ = error;
    buffer_.clear();
    read_ = 0;
    return failure(error);
}

std::optional<ReplyError> ReplyParser::add_line(std::string_view line, bool& last) {
    if (++lines_ > lines_limit) return ReplyError::too_many_lines;
    size_ += line.size();
    if (size_ > reply_limit) return ReplyError::reply_too_large;
    line = line.substr(0, line_limit);
    if (line.size() < code_length || line[0] < '1' || line[0] > '5' || !is_ascii_digit(line[1]) ||
        !is_ascii_digit(line[2])) {
        return ReplyError::not_a_reply;
    }
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    line.remove_prefix(code_length);
    if (!line.empty() && line.front() != ' ' && line.front() != '-') return ReplyError::not_a_reply;
    if (lines_ > 1 && code != reply_.code) return ReplyError::codes_differ;
    reply_.code = code;
    last = line.empty() || line.front() == ' ';
    if (!line.empty()) line.remove_prefix(1);

    // "#5.1.0": the form of qmail and IronPort.
    if (line.starts_with('#') && !enhanced_code(line.substr(1)).empty()) line.remove_prefix(1);
    const std::string_view enhanced = enhanced_code(line);
    if (reply_.enhanced.empty()) reply_.enhanced = enhanced;
    if (!enhanced.empty() && enhanced == reply_.enhanced) {
        line.remove_prefix(enhanced.size());
        if (line.starts_with(':')) line.remove_prefix(1);
    }
    reply_.text.append(" ").append(line);
    return std::nullopt;
}

Reply ReplyParser::finish() {
    Reply reply = std::move(reply_);
    reply.text = printable(reply.text);
    if (reply.enhanced.empty()) reply.enhanced = status_at_end(reply.text);
    reply_ = Reply();
    lines_ = 0;
    size_ = 0;
    return reply;
}

}  // namespace paperround::smtp
