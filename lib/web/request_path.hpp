// Finds out which page a request is for, however mail programs and proxies have changed its path. Pure;
// linear.
//
// A link stays valid for as long as its reader keeps the mail. So everything before the last two segments is
// ignored: it is the path of `public_url`, today's or an old one, kept by the proxy or not. Text that mail
// programs and relays append to a link is ignored too. The token is signed, so no change can turn it into
// another valid token.
#pragma once

#include <string>
#include <string_view>

namespace paperround::web {

// The path of `public_url` ("https://example.org/news" -> "/news"); empty if it has none.
[[nodiscard]] std::string base_path_of(std::string_view public_url);

// Returns `/u/<token>`, `/c/<token>`, `/w/<token>`, `/p/<token>`, `/s/<newsletter>`, `/websub/<id>`,
// `/hook/<name>`, `/hook/<name>/<secret>`, `/healthz` or `/`, or a page of an archive (`/a/<newsletter>`, `/a/<newsletter>/feed`, `/a/<newsletter>/<number>` and
// `/a/<newsletter>/<number>/<picture>`), if `path` means that page; otherwise `path` itself, with repeated slashes
// reduced to one. `path` is percent-decoded, and may be in absolute form (RFC 9112 §3.2.2).
[[nodiscard]] std::string routed_path(std::string_view path, std::string_view base_path);

}  // namespace paperround::web
