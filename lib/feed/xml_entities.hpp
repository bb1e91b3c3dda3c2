// Entities that a document declares for itself, as far as they are harmless: short plain texts that refer to
// nothing else. So nothing is fetched, and nothing multiplies. A document type is scanned once, from its
// front to its end. Pure, linear.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::feed {

struct DeclaredEntity {
    std::string name;
    std::string text;
};

// All expansions of one document together, in octets.
inline constexpr std::size_t most_expansion = 64U << 10U;

// The sets of characters that feeds copy into their document types come to some 250 declarations and 30 KiB.
inline constexpr std::size_t largest_document_type = 256U << 10U;
inline constexpr std::size_t most_declarations = 2000;
// The largest that one entity may become when its references are expanded. A document that declares a larger one is
// an attack.
inline constexpr std::size_t longest_expansion = 1U << 20U;
// Why a document of this type is not read; nothing where it may be.
[[nodiscard]] std::optional<std::string> refusal_of(std::string_view document_type);

// Where the document type stands at the front of `text`, behind white space, comments and instructions;
// empty where there is none.
[[nodiscard]] std::string_view find_document_type(std::string_view text);
// The length of the declaration at the front of `text` (which begins with `<!`), an internal subset included.
[[nodiscard]] std::size_t declaration_length(std::string_view text);
// At most 64, each of at most 100 octets; the first declaration of a name counts.
[[nodiscard]] std::vector<DeclaredEntity> read_entities(std::string_view document_type);
// The entity that `text` (which begins with `&`) refers to at its front; nullptr if it is none of them.
[[nodiscard]] const DeclaredEntity* declared_reference(std::span<const DeclaredEntity> entities,
                                                       std::string_view text);
// Whether more than `most` references, outside of comments and CDATA, are to entities that XML itself does
// not have.
[[nodiscard]] bool has_foreign_references(std::string_view text, std::size_t most);

}  // namespace paperround::feed
