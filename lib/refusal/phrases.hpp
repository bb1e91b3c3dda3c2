// Lists of phrases as one text, so that hundreds of them can be read and kept: `over quota|mailbox is full|`. Each phrase
// is ended by '|'; line breaks between them do not count. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::refusal {

// Whether any of the phrases occurs in the text.
[[nodiscard]] bool has_any_phrase(std::string_view text, std::string_view phrases);
// Whether the text begins, ends or is equal to any of them.
[[nodiscard]] bool begins_with_phrase(std::string_view text, std::string_view phrases);
[[nodiscard]] bool ends_with_phrase(std::string_view text, std::string_view phrases);
[[nodiscard]] bool is_phrase(std::string_view text, std::string_view phrases);

// In lower case, also beyond ASCII (Latin, Greek, Cyrillic), with one space between words and with plain apostrophes: what
// phrases are compared with.
[[nodiscard]] std::string plain_words(std::string_view text);

}  // namespace paperround::refusal
