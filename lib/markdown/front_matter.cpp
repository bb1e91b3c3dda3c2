#include "markdown/front_matter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "markdown/front_keys.hpp"

namespace paperround::markdown {

namespace {

enum class Syntax { yaml, toml, json };

struct Block {
    Syntax syntax = Syntax::yaml;
    std::string_view text;
    std::string_view body;
    std::size_t first_line = 2;
};

// The line that starts at `at`, without its end.
std::string_view line_at(std::string_view text, std::size_t at) {
    return trim_end(text.substr(at, text.find('\n', at) - at));
}

std::optional<Block> find_block(std::string_view text, Syntax syntax) {
    const char mark = text.front();
    const std::size_t start = std::min(text.find('\n'), text.size() - 1) + 1;
    for (std::size_t at = start; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = line_at(text, at);
        const std::size_t next = std::min(text.size(), end + 1);
        const bool closes =
            mark == '+' ? line == "+++" : line == "---" || (line == "..." && syntax == Syntax::yaml);
        if (closes) return Block{syntax, text.substr(start, at - start), text.substr(next)};
        at = next;
    }
    return std::nullopt;
}

// What the first line says: `---`, `+++`, or, as Eleventy and others have it, `---toml`.
std::optional<Syntax> syntax_of(std::string_view first) {
    if (first == "+++") return Syntax::toml;
    if (!first.starts_with("---")) return std::nullopt;
    const std::string name = ascii_lower(trim(first.substr(3)));
    if (name.empty() || name == "yaml" || name == "yml") return Syntax::yaml;
    if (name == "toml") return Syntax::toml;
    return name == "json" ? std::optional(Syntax::json) : std::nullopt;
}

// Up to the bracket that closes the first.
std::optional<Block> find_object(std::string_view text) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            at += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return Block{Syntax::json, text.substr(0, at + 1), text.substr(at + 1), 1};
        }
    }
    return std::nullopt;
}

// `{` alone on its line, or before a quoted key: "{% include %}" and "{{< figure >}}" are no JSON.
bool begins_object(std::string_view text) {
    if (!text.starts_with('{')) return false;
    const auto next = text.find_first_not_of(" \t\r\n", 1);
    return next != std::string_view::npos && text[next] == '"';
}

Result<FrontValue, FrontMatterError> read_block(const Block& block) {
    switch (block.syntax) {
        case Syntax::toml:
            return read_toml_matter(block.text, block.first_line);
        case Syntax::json:
            return read_json_matter(block.text, block.first_line);
        default:
            return read_yaml_matter(block.text, block.first_line);
    }
}

}  // namespace

Result<FrontMatter, FrontMatterError> read_front_matter(std::string_view text) {
    FrontMatter matter;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    matter.body = text;
    const std::string_view first = line_at(text, 0);
    std::optional<Block> block;
    if (const auto syntax = syntax_of(first)) {
        block = find_block(text, *syntax);
        if (!block)
            return failure(FrontMatterError{
                1, fmt::format("the front matter has no closing \"{}\" line", first.substr(0, 3))});
    } else if (begins_object(text)) {
        block = find_object(text);
        if (!block) return failure(FrontMatterError{1, "the front matter is not valid JSON"});
    } else {
        return matter;
    }
    if (block->text.size() > largest_front_matter) {
        return failure(FrontMatterError{
            1, fmt::format("the front matter is larger than {} octets", largest_front_matter)});
    }
    matter.body = block->body;
    matter.body_line = 1 + static_cast<std::size_t>(std::count(text.data(), block->body.data(), '\n'));
    const auto root = read_block(*block);
    if (!root) return failure(root.error());
    if (auto problem = read_keys(*root, matter)) return failure(std::move(*problem));
    return matter;
}

}  // namespace paperround::markdown
