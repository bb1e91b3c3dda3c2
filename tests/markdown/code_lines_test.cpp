#include "markdown/code_lines.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "base/text.hpp"

using namespace paperround;

namespace {
// `c` for each line of code, `.` for others.
std::string lines_of(std::string_view text) {
    markdown::CodeLines code;
    std::string kinds;
    for (const std::string_view line : split(text, '\n')) kinds += code.is_code(line) ? 'c' : '.';
    return kinds;
}
}  // namespace

TEST_CASE("lines of code are those that CommonMark takes for code") {
    const std::pair<std::string_view, std::string_view> texts[] = {
        {"a\n```\nb\n```\nc", ".ccc."},
        {"~~~ sh\nb\n~~~\nc", "ccc."},
        {"```a``` b\nc", ".."},                      // a span
        {"```\n```js\nb\n```\nc", "cccc."},          // nothing is said behind a fence that closes
        {"````\n```\nb\n````\nc", "cccc."},          // shorter than what opened it
        {"> ```\n> a\n\nb", "cc.."},                 // ends with its quotation
        {"1. a\n   ```\n   b\n   ```\nc", ".ccc."},  // in a list
        {"- ```\n  a\n\nb", "ccc."},                 // ends with its item
        {"a\n\n    b\n\n    c\nd", "..c.c."},        // indented
        {"a\n    b", ".."},                          // a paragraph that goes on
        {"- a\n\n    b\n\nc\n\n    d", "......c"},   // in a list it is text
        {"\tb", "c"},
        {"<pre>\na\n</pre>\nb", "ccc."},
        {"<pre>a</pre>\nb", "c."},
        {"<prefix>\nb", ".."},
        {"```\nb", "cc"},
    };
    for (const auto& [text, kinds] : texts) {
        INFO(text);
        CHECK(lines_of(text) == kinds);
    }
}
