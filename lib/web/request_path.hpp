// What a request asks for, however mail programs and proxies have written its path. Pure; linear.
//
// A link stays good for as long as its reader keeps the mail. So whatever stands before its last two segments
// is passed over: the path of `public_url`, of today or of years ago, kept by the proxy or not. So is what
// mail programs and relays append to a link. The token itself is signed: nothing that is added or lost makes
// another link of it.
#pragma once

#include <string>
#include <string_view>

namespace paperround::web {

// The path of `public_url` ("https://example.org/news" -> "/news"), empty where it has none.
[[nodiscard]] std::string base_path_of(std::string_view public_url);

// `/u/<token>`, `/websub/<id>`, `/healthz` or `/` where that is meant; else the path as it came, on one slash
// each. `path` is percent-decoded, and may be of the absolute form (RFC 9112 §3.2.2).
[[nodiscard]] std::string routed_path(std::string_view path, std::string_view base_path);

}  // namespace paperround::web
