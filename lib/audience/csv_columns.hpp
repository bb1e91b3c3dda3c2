// What each column of an imported CSV file means. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace paperround::audience {

struct CsvColumns {
    std::size_t address = 0;
    std::optional<std::size_t> name;
    std::vector<std::string> attributes;  // by column; empty: not an attribute
};

struct HeaderError {
    bool no_address = false;
    std::string reason;
};

// "First name" -> first_name.
[[nodiscard]] std::string normalised_column_name(std::string_view text);
[[nodiscard]] Result<CsvColumns, HeaderError> read_header(const std::vector<std::string>& fields);

}  // namespace paperround::audience
