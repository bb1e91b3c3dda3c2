// Posts a form over HTTP to a URL that a stranger may have named; the request says which addresses are
// allowed. If no HTTP response comes, an HttpError is returned; a response with an error status is still a
// response.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/http_client.hpp"

namespace paperround::net {

struct FormRequest {
    std::string url;                                          // absolute, http or https
    std::vector<std::pair<std::string, std::string>> fields;  // UTF-8; sent as x-www-form-urlencoded
    Reach reach = Reach::public_only;
    Duration connect_timeout = std::chrono::seconds(10);
    Duration timeout = std::chrono::seconds(20);  // the whole exchange, redirects included
    std::size_t body_limit = 64U << 10U;          // octets of the response
};

class FormClient {
  public:
    virtual ~FormClient() = default;
    // 307 and 308 are followed with the same form (RFC 9110 §15.4), but never from https to http. Other
    // redirects are returned as the response. May throw Cancelled.
    [[nodiscard]] virtual Result<HttpResponse, HttpError> post(const FormRequest& request) = 0;
};

}  // namespace paperround::net
