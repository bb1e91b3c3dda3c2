#include "email/mime/encoded_body.hpp"

#include "base/text.hpp"
#include "email/mime/base64_body.hpp"
#include "email/mime/quoted_printable.hpp"

namespace paperround::email {

namespace {

std::string with_crlf(std::string_view text) {
    return replace_all(text, "\n", "\r\n");
}

std::string fill(const std::vector<MergePiece>& pieces, const std::vector<std::string>& values) {
    std::string out;
    for (const MergePiece& piece : pieces) {
        out += piece.literal;
        if (piece.field) out += values[*piece.field];
    }
    return out;
}

std::string literals_of(const MergeText& text) {
    std::string all;
    for (const MergePiece& piece : text.pieces()) all += piece.literal;
    return all;
}

}  // namespace

EncodedBody::EncodedBody(const MergeText& text) {
    const std::string literals = literals_of(text);
    const std::size_t as_base64 = base64_body_size(literals.size());
    const std::size_t as_quoted_printable = quoted_printable(literals).size();
    encoding_ = as_base64 < as_quoted_printable ? Encoding::base64 : Encoding::quoted_printable;
    size_hint_ = std::min(as_base64, as_quoted_printable) + 512;
    if (encoding_ == Encoding::base64) {
        split_once(text.pieces());
    } else {
        split_into_lines(text.pieces());
    }
}

std::string_view EncodedBody::encoding_name() const {
    return encoding_ == Encoding::base64 ? "base64" : "quoted-printable";
}

// Every piece's literal is cut at its line ends: whole lines without a field are encoded now, the others stay
// open.
void EncodedBody::split_into_lines(const std::vector<MergePiece>& pieces) {
    sections_.emplace_back();
    for (const MergePiece& piece : pieces) {
        std::string_view literal = piece.literal;
        if (!sections_.back().open.empty()) {
            const auto end = literal.find('\n');
            sections_.back().open.push_back({std::string(literal.substr(0, end)), std::nullopt});
            if (end == std::string_view::npos) {
                sections_.back().open.back().field = piece.field;
                continue;
            }
            literal.remove_prefix(end + 1);
            sections_.emplace_back();
            sections_.back().encoded = "\r\n";
        }
        const auto last_end = literal.rfind('\n');
        const std::size_t whole = last_end == std::string_view::npos ? 0 : last_end + 1;
        sections_.back().encoded += quoted_printable(literal.substr(0, whole));
        const std::string_view rest = literal.substr(whole);
        if (piece.field) {
            sections_.back().open.push_back({std::string(rest), piece.field});
        } else if (!rest.empty()) {
            sections_.back().encoded += quoted_printable(rest) + "\r\n";
        }
    }
    if (!sections_.back().open.empty()) sections_.push_back({"\r\n", {}});
}

void EncodedBody::split_once(const std::vector<MergePiece>& pieces) {
    Section& section = sections_.emplace_back();
    for (const MergePiece& piece : pieces) section.open.push_back({with_crlf(piece.literal), piece.field});
    std::string& first = section.open.front().literal;
    const bool fixed = !section.open.front().field;
    const std::size_t whole = fixed ? first.size() : first.size() / base64_line_octets * base64_line_octets;
    append_base64_body(section.encoded, std::string_view(first).substr(0, whole));
    first.erase(0, whole);
    if (fixed) section.open.clear();
}

void EncodedBody::append_to(std::string& out, const std::vector<std::string>& values) const {
    for (const Section& section : sections_) {
        out += section.encoded;
        if (section.open.empty()) continue;
        const std::string filled = fill(section.open, values);
        if (encoding_ == Encoding::base64) {
            append_base64_body(out, filled);
        } else {
            append_quoted_printable_line(out, filled);
        }
    }
}

}  // namespace paperround::email
