#include "audience/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/text/unseen.hpp"

namespace paperround::audience {

namespace {

constexpr std::size_t chunk = 64UL << 10U;
constexpr std::size_t separator_lines = 10;  // of which one decides the separator
constexpr std::string_view column_separators = ",;\t|";

char most_frequent_separator(std::string_view line) {
    std::array<std::size_t, column_separators.size()> counts{};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (const auto which = column_separators.find(c); !quoted && which != std::string_view::npos)
            ++counts[which];
    }
    return column_separators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// The header, or data where there is none: what stands before it is a title or a comment.
bool may_decide_separator(std::string_view line) {
    if (line.find('@') != std::string_view::npos) return true;
    for (; line.size() >= 4; line.remove_prefix(1)) {
        if (ascii_istarts_with(line, "mail")) return true;
    }
    return false;
}

// `sep=;`, with or without quotes around it, which Excel reads and writes. 0: the line says something else.
char declared_separator(std::string_view line) {
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    // The separator itself may be followed by those of empty columns.
    if (line.size() < 5 || !ascii_istarts_with(line, "sep=")) return '\0';
    const char separator = line[4];
    const bool rest_is_empty = line.find_first_not_of(separator, 4) == std::string_view::npos;
    return rest_is_empty && column_separators.find(separator) != std::string_view::npos ? separator : '\0';
}

bool is_padding(char c) {
    return c == '\0' || c == '\x1A';
}

// Nothing that a person would see.
bool is_blank(std::string_view field) {
    return std::ranges::all_of(field, is_padding) ||
           (field.size() <= 64 && trim_unseen(field).find_first_not_of('\x1A') == std::string_view::npos);
}

}  // namespace

CsvReader::CsvReader(std::istream& input, CsvLimits limits) : input_(input), limits_(limits) {}

// Reads on; false at the end of the file.
bool CsvReader::read_chunk() {
    std::string& into = decoder_ ? raw_ : buffer_;
    if (decoder_) raw_.clear();
    const std::size_t before = into.size();
    into.resize(before + chunk);
    input_.read(into.data() + before, static_cast<std::streamsize>(chunk));
    const auto got = static_cast<std::size_t>(std::max<std::streamsize>(input_.gcount(), 0));
    into.resize(before + got);
    octets_read_ += got;
    if (decoder_) decoder_->decode(raw_, buffer_);
    return got != 0;
}

// Whether the octet at `offset` of the present row exists; reads more of the file if need be.
bool CsvReader::have(std::size_t offset) {
    while (begin_ + offset >= buffer_.size()) {
        if (begin_ > 0) {
            buffer_.erase(0, begin_);
            begin_ = 0;
        }
        if (!read_chunk()) return false;
    }
    return true;
}

// 2 for CRLF, 1 for any other line break. There must be one at `offset`.
std::size_t CsvReader::break_length(std::size_t offset) {
    return at(offset) == '\r' && have(offset + 1) && at(offset + 1) == '\n' ? 2 : 1;
}

void CsvReader::consume(std::size_t count) {
    begin_ += count;
}

void CsvReader::begin() {
    if (begun_) return;
    begun_ = true;
    (void)have(chunk / 2);
    foreign_ = foreign_file(buffer_);
    if (!foreign_.empty()) {
        buffer_.clear();
        input_.setstate(std::ios::eofbit | std::ios::failbit);
        return;
    }
    if (const Encoding encoding = detect_encoding(buffer_); encoding != Encoding::octets) {
        marked_unicode_ = true;
        decoder_.emplace(encoding);
        raw_.swap(buffer_);
        decoder_->decode(raw_, buffer_);
    }
    // Joined files have two.
    while (std::string_view(buffer_).substr(begin_).starts_with("\xEF\xBB\xBF")) {
        marked_unicode_ = true;
        consume(3);
    }
    skip_empty_lines();
    take_separator();
}

// The line at `offset` of what is to be read, no longer than a field may be; moves `offset` to the next one.
std::string_view CsvReader::peek_line(std::size_t& offset) {
    std::size_t end = offset;
    while (end - offset < limits_.field && have(end) && !is_break(at(end))) ++end;
    const std::size_t next = have(end) ? end + 1 : end;
    const auto line = std::string_view(buffer_).substr(begin_ + offset, end - offset);
    offset = next;
    return line;
}

void CsvReader::take_separator() {
    std::size_t offset = 0;
    if (const char declared = declared_separator(peek_line(offset)); declared != '\0') {
        separator_ = declared;
        skip_line();
        return;
    }
    offset = 0;
    separator_ = most_frequent_separator(peek_line(offset));
    offset = 0;
    for (std::size_t i = 0; i < separator_lines && offset < limits_.field && have(offset); ++i) {
        const std::string_view line = peek_line(offset);
        if (!may_decide_separator(line)) continue;
        separator_ = most_frequent_separator(line);
        return;
    }
}

void CsvReader::skip_empty_lines() {
    while (have(0) && is_break(at(0))) {
        consume(break_length(0));
        ++line_;
    }
}

// To the beginning of the next line, in memory that does not grow with the line.
void CsvReader::skip_line() {
    while (have(0) && !is_break(at(0))) {
        const std::size_t end = buffer_.find_first_of("\r\n", begin_);
        begin_ = std::min(end, buffer_.size());
    }
    if (have(0)) consume(break_length(0));
    ++line_;
}

bool CsvReader::next(CsvRow& row) {
    begin();
    while (read_row(row)) {
        if (!row.problem.empty() || !std::ranges::all_of(row.fields, is_blank)) return true;
    }
    return false;
}

bool CsvReader::read_row(CsvRow& row) {
    skip_empty_lines();
    if (!have(0)) return false;
    ++rows_;
    row.line = line_;
    row.fields.clear();
    std::size_t offset = 0;
    row.problem = parse(row, offset);
    if (!row.problem.empty()) {
        skip_line();
        return true;
    }
    // Breaks inside the row's quoted fields count as lines, CRLF once.
    const auto text = std::string_view(buffer_).substr(begin_, offset);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) ++line_;
    }
    consume(offset);
    widest_ = std::max(widest_, row.fields.size());
    return true;
}

