// What each column of an imported CSV file means. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace paperround::audience {

struct CsvColumns {
    std::size_t address = 0;
    std::optional<std::size_t> name;
    std::vector<std::string> names;       // by column, normalised
    std::vector<std::string> attributes;  // by column; empty: not an attribute
    // A column and an earlier one of the same name: where the earlier is empty, the later one counts.
    std::vector<std::pair<std::size_t, std::size_t>> twins;
};

struct HeaderError {
    bool no_address = false;
    std::string reason;
};

// "First name" -> first_name.
[[nodiscard]] std::string normalised_column_name(std::string_view text);
[[nodiscard]] Result<CsvColumns, HeaderError> read_header(const std::vector<std::string>& fields);
// Of a file that begins with data: an address, and next to it at most a name. Nothing where it is not so.
[[nodiscard]] std::optional<CsvColumns> columns_without_header(const std::vector<std::string>& fields);

// How Paperround's own export names the column of an attribute: "attribute:Customer no." gives back the name
// as it was.
inline constexpr std::string_view attribute_prefix = "attribute:";
void take_own_attributes(CsvColumns& columns, const std::vector<std::string>& fields);

}  // namespace paperround::audience
