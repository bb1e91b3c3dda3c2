// Comma-separated values (RFC 4180) from a stream, row by row, in memory that does not grow with the file.
//
// Read as spreadsheets and list managers really write them: UTF-8 with or without BOM; `,`, `;` or tab,
// whichever the first line has most of; LF, CRLF or CR; quoted fields with doubled quotes and line breaks in
// them. A quote inside an unquoted field is an ordinary character. Empty lines are skipped.
//
// A row that breaks a rule or a limit comes back with `problem` set, and reading goes on at the line after
// the one that the row began on: a forgotten closing quote costs its own row, not the rest of the file.
//
// Not libcsv, although Debian has it: it tells no line numbers, buffers a field without limit, and cannot go
// on after a malformed row.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

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

  private:
    enum class Quoted { closed, unterminated, too_long };

    bool have(std::size_t offset);
    [[nodiscard]] char at(std::size_t offset) const { return buffer_[begin_ + offset]; }
    [[nodiscard]] static bool is_break(char c) { return c == '\n' || c == '\r'; }
    std::size_t break_length(std::size_t offset);
    void begin_file();
    void skip_empty_lines();
    std::string parse(CsvRow& row, std::size_t& offset);
    std::string parse_field(std::string& field, std::size_t& offset);
    Quoted parse_quoted(std::string& field, std::size_t& offset);
    void consume(std::size_t count);
    void skip_line();

    std::istream& input_;
    CsvLimits limits_;
    std::string buffer_;      // what has been read and not yet consumed: at most one row and one chunk
    std::size_t begin_ = 0;   // of the present row
    std::uint64_t line_ = 1;  // of the present row
    std::uint64_t octets_read_ = 0;
    char separator_ = ',';
    bool begun_ = false;
};

}  // namespace paperround::audience
