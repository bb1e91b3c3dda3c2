// A text with holes: what a template becomes once per mailing, before it is filled in once per recipient.
//
// While the template engine runs, a hole is a mark: the control character SOH, a number, STX. No value that
// reaches the engine holds control characters (without_marks), so nothing that a feed says can be taken for a
// hole.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "email/template/recipient.hpp"

namespace paperround::email {

struct MergeField {
    enum class Kind { name, address, attribute, unsubscribe_url };
    Kind kind = Kind::name;
    std::string attribute;     // for Kind::attribute
    std::string fallback;      // what stands there when the subscriber has no value
    bool escape_html = false;  // the value goes into HTML
    bool operator==(const MergeField&) const = default;
};

// One line of text without controls, escaped where the field asks for it.
[[nodiscard]] std::string value_of(const MergeField& field, const Recipient& recipient);

[[nodiscard]] std::string mark_of(std::size_t field);
// The text without the controls that marks are made of; tabs and line feeds stay, and CR LF becomes LF.
[[nodiscard]] std::string without_marks(std::string_view text);

struct MergePiece {
    std::string literal;
    std::optional<std::size_t> field;  // the hole behind the literal
};

// Alternating literals and holes; lines end with LF.
class MergeText {
  public:
    MergeText() = default;
    // `marked` holds marks of `fields`. Throws std::logic_error for a mark of no field: a broken invariant.
    MergeText(std::string_view marked, std::vector<MergeField> fields);

    [[nodiscard]] const std::vector<MergePiece>& pieces() const { return pieces_; }
    [[nodiscard]] const std::vector<MergeField>& fields() const { return fields_; }
    // One value per field, in the order of fields().
    [[nodiscard]] std::vector<std::string> values_for(const Recipient& recipient) const;
    [[nodiscard]] std::string fill(const Recipient& recipient) const;

  private:
    std::vector<MergePiece> pieces_;
    std::vector<MergeField> fields_;
};

// The text with the marks that it was made of.
[[nodiscard]] std::string marked(const MergeText& text);

}  // namespace paperround::email
