// Text as feeds hold it, made fit for Post: valid UTF-8, one line where a line is due, HTML taken off where
// plain text is due. Pure, linear in the size of the input.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paperround::feed {

// White space and control characters (line separators of Unicode too) become single spaces; cut at `limit`
// octets between characters.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit = 2000);

// A body: valid UTF-8, LF line ends, no control characters but LF and TAB.
[[nodiscard]] std::string body_text(std::string_view text);

// The text a reader would see, on one line: known tags, comments, scripts and styles are taken out, references are
// decoded once. `<` stays where no known HTML tag begins: people write titles like "vector<int>".
[[nodiscard]] std::string plain_text(std::string_view html, std::size_t limit = 2000);

// The same of a title: people write tags into titles and mean them ("How to use <img> in <p>"), so that only
// a tag with attributes, or one that is closed again, is markup.
[[nodiscard]] std::string title_text(std::string_view html, std::size_t limit = 2000);

// A title as a reader would say it, where references were escaped once more than the format wants. Those that
// titles about HTML mean (`&nbsp;`, a lone `&lt;`) stay. Plain text, one line.
[[nodiscard]] std::string said_title(std::string title);

// Whether HTML's tags stand in it. References alone (`&amp;`) are no markup.
[[nodiscard]] bool has_tags(std::string_view html);

// Without CDATA's marks around it, which generators escape together with what they enclose.
[[nodiscard]] std::string_view without_cdata_marks(std::string_view text);

}  // namespace paperround::feed
