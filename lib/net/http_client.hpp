// Fetches one document over HTTP, as the poller of feeds needs it: conditionally, within limits, and with a
// record of the redirects. If no HTTP response comes, an HttpError is returned; a response with an error
// status is still a response.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::net {

// Which addresses may be connected to. The resolved address is judged, at every hop and for every connection,
// so neither a redirect, an odd spelling of an address nor a name that changes its address gets around it.
enum class Reach { anywhere, public_only };

struct HttpRequest {
    std::string url;                                      // absolute, http or https
    std::string etag;                                     // sent as If-None-Match; empty: unconditional
    std::string last_modified;                            // sent as If-Modified-Since; empty: unconditional
    std::string accept;                                   // empty: */*
    Duration connect_timeout = std::chrono::seconds(15);  // name lookup, TCP and TLS of each hop
    Duration timeout = std::chrono::seconds(60);          // the whole exchange, redirects included
    std::size_t body_limit = 10U << 20U;                  // octets, counted after decompression
    bool head_only = false;         // cut the body off after body_limit octets instead of failing
    Reach reach = Reach::anywhere;  // of the first hop; net/redirect_chain.hpp decides about the next
};

struct HttpResponse {
    int status = 0;
    std::string body;
    std::string etag;
    std::string last_modified;
    std::string content_type;
    std::vector<std::string> links;  // values of Link fields (net/link_header.hpp), at most 32
    // The response of every hop came from an address that is not public (net/public_address.hpp).
    bool local = false;
    // Retry-After (RFC 9110 §10.2.3); a date is relative to the response's own Date field.
    std::optional<Duration> retry_after;
    std::string effective_url;  // where the body came from, after redirects
    // The document's new permanent URL: set if all redirects were 301 or 308 and came over https.
    std::optional<std::string> permanent_url;
};

struct HttpError {
    enum class Code {
        resolve,
        connect,
        tls,
        timeout,
        too_large,
        redirect_loop,
        redirect_refused,
        unknown_coding,  // Content-Encoding names an unknown coding, or the body is not in it
        protocol,
        bad_url,
        not_public
    };
    Code code;
    std::string message;  // one line that names the URL and what went wrong
};

// Thrown by get() when cancel() ended it: the caller unwinds and draws no conclusion.
struct Cancelled {};

class HttpClient {
  public:
    virtual ~HttpClient() = default;
    // Follows redirects by the rules of net/redirect_chain.hpp. A Content-Encoding that names no coding is
    // ignored.
    [[nodiscard]] virtual Result<HttpResponse, HttpError> get(const HttpRequest& request) = 0;
};

}  // namespace paperround::net
