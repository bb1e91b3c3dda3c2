// The rows of a list of suppressions (control/reader/suppression_list.hpp), each checked. Bounded memory; linear. A bad
// row is a row with its problem. No I/O but the stream.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "audience/audience_store.hpp"
#include "audience/csv_reader.hpp"
#include "audience/past/forgotten_store.hpp"

namespace paperround::control {

struct SuppressionRow {
    std::uint64_t line = 0;
    std::string problem;  // empty: one of the following is meant
    audience::Suppression suppression;
    std::optional<audience::ForgottenAddress> forgotten;
};

class SuppressionRows {
  public:
    // `evidence` and `now` stand where the list says nothing else.
    SuppressionRows(std::istream& input, std::string evidence, Time now);

    // Why it is no list at all; empty where it is one.
    [[nodiscard]] const std::string& problem() const { return problem_; }
    // Nothing at the end.
    [[nodiscard]] std::optional<SuppressionRow> next();

  private:
    using Column = std::optional<std::size_t>;
    bool read_header(const audience::CsvRow& row);
    [[nodiscard]] std::string field(const audience::CsvRow& row, Column column) const;
    [[nodiscard]] SuppressionRow checked(const audience::CsvRow& row) const;
    void check_hash(const audience::CsvRow& row, SuppressionRow& checked) const;

    audience::CsvReader reader_;
    std::string evidence_;
    Time now_;
    std::string problem_;
    std::optional<audience::CsvRow> first_;  // a list without a header
    Column email_, reason_, evidence_column_, since_, hash_, salt_, newsletter_;
};

}  // namespace paperround::control
