#include "feed/xml_entities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "feed/text/character_reference.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t most_entities = 64;
constexpr std::size_t longest_name = 40;
constexpr std::size_t longest_text = 100;
constexpr std::size_t longest_reference = 200;

struct Declaration {
    std::string_view name;
    std::string_view value;
    bool parameter = false;  // <!ENTITY % name "value">
    bool external = false;   // a system or public identifier stands in place of the value
};

std::size_t past(std::string_view text, std::string_view end, std::size_t from) {
    const auto at = text.find(end, from);
    return at == std::string_view::npos ? text.size() : at + end.size();
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
    while (at < text.size() && is_ascii_space(text[at])) ++at;
    return at;
}

// Moves over a document type, declaration by declaration; no octet is looked at twice.
class DeclarationScanner {
  public:
    explicit DeclarationScanner(std::string_view document_type) : text_(document_type) {}

    std::optional<Declaration> next() {
        constexpr std::string_view mark = "<!ENTITY";
        while ((at_ = std::min(text_.find("<!", at_), text_.size())) < text_.size()) {
            if (text_.substr(at_).starts_with("<!--")) {
                at_ = past(text_, "-->", at_ + 4);
            } else if (text_.substr(at_).starts_with(mark)) {
                at_ += mark.size();
                if (auto declaration = read()) return declaration;
            } else {
                at_ += 2;
            }
        }
        return std::nullopt;
    }

  private:
    // ` name "value"`, as it stands behind the mark.
    std::optional<Declaration> read() {
        Declaration declaration;
        const auto start = skip_spaces(text_, at_);
        if (start == at_) return std::nullopt;
        at_ = start;
        if (at_ < text_.size() && text_[at_] == '%') {
            declaration.parameter = true;
            at_ = skip_spaces(text_, at_ + 1);
        }
        const auto name_end = std::min(text_.find_first_of(" \t\r\n<>\"'", at_), text_.size());
        declaration.name = text_.substr(at_, name_end - at_);
        at_ = skip_spaces(text_, name_end);
        const auto quote = std::min(text_.find_first_of("\"'<>", at_), text_.size());
        declaration.external = quote > at_;
        at_ = quote;
        if (at_ >= text_.size() || text_[at_] == '<' || text_[at_] == '>') return std::nullopt;
        const auto end = text_.find(text_[at_], at_ + 1);
        if (end == std::string_view::npos) {
            at_ = text_.size();
            return std::nullopt;
        }
        declaration.value = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return declaration;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// Character references are resolved; any other reference, or markup, makes it unfit.
std::optional<std::string> harmless(std::string_view value) {
    if (value.size() > longest_text) return std::nullopt;
    std::string text = decode_references(value);
    if (text.find_first_of("&<%") != std::string::npos) return std::nullopt;
    return text;
}

// The sizes of a document's entities, each with its references expanded. Nothing is expanded to know them.
class Expansions {
  public:
    explicit Expansions(const std::vector<Declaration>& declarations) {
        for (const Declaration& each : declarations) entities_.emplace(each.name, Entity{each.value, 0});
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
            const auto end = entity.text.substr(at, longest_reference).find(';');
            if (end == std::string_view::npos) continue;
            const auto found = entities_.find(entity.text.substr(at + 1, end - 1));
            if (found != entities_.end()) size += size_of(found->second, limit, depth + 1);
        }
        return entity.size = std::max<std::size_t>(size, 1);
    }

    std::map<std::string_view, Entity> entities_;
};

}  // namespace

std::optional<std::string> refusal_of(std::string_view document_type) {
    if (document_type.size() > largest_document_type) {
        return fmt::format("its document type is larger than {} octets: it is refused",
                           largest_document_type);
    }
    std::vector<Declaration> declarations;
    DeclarationScanner scanner(document_type);
    while (const auto declaration = scanner.next()) {
        if (declarations.size() >= most_declarations)
            return fmt::format("it declares more than {} entities: it is refused", most_declarations);
        declarations.push_back(*declaration);
    }
    if (!Expansions(declarations).exceed(longest_expansion)) return std::nullopt;
    return fmt::format("its entities expand to more than {} octets: it is refused", longest_expansion);
}

std::string_view find_document_type(std::string_view text) {
    for (std::size_t at = skip_spaces(text, 0); at < text.size(); at = skip_spaces(text, at)) {
        const auto here = text.substr(at);
        if (here.starts_with("<!--")) {
            at = past(text, "-->", at + 4);
        } else if (here.starts_with("<?")) {
            at = past(text, "?>", at + 2);
        } else {
            return ascii_istarts_with(here, "<!DOCTYPE") ? here.substr(0, declaration_length(here))
                                                         : std::string_view{};
        }
    }
    return {};
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
        } else if (c == '<' && text.substr(at).starts_with("<!--")) {
            at = past(text, "-->", at + 4) - 1;
        } else if (c == '[' || c == ']') {
            bracket = c == '[';
        } else if (c == '>' && !bracket) {
            return at + 1;
        }
    }
    return text.size();
}

std::vector<DeclaredEntity> read_entities(std::string_view document_type) {
    std::vector<DeclaredEntity> entities;
    DeclarationScanner scanner(document_type.substr(0, largest_document_type));
    while (const auto declaration = scanner.next()) {
        if (entities.size() >= most_entities) break;
        if (declaration->parameter || declaration->external || declaration->name.size() > longest_name ||
            std::ranges::find(entities, declaration->name, &DeclaredEntity::name) != entities.end()) {
            continue;
        }
        if (auto text = harmless(declaration->value))
            entities.push_back({std::string(declaration->name), std::move(*text)});
    }
    return entities;
}

const DeclaredEntity* declared_reference(std::span<const DeclaredEntity> entities, std::string_view text) {
    const auto end = text.substr(0, longest_name + 2).find(';');
    if (end == std::string_view::npos) return nullptr;
    const auto found = std::ranges::find(entities, text.substr(1, end - 1), &DeclaredEntity::name);
    return found == entities.end() ? nullptr : &*found;
}

bool has_foreign_references(std::string_view text, std::size_t most) {
    constexpr std::array<std::string_view, 6> known{"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"};
    std::size_t found = 0;
    for (auto at = text.find_first_of("&<"); at != std::string_view::npos;
         at = text.find_first_of("&<", at + 1)) {
        const auto here = text.substr(at);
        if (here.starts_with("<!--")) {
            at = past(text, "-->", at + 4) - 1;
        } else if (here.starts_with("<![CDATA[")) {
            at = past(text, "]]>", at) - 1;
        } else if (here.front() == '&' &&
                   std::ranges::none_of(known, [&](auto each) { return here.starts_with(each); }) &&
                   ++found > most) {
            return true;
        }
    }
    return false;
}

}  // namespace paperround::feed
