// Fetching one document over HTTP, as the poller of feeds needs it: conditional, bounded, and honest about
// how it got there. Failure to get any HTTP answer is a value (HttpError); an answer with a bad status is
// still an answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::net {

// Which addresses may be connected to. It is judged by what a name resolves to, at every hop and every time,
// so neither a redirect, an odd spelling nor a name that changes its address gets around it.
enum class Reach { anywhere, public_only };

struct HttpRequest {
    std::string url;                                      // absolute, http or https
    std::string etag;                                     // sent as If-None-Match; empty: unconditional
    std::string last_modified;                            // sent as If-Modified-Since; empty: unconditional
    std::string accept;                                   // empty: */*
    Duration connect_timeout = std::chrono::seconds(15);  // name lookup, TCP and TLS of each hop
    Duration timeout = std::chrono::seconds(60);          // the whole exchange, redirects included
    std::size_t body_limit = 10U << 20U;                  // octets, counted after decompression
    bool head_only = false;  // no more than body_limit octets are wanted: what is longer is cut off there
    Reach reach = Reach::anywhere;  // of the first hop, and so of all
};

struct HttpResponse {
    int status = 0;
    std::string body;
    std::string etag;
    std::string last_modified;
    std::string content_type;
    std::vector<std::string> links;  // values of Link fields (net/link_header.hpp), at most 32
    // Every hop's answer came from an address that is not public (net/public_address.hpp).
    bool local = false;
    // Retry-After (RFC 9110 §10.2.3); a date is taken relative to the response's own Date field.
    std::optional<Duration> retry_after;
    std::string effective_url;  // where the body came from, after redirects
    // Where the document has moved to for good: the end of a chain of redirects that were all 301 or 308 and
    // all said over https.
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
        unknown_coding,  // Content-Encoding says what is not known, or the body is not in it
        protocol,
        bad_url,
        not_public
    };
    Code code;
    std::string message;  // one line that names the URL and what went wrong
};

// Thrown by a get() that the program's own end cut short: whoever asked unwinds and concludes nothing.
struct Cancelled {};

class HttpClient {
  public:
    virtual ~HttpClient() = default;
    // Follows redirects, as net/redirect_chain.hpp has it. A Content-Encoding that is none is passed over.
    [[nodiscard]] virtual Result<HttpResponse, HttpError> get(const HttpRequest& request) = 0;
};

}  // namespace paperround::net
