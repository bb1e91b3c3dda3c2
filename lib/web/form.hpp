// Reads the body of a POST that may be a one-click request (RFC 8058). Pure.
#pragma once

#include <string_view>

namespace paperround::web {

inline constexpr std::size_t form_limit = 16UL << 10U;  // octets; the longest real request has 26

// Whether the form contains `List-Unsubscribe=One-Click` (RFC 8058 §3.2), in multipart or urlencoded form.
// The urlencoded form is accepted with any content type, since clients send it as text/plain or without a
// type. Other fields do not matter. The pair tells a reader's wish from a scanner that submits forms. A POST
// without a body and without a form's content type counts as the wish too, since some mail programs send
// that.
[[nodiscard]] bool asks_to_leave(std::string_view content_type, std::string_view body);

}  // namespace paperround::web
