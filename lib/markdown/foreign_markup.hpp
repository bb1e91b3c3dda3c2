// What stands in Markdown files for other programs: Obsidian's links between notes and its comments, the tags
// of Liquid (Jekyll) and the shortcodes of Hugo, formulas in TeX, notes in the line as Pandoc has them. Code
// is left alone. Pure, linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::markdown {

struct ForeignMarkup {
    std::size_t line;  // 1-based, in the text
    std::string text;  // as it stands, shortened
};

struct OwnMarkdown {
    std::string text;                    // what is left to render, with as many lines
    std::vector<ForeignMarkup> foreign;  // what stays and will be seen, at most 20
};

// `[[note|words]]` becomes its words and `![[picture.png]]` a picture; `%%private%%` goes. The signs of a
// formula stand for themselves (markdown_formulas.hpp). `^[a note]` becomes `[^inline-1]`, its words a note
// at the end.
[[nodiscard]] OwnMarkdown without_foreign_markup(std::string_view markdown);

}  // namespace paperround::markdown
