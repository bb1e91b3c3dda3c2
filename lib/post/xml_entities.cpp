#include "post/xml_entities.hpp"

#include <algorithm>
#include <map>

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

// The sizes of a document's entities, each with its references expanded. Nothing is expanded to know them.
class Expansions {
  public:
    explicit Expansions(std::string_view document_type) {
        constexpr std::string_view mark = "<!ENTITY";
        for (auto at = document_type.find(mark); at != std::string_view::npos;
             at = document_type.find(mark, at + mark.size())) {
            const auto text = document_type.substr(at + mark.size());
            const auto quote = text.find_first_of("\"'>");
            if (quote == std::string_view::npos || text[quote] == '>') continue;
            const auto end = text.find(text[quote], quote + 1);
            if (end == std::string_view::npos) return;
            const auto name = trim(text.substr(0, quote));
            entities_.emplace(name.starts_with('%') ? trim(name.substr(1)) : name,
                              Entity{text.substr(quote + 1, end - quote - 1), 0});
        }
    }

    bool exceed(std::size_t limit) {
        return std::ranges::any_of(entities_,
                                   [&](auto& each) { return size_of(each.second, limit, 0) > limit; });
    }

  private:
    struct Entity {
        std::string_view text;
        std::size_t size = 0;  // 0: not known yet
    };
    static constexpr int deepest = 40;  // also what ends an entity that refers to itself

    std::size_t size_of(Entity& entity, std::size_t limit, int depth) {
        if (entity.size > 0) return entity.size;
        if (depth > deepest) return limit + 1;
        std::size_t size = entity.text.size();
        for (auto at = entity.text.find_first_of("&%"); at != std::string_view::npos && size <= limit;
             at = entity.text.find_first_of("&%", at + 1)) {
            const auto end = entity.text.substr(at, 200).find(';');
            if (end == std::string_view::npos) continue;
            const auto found = entities_.find(entity.text.substr(at + 1, end - 1));
            if (found != entities_.end()) size += size_of(found->second, limit, depth + 1);
        }
        return entity.size = std::max<std::size_t>(size, 1);
    }

    std::map<std::string_view, Entity> entities_;
};

}  // namespace

bool is_entity_bomb(std::string_view document_type) {
    return Expansions(document_type).exceed(longest_expansion);
}

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
