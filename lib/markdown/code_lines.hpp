// Which lines of a Markdown text are code: blocks between fences (CommonMark 0.30 §4.5), indented ones (§4.4)
// and HTML's <pre>. For what has to leave code alone without rendering it. The columns of lists are not
// counted: an indented line in a list is taken for its text. Pure, linear.
#pragma once

#include <cstddef>
#include <string_view>

namespace paperround::markdown {

// Is shown the lines one after the other, each without its end.
class CodeLines {
  public:
    [[nodiscard]] bool is_code(std::string_view line);

  private:
    bool closes(std::string_view line, std::size_t indent, std::size_t depth);
    bool opens(std::string_view line);

    std::string_view fence_;  // of the block that is open
    std::size_t fence_depth_ = 0;
    bool fence_in_item_ = false;
    bool in_pre_ = false;
    bool in_list_ = false;
    bool after_text_ = false;  // a paragraph, which an indented line goes on with
};

}  // namespace paperround::markdown
