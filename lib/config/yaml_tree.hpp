// A YAML document as a plain tree of values, each with its line. Built from yaml-cpp's events rather than its
// nodes: so limits on depth and size hold while it parses, aliases are expanded under the same limits, and
// duplicate keys (which its nodes silently merge) are seen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace paperround::config {

inline constexpr std::size_t largest_file = std::size_t{1024} * 1024;
inline constexpr std::size_t deepest_nesting = 20;
inline constexpr std::size_t most_nodes = 10'000;

struct Node {
    enum class Kind { null, scalar, sequence, mapping };
    Kind kind = Kind::null;
    std::size_t line = 0;  // 1-based; for an alias: where the value was written
    std::string scalar;
    std::vector<Node>
        keys;  // mapping: keys[i] belongs to items[i], in the order of the file, duplicates included
    std::vector<Node> items;  // sequence or mapping
};

struct SyntaxError {
    std::size_t line = 0;  // 0 if the error concerns the whole file
    std::string message;
};

// Returns the document's root; a null node for an empty document. Pure.
[[nodiscard]] Result<Node, SyntaxError> parse_tree(std::string_view yaml);

// "a list", "a mapping", "nothing", "text": for messages.
[[nodiscard]] std::string_view name_of(Node::Kind kind);

}  // namespace paperround::config
