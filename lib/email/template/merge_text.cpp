#include "email/template/merge_text.hpp"

#include <charconv>
#include <stdexcept>

#include "base/text.hpp"

namespace paperround::email {

namespace {

constexpr char mark_begin = '\x01';
constexpr char mark_end = '\x02';

const std::string& raw_value(const MergeField& field, const Recipient& recipient) {
    const audience::Subscriber& subscriber = recipient.subscriber;
    switch (field.kind) {
        case MergeField::Kind::name:
            return subscriber.name;
        case MergeField::Kind::address:
            return subscriber.address;
        case MergeField::Kind::unsubscribe_url:
            return recipient.unsubscribe_url;
        case MergeField::Kind::attribute:
            break;
    }
    const auto found = subscriber.attributes.find(field.attribute);
    return found == subscriber.attributes.end() ? field.fallback : found->second;
}

std::size_t field_number(std::string_view digits, std::size_t count) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number >= count) {
        throw std::logic_error("a mark in a rendered template belongs to no merge field");
    }
    return number;
}

}  // namespace

std::string value_of(const MergeField& field, const Recipient& recipient) {
    std::string value = without_control_characters(collapse_spaces(raw_value(field, recipient)));
    if (value.empty()) value = field.fallback;
    return field.escape_html ? escape_html(value) : value;
}

std::string mark_of(std::size_t field) {
    return mark_begin + std::to_string(field) + mark_end;
}

std::string without_marks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\r') {
            if (i + 1 == text.size() || text[i + 1] != '\n') out.push_back('\n');
        } else if (c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) {
            out.push_back(c);
        }
    }
    return out;
}

MergeText::MergeText(std::string_view marked, std::vector<MergeField> fields) : fields_(std::move(fields)) {
    for (;;) {
        const auto begin = marked.find(mark_begin);
        const auto end = begin == std::string_view::npos ? begin : marked.find(mark_end, begin);
        if (end == std::string_view::npos) break;
        const std::size_t field = field_number(marked.substr(begin + 1, end - begin - 1), fields_.size());
        pieces_.push_back({std::string(marked.substr(0, begin)), field});
        marked.remove_prefix(end + 1);
    }
    pieces_.push_back({std::string(marked), std::nullopt});
}

std::vector<std::string> MergeText::values_for(const Recipient& recipient) const {
    std::vector<std::string> values;
    values.reserve(fields_.size());
    for (const MergeField& field : fields_) values.push_back(value_of(field, recipient));
    return values;
}

std::string MergeText::fill(const Recipient& recipient) const {
    std::string out;
    for (const MergePiece& piece : pieces_) {
        out += piece.literal;
        if (piece.field) out += value_of(fields_[*piece.field], recipient);
    }
    return out;
}

std::string marked(const MergeText& text) {
    std::string out;
    for (const MergePiece& piece : text.pieces()) {
        out += piece.literal;
        if (piece.field) out += mark_of(*piece.field);
    }
    return out;
}

}  // namespace paperround::email
