#include "post/xml_entities.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "post/feed_text.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t most_entities = 64;
constexpr std::size_t longest_name = 40;
constexpr std::size_t longest_text = 100;

// Character references are resolved; any other reference, or markup, makes it unfit.
std::optional<std::string> harmless(std::string_view value) {
    std::string text = decode_references(value);
    if (value.size() > longest_text || text.find_first_of("&<%") != std::string::npos) return std::nullopt;
    return text;
}

// `name "value"`, as it stands behind `<!ENTITY`.
std::optional<DeclaredEntity> read_entity(std::string_view text) {
    text = text.substr(0, longest_name + longest_text + 40);
    const auto start = text.find_first_not_of(" \t\r\n");
    if (start == 0 || start == std::string_view::npos) return std::nullopt;
    text.remove_prefix(start);
    const auto space = std::min(text.find_first_of(" \t\r\n>"), text.size());
    const auto name = text.substr(0, space);
    const auto value = trim(text.substr(space));
    if (name.size() > longest_name || value.empty() || (value[0] != '"' && value[0] != '\''))
        return std::nullopt;
    const auto end = value.find(value[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    auto fit = harmless(value.substr(1, end - 1));
    if (!fit) return std::nullopt;
    return DeclaredEntity{std::string(name), std::move(*fit)};
}

}  // namespace

std::size_t declaration_length(std::string_view text) {
    bool bracket = false;
    char quote = 0;
    for (std::size_t at = 2; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[' || c == ']') {
            bracket = c == '[';
        } else if (c == '>' && !bracket) {
            return at + 1;
        }
    }
    return text.size();
}

std::vector<DeclaredEntity> read_entities(std::string_view document_type) {
    constexpr std::string_view mark = "<!ENTITY";
    std::vector<DeclaredEntity> entities;
    auto at = document_type.find(mark);
    while (at != std::string_view::npos && entities.size() < most_entities) {
        auto entity = read_entity(document_type.substr(at + mark.size()));
        if (entity && std::ranges::find(entities, entity->name, &DeclaredEntity::name) == entities.end()) {
            entities.push_back(std::move(*entity));
        }
        at = document_type.find(mark, at + mark.size());
    }
    return entities;
}

std::optional<DeclaredEntity> declared_reference(const std::vector<DeclaredEntity>& entities,
                                                 std::string_view text) {
    const auto end = text.substr(0, longest_name + 2).find(';');
    if (end == std::string_view::npos) return std::nullopt;
    const auto found = std::ranges::find(entities, text.substr(1, end - 1), &DeclaredEntity::name);
    return found == entities.end() ? std::nullopt : std::optional(*found);
}

}  // namespace paperround::post
