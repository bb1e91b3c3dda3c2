// A server's reply (RFC 5321 §4.2), and the parser that finds replies in a stream of octets. The parser does
// no I/O and treats its input as hostile: 2 048 octets of a reply line are kept (the RFC allows 512) and the
// rest is dropped, so that the code of an overlong line still counts; a reply may have 100 lines and 1 MiB. A
// lone LF ends a line too. Not thread-safe; one parser per connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::smtp {

struct Reply {
    int code = 0;
    std::string enhanced;  // RFC 3463, "5.1.1", or empty
    // The text of all lines, joined by spaces, without code and enhanced code. One line of valid UTF-8
    // without control characters, at most 1 000 octets.
    std::string text;

    // The first digit: 2 success, 3 continue, 4 temporary failure, 5 permanent failure.
    [[nodiscard]] int severity() const { return code / 100; }
    bool operator==(const Reply&) const = default;
};

enum class ReplyError {
    not_a_reply,   // a line that does not begin with a code from 100 to 599 and ' ', '-' or the line end
    codes_differ,  // the lines of one reply have different codes
    too_many_lines,
    reply_too_large,
};
[[nodiscard]] std::string_view to_string(ReplyError error);

class ReplyParser {
  public:
    static constexpr std::size_t line_limit = 2048;  // octets that are kept of a line; the rest is dropped
    static constexpr unsigned lines_limit = 100;
    static constexpr std::size_t reply_limit = 1'048'576;  // octets, including dropped ones
    static constexpr std::size_t text_limit = 1000;

    void feed(std::string_view octets) { buffer_.append(octets); }

    // The next complete reply; nothing if more octets are needed. An error is final: every further call
    // returns it.
    [[nodiscard]] Result<std::optional<Reply>, ReplyError> next();

    // No octet is buffered, neither of a complete reply nor of one that has begun.
    [[nodiscard]] bool empty() const { return buffer_.size() == read_ && lines_ == 0; }

  private:
    [[nodiscard]] std::optional<std::string_view> next_line();
    void pass_over_excess();
    [[nodiscard]] Failure<ReplyError> fail(ReplyError error);
    [[nodiscard]] std::optional<ReplyError> add_line(std::string_view line, bool& last);
    [[nodiscard]] Reply finish();

    std::string buffer_;
    std::size_t read_ = 0;  // how much of buffer_ has been consumed
    Reply reply_;           // the one being read
    unsigned lines_ = 0;
    std::size_t size_ = 0;  // octets of the lines read so far, including dropped ones
    std::optional<ReplyError> error_;
};

}  // namespace paperround::smtp
