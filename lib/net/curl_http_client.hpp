// HttpClient and FormClient over libcurl. http and https only, at every hop; at most 10 redirects; gzip and
// deflate; certificates verified; no proxy, whatever the environment says; no cookies, no credentials, no
// signals. Thread-safe: every get() and post() has a connection of its own, since a poll asks each host about
// once in ten minutes.
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
    // `contact` is a URL put into User-Agent (the installation's public_url), so that a site's owner can find
    // out who asks so often.
    explicit CurlHttpClient(std::string_view contact);

    // Throws Cancelled once cancel() was called.
    [[nodiscard]] Result<HttpResponse, HttpError> get(const HttpRequest& request) override;
    [[nodiscard]] Result<HttpResponse, HttpError> post(const FormRequest& request) override;

    // Ends every get() and post(), within about a second, for good: the daemon stops. From any thread.
    void cancel() { cancelled_ = true; }

  private:
    CurlLibrary library_;
    std::string user_agent_;
    std::atomic<bool> cancelled_ = false;
};

}  // namespace paperround::net
