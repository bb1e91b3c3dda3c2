// HttpClient and FormClient with libcurl. At every hop http and https only; at most 10 redirects; gzip and
// deflate; certificates are verified; no proxy, even if the environment names one; no cookies, credentials or
// signals. Thread-safe: each get() and post() opens its own connection, since a poll asks each host only
// about once in ten minutes.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "net/curl_library.hpp"
#include "net/form_client.hpp"
#include "net/http_client.hpp"

namespace paperround::net {

class CurlHttpClient final : public HttpClient, public FormClient {
  public:
    // `contact` is a URL for User-Agent (the installation's public_url), so that a site's owner can find out
    // who asks so often.
    explicit CurlHttpClient(std::string_view contact);

    // Throws Cancelled after cancel() was called.
    [[nodiscard]] Result<HttpResponse, HttpError> get(const HttpRequest& request) override;
    [[nodiscard]] Result<HttpResponse, HttpError> post(const FormRequest& request) override;

    // Ends every get() and post() within about a second, and all later ones: the daemon stops. Callable from
    // any thread.
    void cancel() { cancelled_ = true; }

  private:
    CurlLibrary library_;
    std::string user_agent_;
    std::atomic<bool> cancelled_ = false;
};

}  // namespace paperround::net
