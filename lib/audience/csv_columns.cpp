#include "audience/csv_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/mailbox.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

// In order of preference: next to `email`, a column named `address` is a postal one.
constexpr std::array<std::string_view, 5> address_names{"email", "e_mail", "email_address", "e_mail_address",
                                                        "address"};

std::string excerpt(const std::vector<std::string>& fields) {
    std::string text;
    for (const auto& field : fields) text += (text.empty() ? "" : ", ") + without_control_characters(field);
    const std::string_view shown = utf8_prefix(text, 120);
    return shown.size() < text.size() ? fmt::format("{}…", shown) : text;
}

HeaderError no_address_column(const std::vector<std::string>& fields) {
    const bool looks_like_data = std::ranges::any_of(
        fields, [](const std::string& field) { return canonical_address(field).has_value(); });
    return {true, fmt::format("no address column: expected one named email or address, found: {}{}",
                              excerpt(fields),
                              looks_like_data ? "; this looks like data, so put a line such as "
                                                "\"email,name\" before it"
                                              : "")};
}

}  // namespace

std::string normalised_column_name(std::string_view text) {
    std::string name;
    for (const char c : trim(text)) {
        const bool kept = is_ascii_alpha(c) || is_ascii_digit(c) || static_cast<unsigned char>(c) >= 0x80;
        if (kept) {
            name.push_back(ascii_lower(c));
        } else if (!name.empty() && name.back() != '_') {
            name.push_back('_');
        }
    }
    if (!name.empty() && name.back() == '_') name.pop_back();
    return name;
}

Result<CsvColumns, HeaderError> read_header(const std::vector<std::string>& fields) {
    CsvColumns columns;
    for (const auto& field : fields) {
        if (field.size() > 256) return failure(HeaderError{false, "a column name of more than 256 octets"});
        columns.attributes.push_back(normalised_column_name(field));
    }
    auto& names = columns.attributes;
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (!name->empty() && std::find(names.begin(), name, *name) != name) {
            return failure(HeaderError{false, fmt::format("two columns named '{}'", *name)});
        }
    }
    const auto found = std::ranges::find_if(address_names, [&](std::string_view wanted) {
        return std::ranges::find(names, wanted) != names.end();
    });
    if (found == address_names.end()) return failure(no_address_column(fields));
    columns.address = static_cast<std::size_t>(std::ranges::find(names, *found) - names.begin());
    if (const auto name = std::ranges::find(names, "name"); name != names.end()) {
        columns.name = static_cast<std::size_t>(name - names.begin());
        name->clear();
    }
    names[columns.address].clear();
    return columns;
}

}  // namespace paperround::audience
