// What may stand in a mail's HTML: the allow-list that both passes of the cleaner share. Constant data.
#pragma once

#include <string_view>

namespace paperround::email {

enum class ElementRule {
    keep,
    keep_void,   // has no content: br, hr, img
    formatting,  // HTML5's formatting elements, which the tree builder repeats across blocks
    unwrap,      // the tag goes, its content stays
    block,       // becomes a div
    list,        // becomes a ul
    player,      // iframe, video, audio, embed: becomes a link
    drop,        // goes with its content
    drop_raw,    // goes with its content, which is not HTML
    code,        // its content is no HTML and becomes a pre
    formula,     // becomes one line of text
    drawing,     // becomes the words that it has
    control,     // of a form; becomes its words or its state
};

[[nodiscard]] ElementRule rule_for(std::string_view element);
[[nodiscard]] bool attribute_allowed(std::string_view element, std::string_view attribute);
// What the first pass leaves for the second: also what tells of styles and of lazy images' sources.
[[nodiscard]] bool attribute_read(std::string_view element, std::string_view attribute);

}  // namespace paperround::email
