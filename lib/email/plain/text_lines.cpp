#include "email/plain/text_lines.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "email/text/line_wrap.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t narrowest = 24;      // deep quotations leave at least so much room
constexpr std::size_t widest_margin = 24;  // what is nested deeper stands no further in

}  // namespace

void TextLines::indent(std::string first, std::string rest) {
    indents_.push_back({std::move(first), std::move(rest)});
}

void TextLines::begin_item(const std::string& bullet) {
    // A paragraph inside an item asks for a blank line behind it; items follow each other without.
    if (item_ended_) want_blank_ = false;
    indent(bullet, std::string(bullet.size(), ' '));
}

void TextLines::end_item() {
    outdent();
    item_ended_ = true;
}

void TextLines::separate_block() {
    if (indents_.empty() || indents_.back().used) separate();
}

std::size_t TextLines::room() const {
    std::size_t used = 0;
    for (const Indent& indent : indents_) used += indent.rest.size();
    used = std::min(used, widest_margin);
    return used + narrowest > columns_ ? narrowest : columns_ - used;
}

// What stands before the line: the outermost first, and the bullet of its own item in any case.
std::string TextLines::margin_of_line() {
    std::string margin;
    for (Indent& indent : indents_) {
        const bool own = &indent == &indents_.back();
        const std::string& part = std::exchange(indent.used, true) ? indent.rest : indent.first;
        if (margin.size() + part.size() <= widest_margin || (own && &part == &indent.first)) margin += part;
    }
    return margin;
}

void TextLines::write(std::string_view line, Direction direction) {
    if (out_.size() > text_limit) return;
    if (std::exchange(want_blank_, false) && !out_.empty()) write_blank(direction);
    item_ended_ = false;
    if (direction != Direction::none) direction_ = direction;
    std::string whole = margin_of_line();
    whole += mark_before_line(line, direction);
    whole += line;
    out_ += trim_end(whole);
    out_ += '\n';
}

// Between two lines that run from right to left, the quotation's signs stand at the right too.
void TextLines::write_blank(Direction direction) {
    std::string margin;
    for (const Indent& indent : indents_) {
        if (indent.used && margin.size() + indent.rest.size() <= widest_margin) margin += indent.rest;
    }
    const std::string_view signs = trim_end(margin);
    out_ += signs;
    if (!signs.empty() && direction == direction_) out_ += mark_before_line("", direction);
    out_ += '\n';
}

std::size_t TextLines::write_wrapped(std::string_view paragraph) {
    const Direction direction = main_direction(paragraph, direction_);
    std::size_t widest = 0;
    for (const std::string& line : wrap(paragraph, room())) {
        widest = std::max(widest, display_width(line));
        write(line, direction);
    }
    return widest;
}

}  // namespace paperround::email