// A file in which each line opens a quote that the next one closes would otherwise be read two hundred lines
// deep for each of its lines.
bool CsvReader::is_runaway(const CsvRow& row, std::size_t offset) const {
    // Looked at once in a row: looking costs its length.
    if (rows_ <= separator_lines || row.fields.size() != 2 * widest_ + 8) return false;
    return std::string_view(buffer_).substr(begin_, offset).find_first_of("\r\n") != std::string_view::npos;
}

// Parses one row with its line break; `offset` ends behind it. Returns what is wrong with it, or "".
std::string CsvReader::parse(CsvRow& row, std::size_t& offset) {
    for (;;) {
        if (row.fields.size() == limits_.columns) return fmt::format("more than {} columns", limits_.columns);
        if (is_runaway(row, offset))
            return "many more fields than other rows, over several lines: is a quote missing?";
        std::string& field = row.fields.emplace_back();
        if (std::string problem = parse_field(field, offset); !problem.empty()) return problem;
        if (!have(offset)) return {};
        if (is_break(at(offset))) {
            offset += break_length(offset);
            return {};
        }
        ++offset;  // the separator
    }
}

bool CsvReader::ends_field(std::size_t offset) {
    return !have(offset) || at(offset) == separator_ || is_break(at(offset));
}

// Behind blanks, which a separator is not.
std::size_t CsvReader::skip_blanks(std::size_t offset) {
    const std::size_t end = offset + limits_.field;
    while (offset < end && have(offset) && (at(offset) == ' ' || at(offset) == '\t') &&
           at(offset) != separator_) {
        ++offset;
    }
    return offset;
}

// Where the quote stands that opens the field at `offset`: at once, behind blanks, or as `="`.
std::optional<std::size_t> CsvReader::opening_quote(std::size_t offset) {
    offset = skip_blanks(offset);
    if (have(offset) && at(offset) == '=' && have(offset + 1) && at(offset + 1) == '"') ++offset;
    if (have(offset) && at(offset) == '"') return offset;
    return std::nullopt;
}

// Ends at a separator, a line break or the end of the file.
std::string CsvReader::parse_field(std::string& field, std::size_t& offset) {
    if (const auto quote = opening_quote(offset)) {
        offset = *quote;
        if (std::string problem = parse_quoted_field(field, offset); !problem.empty()) return problem;
    } else {
        while (!ends_field(offset)) {
            if (field.size() == limits_.field)
                return fmt::format("a field of more than {} octets", limits_.field);
            field.push_back(at(offset++));
        }
        if (!have(offset)) {
            while (!field.empty() && is_padding(field.back())) field.pop_back();
        }
    }
    if (field.find('\0') != std::string::npos && !std::ranges::all_of(field, is_padding))
        return "a NUL character";
    if (offset > limits_.row) return fmt::format("more than {} octets", limits_.row);
    return {};
}

std::string CsvReader::parse_quoted_field(std::string& field, std::size_t& offset) {
    switch (parse_quoted(field, offset)) {
        case Quoted::closed:
            return {};
        case Quoted::unterminated:
            return "a quoted field that is never closed";
        case Quoted::too_long:
            return fmt::format("a quoted field of more than {} octets: is its closing quote missing?",
                               limits_.field);
        case Quoted::text_behind:
            break;
    }
    return "text after a closing quote: a quote inside a quoted field must be doubled";
}

CsvReader::Quoted CsvReader::parse_quoted(std::string& field, std::size_t& offset) {
    // A quote inside that is not doubled is taken as it stands only where all is on one line: were it to go
    // on, each quote of a damaged file could lead to its end.
    bool has_break = false;
    bool has_stray_quote = false;
    for (++offset; have(offset); ++offset) {
        if (at(offset) == '"') {
            if (have(offset + 1) && at(offset + 1) == '"') {
                ++offset;
            } else if (const std::size_t behind = skip_blanks(offset + 1); ends_field(behind)) {
                offset = behind;
                return Quoted::closed;
            } else if (has_break) {
                return Quoted::text_behind;
            } else {
                has_stray_quote = true;
            }
        } else if (is_break(at(offset))) {
            if (has_stray_quote) return Quoted::text_behind;
            has_break = true;
        }
        if (field.size() == limits_.field) return Quoted::too_long;
        field.push_back(at(offset));
    }
    return has_stray_quote ? Quoted::text_behind : Quoted::unterminated;
}

}  // namespace paperround::audience
