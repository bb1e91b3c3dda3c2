// What the cleaner's first pass puts in the place of elements that a mail cannot show: players, scripts that
// write something into the page, drawings, controls of forms. For this library's sources only. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "email/html/html_tokenizer.hpp"

namespace paperround::email {

// The class of what stands for a drawing: words that say less than those around it.
inline constexpr std::string_view drawing_class = "mail-drawing";

// The class of the line that says what unfolds below it, or what a group of controls asks.
inline constexpr std::string_view summary_class = "mail-summary";

// A player, in raw attribute values: references are not decoded.
struct RawPlayer {
    std::string source;
    std::string title;
    std::string page;  // a link within it, which older readers of pages were to follow
};
// `content` stands between the element's tags.
[[nodiscard]] RawPlayer read_raw_player(const HtmlToken& tag, std::string_view content);

// The document that an <iframe> has in its attribute `srcdoc`; empty where it has none.
[[nodiscard]] std::string own_document(const HtmlToken& frame);

// Whether there is something to be read, or another player, within an <object> or such a document.
[[nodiscard]] bool has_substance(std::string_view content);

// What a script stands for: the page of what it would write, or a formula in TeX. Neither for most.
struct RawScript {
    std::string page;
    std::string tex;
    std::string mathml;
};
[[nodiscard]] RawScript read_raw_script(const HtmlToken& tag, std::string_view content);

// The label of an <svg>, else the words that are written in it, with references as they stand there.
[[nodiscard]] std::string words_of_drawing(const HtmlToken& tag, std::string_view content);

// The TeX that MathJax drew, as it stands there; empty for other drawings.
[[nodiscard]] std::string_view tex_of_drawing(std::string_view content);

// A button that does something to the page and says nothing of the article: "Copy".
[[nodiscard]] bool is_button_of_page(const HtmlToken& tag);

// The sign of a check box, or empty. `begins`: it stands at the beginning of a line.
[[nodiscard]] std::string sign_of_input(const HtmlToken& tag, bool begins);

}  // namespace paperround::email
