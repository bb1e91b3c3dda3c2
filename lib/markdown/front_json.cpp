// JSON in front of a text, as Hugo has it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/front_value.hpp"

namespace paperround::markdown {

namespace {

using nlohmann::json;
using Kind = FrontValue::Kind;

bool is_too_deep(std::string_view text) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted) {
            i += text[i] == '\\' ? 1 : 0;
            quoted = i >= text.size() || text[i] != '"';
        } else if (text[i] == '"') {
            quoted = true;
        } else if (text[i] == '{' || text[i] == '[') {
            if (++depth > deepest_front_matter) return true;
        } else if (text[i] == '}' || text[i] == ']') {
            depth -= depth > 0 ? 1 : 0;
        }
    }
    return false;
}

FrontValue value_of(const json& from, std::size_t line) {
    FrontValue value{.line = line};
    if (from.is_string()) {
        value.text = from.get<std::string>();
    } else if (from.is_object()) {
        value.kind = Kind::map;
        for (const auto& [key, member] : from.items())
            value.members.push_back({ascii_lower(key), value_of(member, line)});
    } else if (from.is_array()) {
        value.kind = Kind::list;
        for (const json& item : from) value.items.push_back(value_of(item, line));
    } else if (!from.is_null()) {
        value.text = from.dump();
    }
    return value;
}

}  // namespace

Result<FrontValue, FrontMatterError> read_json_matter(std::string_view block, std::size_t first_line) {
    if (is_too_deep(block))
        return failure(
            FrontMatterError{first_line, fmt::format("nested deeper than {}", deepest_front_matter)});
    try {
        return value_of(json::parse(block), first_line);
    } catch (const json::parse_error& error) {
        const auto before = block.substr(0, std::min(error.byte, block.size()));
        return failure(
            FrontMatterError{first_line + static_cast<std::size_t>(std::ranges::count(before, '\n')),
                             "the front matter is not valid JSON"});
    } catch (const json::exception& error) {
        return failure(FrontMatterError{first_line, feed::one_line(error.what(), 200)});
    }
}

}  // namespace paperround::markdown
