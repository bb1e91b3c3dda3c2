// The body of a POST that may be RFC 8058's one-click request. Pure.
#pragma once

#include <string_view>

namespace paperround::web {

inline constexpr std::size_t form_limit = 16UL << 10U;  // octets; the request itself has 26

// Whether the form holds `List-Unsubscribe=One-Click` (RFC 8058 §3.2), as multipart, or urlencoded whatever
// the type says: clients send it as text/plain, or without a type. Nothing else about the form matters. The
// pair is what tells a reader's wish from a scanner that submits the forms it finds. A POST without a body
// that does not call itself a form either is taken for the wish too: there are mail programs that send it so.
[[nodiscard]] bool asks_to_leave(std::string_view content_type, std::string_view body);

}  // namespace paperround::web
