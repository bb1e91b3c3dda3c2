#include "audience/csv_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "audience/list_words.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/text/unseen.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

// In order of preference: next to `email`, a column named `address` is a postal one.
constexpr std::array<std::string_view, 8> address_names{
    "email",          "e_mail", "email_address", "e_mail_address", "subscriber_email",
    "e_mail_adresse", "mail",   "address"};
// Of its ASCII letters alone: "correo electrónico" is among them.
constexpr std::array<std::string_view, 10> endings_of_address_names{
    "email",        "emailaddress", "emailvalue", "emailadresse", "mailadresse",
    "adresseemail", "emailprimary", "courriel",   "correo",       "correoelectrnico"};

// "Primary email", "E-mail 1 - Value", "user_email": where no column has one of those names. A heading above
// the header has one cell, and data holds an address.
std::optional<std::size_t> column_like_an_address(const std::vector<std::string>& fields,
                                                  const std::vector<std::string>& names) {
    if (std::ranges::count_if(names, [](const std::string& name) { return !name.empty(); }) < 2) return {};
    const auto is_data = [](const std::string& field) { return field.find('@') != std::string::npos; };
    if (std::ranges::any_of(fields, is_data)) return {};
    const auto is_like = [](const std::string& name) {
        std::string letters;
        std::ranges::copy_if(name, std::back_inserter(letters), [](char c) { return is_ascii_alpha(c); });
        const bool ends_so =
            std::ranges::any_of(endings_of_address_names,
                                [&letters](std::string_view ending) { return letters.ends_with(ending); });
        return (ends_so || name == "subscriber") && !standing_of_no_column(name) &&
               !standing_told_by_name(name) && !is_yes_column(name) && !asks_for_consent(name);
    };
    const auto found = std::ranges::find_if(names, is_like);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

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
    for (const char c : tidied_name(trim_unseen(text))) {
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
        columns.names.push_back(normalised_column_name(field));
    }
    const auto& names = columns.names;
    columns.attributes = names;
    for (std::size_t later = 0; later < names.size(); ++later) {
        const auto first = static_cast<std::size_t>(std::ranges::find(names, names[later]) - names.begin());
        if (first == later || names[later].empty()) continue;
        columns.twins.emplace_back(first, later);
        columns.attributes[later].clear();
    }
    const auto found = std::ranges::find_if(address_names, [&](std::string_view wanted) {
        return std::ranges::find(names, wanted) != names.end();
    });
    if (found != address_names.end()) {
        columns.address = static_cast<std::size_t>(std::ranges::find(names, *found) - names.begin());
    } else if (const auto alike = column_like_an_address(fields, names)) {
        columns.address = *alike;
    } else {
        return failure(no_address_column(fields));
    }
    if (const auto name = std::ranges::find(names, "name"); name != names.end()) {
        columns.name = static_cast<std::size_t>(name - names.begin());
        columns.attributes[*columns.name].clear();
    }
    columns.attributes[columns.address].clear();
    return columns;
}

std::optional<CsvColumns> columns_without_header(const std::vector<std::string>& fields) {
    std::size_t used = fields.size();
    while (used > 0 && trim_unseen(fields[used - 1]).empty()) --used;
    if (used == 0 || used > 2) return std::nullopt;
    const auto holds_address = [](const std::string& field) { return parse_mailbox(field).has_value(); };
    const auto address =
        std::find_if(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(used), holds_address);
    if (address == fields.begin() + static_cast<std::ptrdiff_t>(used)) return std::nullopt;
    CsvColumns columns;
    columns.address = static_cast<std::size_t>(address - fields.begin());
    if (used == 2) columns.name = 1 - columns.address;
    columns.names.assign(fields.size(), std::string());
    columns.attributes = columns.names;
    return columns;
}

void take_own_attributes(CsvColumns& columns, const std::vector<std::string>& fields) {
    columns.twins.clear();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string_view field = fields[i];
        const bool is_attribute = field.starts_with(attribute_prefix);
        columns.attributes[i] = is_attribute ? field.substr(attribute_prefix.size()) : std::string_view();
        if (field == "tags") columns.attributes[i] = field;
    }
}

}  // namespace paperround::audience
