// The tree of a formula in MathML. For this library's sources only. Pure; bounded in depth and size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

struct MathNode {
    std::string name;  // empty for text
    std::string text;  // of text, references decoded
    std::string open;  // of <mfenced>
    std::string close;
    bool is_tex = false;  // an annotation that is TeX
    std::vector<std::size_t> children;
};

// The first node is the formula. Elements that are nested deeper than any formula's are passed over, and what
// is longer than any formula is cut.
[[nodiscard]] std::vector<MathNode> mathml_tree(std::string_view content);

// The references that MathML is written with; others stay as they are.
[[nodiscard]] std::string decode_math_references(std::string_view text);

}  // namespace paperround::email
