// Comma-separated values (RFC 4180) from a stream, row by row, in memory that does not grow with the file.
//
// Read as spreadsheets and list managers really write them: UTF-8 with or without BOM, UTF-16 with or without
// it;
// `,`, `;`, tab or `|`, as a first line `sep=;` says or whichever the header has most of (of the first ten
// lines: the first that holds an address or the word "mail"); LF, CRLF or CR; quoted fields with doubled
// quotes and line breaks in them, and blanks around them; `="x"`, Excel's way to say that x is text. A quote
// inside an unquoted field is an ordinary character, and so is one inside a quoted field where neither a
// separator nor a line break follows, if the field ends on its line. Empty lines are skipped, and rows of
// empty fields (NULs and Ctrl-Z, with which files are padded, are nothing either).
//
// A row that breaks a rule or a limit comes back with `problem` set, and reading goes on at the line after
// the one that the row began on: a forgotten closing quote costs its own row, not the rest of the file.
//
// Not libcsv, although Debian has it: it tells no line numbers, buffers a field without limit, and cannot go
// on after a malformed row.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audience/csv_encoding.hpp"

namespace paperround::audience {

struct CsvLimits {
    std::size_t field = 64UL << 10U;  // octets
    std::size_t row = 1UL << 20U;     // octets, as written
    std::size_t columns = 200;
};

struct CsvRow {
    std::uint64_t line = 0;  // that it begins on, from 1
    std::vector<std::string> fields;
    std::string problem;  // empty: the row is sound
};

class CsvReader {
  public:
    // The stream must outlive the reader and be opened in binary mode.
    explicit CsvReader(std::istream& input, CsvLimits limits = {});

    // False at the end of the file.
    [[nodiscard]] bool next(CsvRow& row);

    [[nodiscard]] std::uint64_t octets_read() const { return octets_read_; }
    [[nodiscard]] char separator() const { return separator_; }
    // The file says by its first octets that it is Unicode.
    [[nodiscard]] bool is_marked_unicode() const { return marked_unicode_; }
    // What the file is when it is no list, in plain words (audience/csv_encoding.hpp); it then has no rows.
    [[nodiscard]] const std::string& foreign() const { return foreign_; }
    // Reads the first octets, which the two above need; next() does it too.
    void begin();

  private:
    enum class Quoted { closed, unterminated, too_long, text_behind };

    bool have(std::size_t offset);
    [[nodiscard]] char at(std::size_t offset) const { return buffer_[begin_ + offset]; }
    [[nodiscard]] static bool is_break(char c) { return c == '\n' || c == '\r'; }
    std::size_t break_length(std::size_t offset);
    bool read_chunk();
    void take_separator();
    [[nodiscard]] std::string_view peek_line(std::size_t& offset);
    bool read_row(CsvRow& row);
    [[nodiscard]] bool ends_field(std::size_t offset);
    [[nodiscard]] std::size_t skip_blanks(std::size_t offset);
    [[nodiscard]] std::optional<std::size_t> opening_quote(std::size_t offset);
    void skip_empty_lines();
    std::string parse(CsvRow& row, std::size_t& offset);
    [[nodiscard]] bool is_runaway(const CsvRow& row, std::size_t offset) const;
    std::string parse_field(std::string& field, std::size_t& offset);
    std::string parse_quoted_field(std::string& field, std::size_t& offset);
    Quoted parse_quoted(std::string& field, std::size_t& offset);
    void consume(std::size_t count);
    void skip_line();

    std::istream& input_;
    CsvLimits limits_;
    std::string buffer_;      // what has been read and not yet consumed: at most one row and one chunk
    std::size_t begin_ = 0;   // of the present row
    std::uint64_t line_ = 1;  // of the present row
    std::uint64_t octets_read_ = 0;
    std::optional<Utf16Decoder> decoder_;
    std::string raw_;  // UTF-16 as read
    std::string foreign_;
    std::uint64_t rows_ = 0;
    std::size_t widest_ = 0;  // of the sound rows: how many fields
    char separator_ = ',';
    bool begun_ = false;
    bool marked_unicode_ = false;
};

}  // namespace paperround::audience
