// A picture that is sent with the mail, and that its HTML shows by `cid:` (RFC 2392): a part of the
// multipart/related around the HTML part (RFC 2387). It is encoded once, and all copies share that. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

struct InlinePicture {
    std::string id;    // of the Content-ID, without its brackets; the HTML says cid_url(id)
    std::string type;  // "image/png"
    std::string name;  // what to call the file, in ASCII without blanks
    std::string body;  // in base64, as it stands in a message
    bool operator==(const InlinePicture&) const = default;
};
using InlinePictures = std::vector<InlinePicture>;

// `file_name` is the original's. The id is made of name and octets: the same picture has the same in each
// mail.
[[nodiscard]] InlinePicture inline_picture(std::string_view octets, std::string_view type,
                                           std::string_view file_name, std::string_view domain);
[[nodiscard]] std::string cid_url(const InlinePicture& picture);
// Those that the HTML shows.
[[nodiscard]] InlinePictures shown_pictures(std::string_view html, const InlinePictures& pictures);
// As browsers show it: each picture within its `src`, as a data URL.
[[nodiscard]] std::string with_data_urls(std::string_view html, const InlinePictures& pictures);

// The part in a multipart with this boundary, header and delimiter included.
void append_picture_part(std::string& out, std::string_view boundary, const InlinePicture& picture);

// Compressed, as they are kept with a mailing; nothing where that did not come out of pack().
[[nodiscard]] std::string pack(const InlinePictures& pictures);
[[nodiscard]] std::optional<InlinePictures> unpack_pictures(std::string_view packed);

}  // namespace paperround::email
