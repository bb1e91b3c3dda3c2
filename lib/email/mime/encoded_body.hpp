// The body of one MIME part, encoded as far as it is the same for everybody. Immutable, thread-safe.
//
// Encodings are joined where their state is fresh: quoted-printable at each line end, base64 after every 57
// octets. So with quoted-printable only the lines that hold a merge field are encoded per recipient, with
// base64 everything from the line before the first field on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "email/template/merge_text.hpp"

namespace paperround::email {

class EncodedBody {
  public:
    enum class Encoding { quoted_printable, base64 };

    // Chooses the shorter encoding.
    explicit EncodedBody(const MergeText& text);

    [[nodiscard]] Encoding encoding() const { return encoding_; }
    // The value of Content-Transfer-Encoding.
    [[nodiscard]] std::string_view encoding_name() const;
    // Appends the encoded body, filled in with one value per field of the text; ends with CRLF.
    void append_to(std::string& out, const std::vector<std::string>& values) const;
    // About how many octets append_to writes.
    [[nodiscard]] std::size_t size_hint() const { return size_hint_; }

  private:
    // Text that is encoded already, and behind it a stretch (a line, or the rest of the body) that holds
    // fields.
    struct Section {
        std::string encoded;
        std::vector<MergePiece> open;
    };

    void split_into_lines(const std::vector<MergePiece>& pieces);
    void split_once(const std::vector<MergePiece>& pieces);

    Encoding encoding_ = Encoding::quoted_printable;
    std::vector<Section> sections_;
    std::size_t size_hint_ = 0;
};

}  // namespace paperround::email
