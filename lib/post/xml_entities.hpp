// Entities that a document declares for itself, as far as they are harmless: short plain texts that refer to
// nothing else. So nothing is fetched, and nothing multiplies. Pure, linear.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::post {

struct DeclaredEntity {
    std::string name;
    std::string text;
};

// All expansions of one document together, in octets.
inline constexpr std::size_t most_expansion = 64U << 10U;

// What one entity may come to, its references expanded; a document that declares a larger one is an attack.
inline constexpr std::size_t longest_expansion = 1U << 20U;
[[nodiscard]] bool is_entity_bomb(std::string_view document_type);

// The length of the declaration at the front of `text` (which begins with `<!`), an internal subset included.
[[nodiscard]] std::size_t declaration_length(std::string_view text);
// At most 64, each of at most 100 octets; the first declaration of a name counts.
[[nodiscard]] std::vector<DeclaredEntity> read_entities(std::string_view document_type);
// What `text`, which begins with `&`, refers to at its front.
[[nodiscard]] std::optional<DeclaredEntity> declared_reference(const std::vector<DeclaredEntity>& entities,
                                                               std::string_view text);

}  // namespace paperround::post
