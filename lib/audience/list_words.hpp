// The words and columns by which lists say who reads them: tables, and what the words in a column's name say.
// docs/importing.md says where they are from. Columns are named as normalised_column_name does it
// (audience/csv_columns.hpp). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "audience/list_origin.hpp"

namespace paperround::audience {

// What a value such as "Hard bounce" means in the lists of this maker; nothing: it is not known.
[[nodiscard]] std::optional<Standing> standing_of(Origin origin, std::string_view value);
// Whether it means one thing wherever it stands.
[[nodiscard]] bool is_plain_word(std::string_view value);

// A column of words, of which each must be known: `status`.
[[nodiscard]] bool is_word_column(std::string_view name);
// A column that may be of such words, and may be for something else: `state`.
[[nodiscard]] bool is_hint_column(std::string_view name);
// yes: he reads.
[[nodiscard]] bool is_yes_column(std::string_view name);
// Anything but no, 0 and nothing: he does not, and so it stands with him.
[[nodiscard]] std::optional<Standing> standing_of_no_column(std::string_view name);
// The same two questions of a name that no table has: it holds "optedout", say, or "confirmed". Such a column
// counts where its value is a plain yes or a date (the first), or a plain no (the second).
[[nodiscard]] std::optional<Standing> standing_told_by_name(std::string_view name);
[[nodiscard]] bool asks_for_consent(std::string_view name);
[[nodiscard]] bool is_reason_column(std::string_view name);
// When he subscribed, and ids, places and addresses that no template needs; both of a known maker only, since
// in a list of one's own they may be for the templates.
[[nodiscard]] bool is_since_column(std::string_view name);
[[nodiscard]] bool is_ignored_column(std::string_view name);

// What all rows of a list are, by the name of its file.
[[nodiscard]] std::optional<Standing> standing_of_file(std::string_view file_name);

}  // namespace paperround::audience
