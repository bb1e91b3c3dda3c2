#include "audience/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace paperround::audience {

namespace {

constexpr std::size_t chunk = 64UL << 10U;

char most_frequent_separator(std::string_view line) {
    constexpr std::string_view separators = ",;\t";
    std::array<std::size_t, separators.size()> counts{};
    bool quoted = false;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (const auto which = separators.find(c); !quoted && which != std::string_view::npos)
            ++counts[which];
    }
    return separators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

}  // namespace

CsvReader::CsvReader(std::istream& input, CsvLimits limits) : input_(input), limits_(limits) {}

// Whether the octet at `offset` of the present row exists; reads more of the file if need be.
bool CsvReader::have(std::size_t offset) {
    while (begin_ + offset >= buffer_.size()) {
        if (begin_ > 0) {
            buffer_.erase(0, begin_);
            begin_ = 0;
        }
        const std::size_t before = buffer_.size();
        buffer_.resize(before + chunk);
        input_.read(buffer_.data() + before, static_cast<std::streamsize>(chunk));
        const auto got = static_cast<std::size_t>(std::max<std::streamsize>(input_.gcount(), 0));
        buffer_.resize(before + got);
        octets_read_ += got;
        if (got == 0) return false;
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

void CsvReader::begin_file() {
    begun_ = true;
    if (have(2) && std::string_view(buffer_).substr(begin_, 3) == "\xEF\xBB\xBF") consume(3);
    skip_empty_lines();
    std::size_t length = 0;
    while (length < limits_.field && have(length) && !is_break(at(length))) ++length;
    separator_ = most_frequent_separator(std::string_view(buffer_).substr(begin_, length));
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
    if (!begun_) begin_file();
    skip_empty_lines();
    if (!have(0)) return false;
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
    return true;
}

// Parses one row with its line break; `offset` ends behind it. Returns what is wrong with it, or "".
std::string CsvReader::parse(CsvRow& row, std::size_t& offset) {
    for (;;) {
        if (row.fields.size() == limits_.columns) return fmt::format("more than {} columns", limits_.columns);
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

// Ends at a separator, a line break or the end of the file.
std::string CsvReader::parse_field(std::string& field, std::size_t& offset) {
    if (have(offset) && at(offset) == '"') {
        switch (parse_quoted(field, offset)) {
            case Quoted::closed:
                break;
            case Quoted::unterminated:
                return "a quoted field that is never closed";
            case Quoted::too_long:
                return fmt::format("a quoted field of more than {} octets: is its closing quote missing?",
                                   limits_.field);
        }
        if (have(offset) && at(offset) != separator_ && !is_break(at(offset))) {
            return "text after a closing quote: a quote inside a quoted field must be doubled";
        }
    }
    while (have(offset) && at(offset) != separator_ && !is_break(at(offset))) {
        if (field.size() == limits_.field)
            return fmt::format("a field of more than {} octets", limits_.field);
        field.push_back(at(offset++));
    }
    if (field.find('\0') != std::string::npos) return "a NUL character";
    if (offset > limits_.row) return fmt::format("more than {} octets", limits_.row);
    return {};
}

CsvReader::Quoted CsvReader::parse_quoted(std::string& field, std::size_t& offset) {
    for (++offset; have(offset); ++offset) {
        if (at(offset) == '"') {
            if (!have(offset + 1) || at(offset + 1) != '"') {
                ++offset;
                return Quoted::closed;
            }
            ++offset;
        }
        if (field.size() == limits_.field) return Quoted::too_long;
        field.push_back(at(offset));
    }
    return Quoted::unterminated;
}

}  // namespace paperround::audience
