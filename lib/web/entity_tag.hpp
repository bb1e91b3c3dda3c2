// Entity tags (RFC 9110 §8.8.3): a page that the client has already is not sent again. Pure; linear.
#pragma once

#include <string>
#include <string_view>

#include "web/http_message.hpp"

namespace paperround::web {

// A strong one, of the octets.
[[nodiscard]] std::string entity_tag(std::string_view body);
// Whether the value of If-None-Match (RFC 9110 §13.1.2) names it; compared weakly, as that field asks.
[[nodiscard]] bool is_known(std::string_view if_none_match, std::string_view tag);

// Adds the tag. If the client has it, the answer becomes a 304 without a body.
void answer_by_tag(HttpResponse& response, const HttpRequest& request, const std::string& tag);

}  // namespace paperround::web
