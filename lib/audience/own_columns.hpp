// The columns of a list that export_csv wrote (audience/csv_export.hpp), read back to the letter. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audience/list_entry.hpp"
#include "base/result.hpp"

namespace paperround::audience {

class OwnColumns {
  public:
    // The header's normalised names.
    explicit OwnColumns(const std::vector<std::string>& names);

    // Failure: which field holds what, and what was expected.
    [[nodiscard]] Result<ListEntry, std::string> entry(const std::vector<std::string>& fields) const;

  private:
    using Column = std::optional<std::size_t>;

    Column state_, since_, ended_, source_, reason_, suppression_, suppressed_since_, evidence_,
        suppression_of_;
};

}  // namespace paperround::audience
