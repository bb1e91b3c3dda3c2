// The body of a POST that may be RFC 8058's one-click request. Pure.
#pragma once

#include <string_view>

namespace paperround::web {

inline constexpr std::size_t form_limit = 16UL << 10U;  // octets; the request itself has 26

// Whether the form holds `List-Unsubscribe=One-Click` (RFC 8058 §3.2), as application/x-www-form-urlencoded,
// which is also assumed where no type is given, or as multipart/form-data. Nothing else about the form
// matters. The pair is insisted on because it is what tells a reader's wish from a scanner that repeats links
// as POST requests.
[[nodiscard]] bool asks_to_leave(std::string_view content_type, std::string_view body);

}  // namespace paperround::web
