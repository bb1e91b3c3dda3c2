#include "net/curl_http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "base/address/url.hpp"
#include "base/compression.hpp"
#include "base/connect_failure.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "net/public_address.hpp"
#include "net/redirect_chain.hpp"

namespace paperround::net {

namespace {

constexpr int most_redirects = 10;
constexpr std::size_t most_header_octets = 256U << 10U;
constexpr std::size_t most_links = 32;
constexpr Duration longest_retry_after = std::chrono::days(30);

using SteadyTime = std::chrono::steady_clock::time_point;
using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// The request of each hop.
struct Asked {
    HttpRequest request;
    const std::string* form = nullptr;  // posted if set
    bool decode = true;                 // decode the body as Content-Encoding says
};

// One hop: a request without redirects, and its response.
struct Hop {
    std::size_t body_limit = 0;
    bool head_only = false;
    bool too_large = false;
    bool enough = false;  // the requested part of the body is complete
    std::size_t header_octets = 0;
    HttpResponse response;
    std::string date;
    std::string retry_after;
    std::string redirect_url;  // absolute; empty if the response is no redirect
    bool not_public = false;   // the connection was refused because the address is not public
};

std::size_t on_body(char* data, std::size_t /*size*/, std::size_t count, void* user) {
    auto& hop = *static_cast<Hop*>(user);
    if (hop.head_only) {
        hop.response.body.append(data, std::min(count, hop.body_limit - hop.response.body.size()));
        hop.enough = hop.response.body.size() == hop.body_limit;
        return hop.enough ? 0 : count;
    }
    if (hop.response.body.size() + count > hop.body_limit) {
        hop.too_large = true;
        return 0;
    }
    hop.response.body.append(data, count);
    return count;
}

void take_field(Hop& hop, std::string_view line) {
    // Another status line (after "100 Continue") begins a new header.
    if (line.starts_with("HTTP/")) {
        hop.response.etag.clear();
        hop.response.last_modified.clear();
        hop.response.content_type.clear();
        hop.response.links.clear();
        hop.date.clear();
        hop.retry_after.clear();
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = line.substr(0, colon);
    const std::string value = without_control_characters(to_valid_utf8(trim(line.substr(colon + 1))));
    if (ascii_iequals(name, "etag")) hop.response.etag = value;
    if (ascii_iequals(name, "last-modified")) hop.response.last_modified = value;
    if (ascii_iequals(name, "content-type")) hop.response.content_type = value;
    if (ascii_iequals(name, "link") && hop.response.links.size() < most_links)
        hop.response.links.push_back(value);
    if (ascii_iequals(name, "date")) hop.date = value;
    if (ascii_iequals(name, "retry-after")) hop.retry_after = value;
}

std::size_t on_header(char* data, std::size_t /*size*/, std::size_t count, void* user) {
    auto& hop = *static_cast<Hop*>(user);
    hop.header_octets += count;
    if (hop.header_octets > most_header_octets) {
        hop.too_large = true;
        return 0;
    }
    take_field(hop, std::string_view(data, count));
    return count;
}

std::optional<Duration> parse_retry_after(const std::string& value, const std::string& date) {
    if (value.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (problem != std::errc{} || end != value.data() + value.size()) {
        const std::time_t until = curl_getdate(value.c_str(), nullptr);
        const std::time_t sent = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr);
        if (until < 0 || sent < 0) return std::nullopt;
        seconds = until - sent;
    }
    if (seconds < 0) return Duration{0};
    return std::min<Duration>(std::chrono::seconds(std::min<std::int64_t>(seconds, 1'000'000'000)),
                              longest_retry_after);
}

HttpError::Code classify(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return HttpError::Code::resolve;
        case CURLE_COULDNT_CONNECT:
            return HttpError::Code::connect;
        case CURLE_OPERATION_TIMEDOUT:
            return HttpError::Code::timeout;
        case CURLE_URL_MALFORMAT:
            return HttpError::Code::bad_url;
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_WRITE_ERROR:  // octets behind the end of the compressed body
            return HttpError::Code::unknown_coding;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return HttpError::Code::tls;
        default:
            return HttpError::Code::protocol;
    }
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

HeaderList request_fields(const HttpRequest& request) {
    HeaderList list(nullptr, &curl_slist_free_all);
    const auto add = [&list](std::string_view name, const std::string& value) {
        if (value.empty() || has_control_characters(value)) return;
        curl_slist* longer = curl_slist_append(list.get(), fmt::format("{}: {}", name, value).c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(list.release());
        list.reset(longer);
    };
    add("Accept", request.accept);
    add("If-None-Match", request.etag);
    add("If-Modified-Since", request.last_modified);
    return list;
}

void prepare(CURL* curl, const HttpRequest& request, const std::string& url, Duration left, Hop& hop) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    // Do not wait for libc's resolver thread, which may ask a silent name server for minutes; it ends by
    // itself.
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    if (request.head_only) {
        // Not every server honours a range; a part of a compressed body could not be decoded.
        curl_easy_setopt(curl, CURLOPT_RANGE, fmt::format("0-{}", request.body_limit - 1).c_str());
    } else {
        curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    }
    curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &hop);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &hop);
}

// The address is judged here, after the name was resolved and before libcurl connects.
curl_socket_t on_connect(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& hop = *static_cast<Hop*>(user);
    if (!is_public_address(&address->addr)) {
        hop.not_public = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void prepare_exchange(CURL* curl, const Asked& asked, Hop& hop) {
    if (!asked.decode) curl_easy_setopt(curl, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    if (asked.form != nullptr) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(asked.form->size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, asked.form->c_str());
    }
    if (asked.request.reach == Reach::public_only) {
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &on_connect);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &hop);
    }
}

// libcurl calls this about once a second, even while nothing arrives.
int on_progress(void* user, curl_off_t /*total*/, curl_off_t /*now*/, curl_off_t /*up_total*/,
                curl_off_t /*up*/) {
    return *static_cast<const std::atomic<bool>*>(user) ? 1 : 0;
}

HttpError failed_hop(const Hop& hop, CURLcode code, const std::string& url, std::string_view reason) {
    if (hop.too_large) {
        return {HttpError::Code::too_large,
                fmt::format("{}: larger than the limit of {} octets", url, hop.body_limit)};
    }
    if (hop.not_public) {
        return {HttpError::Code::not_public,
                fmt::format("{}: is not on the public internet, and is not asked", url)};
    }
    const std::string words(reason.empty() ? curl_easy_strerror(code) : reason);
    return {classify(code), fmt::format("{}: {}", url, collapse_spaces(to_valid_utf8(words)))};
}

Result<Hop, HttpError> fetch(const Asked& asked, const std::string& url, const std::string& user_agent,
                             SteadyTime deadline, std::atomic<bool>& cancelled) {
    const HttpRequest& request = asked.request;
    const auto left = std::chrono::floor<Duration>(deadline - std::chrono::steady_clock::now());
    if (left <= Duration{0}) {
        return failure(HttpError{HttpError::Code::timeout, fmt::format("{}: no answer in time", url)});
    }
    const Handle curl(curl_easy_init(), &curl_easy_cleanup);
    if (!curl) throw std::runtime_error("libcurl cannot make a handle");
    Hop hop;
    hop.body_limit = request.body_limit;
    hop.head_only = request.head_only;
    char reason[CURL_ERROR_SIZE] = "";
    const HeaderList fields = request_fields(request);
    prepare(curl.get(), request, url, left, hop);
    prepare_exchange(curl.get(), asked, hop);
    curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, user_agent.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &cancelled);
    const CURLcode code = curl_easy_perform(curl.get());
    if (cancelled) throw Cancelled{};
    const bool cut_off = hop.enough && code == CURLE_WRITE_ERROR;
    if (hop.too_large || (code != CURLE_OK && !cut_off)) {
        HttpError error = failed_hop(hop, code, url, reason);
        long system = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_OS_ERRNO, &system);
        // "Couldn't connect to server" also stands for a lack of ports and of a route.
        if (error.code == HttpError::Code::connect && system != 0)
            error.message = connect_failure(static_cast<int>(system), url);
        return failure(std::move(error));
    }
    long status = 0;
    const char* redirect = nullptr;
    const char* peer = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &redirect);
    curl_easy_getinfo(curl.get(), CURLINFO_PRIMARY_IP, &peer);
    hop.response.local = peer != nullptr && !is_public_address(std::string(peer));
    hop.response.status = static_cast<int>(status);
    if (redirect != nullptr && is_redirect(hop.response.status)) hop.redirect_url = redirect;
    return hop;
}

// Some stores and generators put words into Content-Encoding that are no coding: "aws-chunked", "utf-8",
// "none". Browsers then take the body as it is, and so does this.
Result<Hop, HttpError> fetch_whatever_coded(Asked asked, const std::string& url,
                                            const std::string& user_agent, SteadyTime deadline,
                                            std::atomic<bool>& cancelled) {
    auto hop = fetch(asked, url, user_agent, deadline, cancelled);
    if (hop || hop.error().code != HttpError::Code::unknown_coding) return hop;
    asked.decode = false;
    auto raw = fetch(asked, url, user_agent, deadline, cancelled);
    constexpr std::string_view gzip = "\x1F\x8B";
    if (!raw || !raw->response.body.starts_with(gzip)) return raw;
    auto octets = gunzipped(raw->response.body, asked.request.body_limit);
    if (!octets) return hop;
    raw->response.body = std::move(*octets);
    return raw;
}

Result<std::string, HttpError> checked_url(const std::string& text, const std::string& from) {
    const auto url = parse_url(text);
    if (url && url->is_web()) return text;
    const std::string shown = without_control_characters(to_valid_utf8(utf8_prefix(text, 200)));
    if (from.empty()) {
        return failure(
            HttpError{HttpError::Code::bad_url,
                      fmt::format("\"{}\": expected an http or https URL without a password", shown)});
    }
    return failure(
        HttpError{HttpError::Code::bad_url,
                  fmt::format("{}: redirects to \"{}\"; only http and https are followed", from, shown)});
}

}  // namespace

CurlHttpClient::CurlHttpClient(std::string_view contact)
    : user_agent_(contact.empty() ? "Paperround/0.1" : fmt::format("Paperround/0.1 (+{})", contact)) {}

Result<HttpResponse, HttpError> CurlHttpClient::get(const HttpRequest& request) {
    const auto deadline = std::chrono::steady_clock::now() + request.timeout;
    Asked asked{.request = request};
    RedirectChain chain(request.reach);
    bool local = true;
    for (auto url = checked_url(request.url, {});;) {
        if (!url) return failure(std::move(url.error()));
        auto hop = fetch_whatever_coded(asked, *url, user_agent_, deadline, cancelled_);
        if (!hop) return failure(std::move(hop.error()));
        HttpResponse& response = hop->response;
        const bool local_hop = std::exchange(response.local, response.local && local);
        local = response.local;
        if (hop->redirect_url.empty()) {
            response.retry_after = parse_retry_after(hop->retry_after, hop->date);
            response.effective_url = *url;
            if (chain.is_move()) response.permanent_url = *url;
            return std::move(response);
        }
        if (auto followed = chain.follow(response.status, *url, hop->redirect_url, local_hop); !followed)
            return failure(std::move(followed.error()));
        asked.request.reach = chain.reach();
        url = checked_url(hop->redirect_url, *url);
    }
}

Result<HttpResponse, HttpError> CurlHttpClient::post(const FormRequest& request) {
    const auto deadline = std::chrono::steady_clock::now() + request.timeout;
    std::string form;
    for (const auto& [name, value] : request.fields) {
        form += fmt::format("{}{}={}", form.empty() ? "" : "&", percent_encode(name), percent_encode(value));
    }
    const Asked asked{.request = {.connect_timeout = request.connect_timeout,
                                  .body_limit = request.body_limit,
                                  .reach = request.reach},
                      .form = &form};
    auto url = checked_url(request.url, {});
    for (int redirects = 0; url; ++redirects) {
        if (redirects > most_redirects) {
            return failure(HttpError{HttpError::Code::redirect_loop,
                                     fmt::format("{}: more than {} redirects", request.url, most_redirects)});
        }
        auto hop = fetch(asked, *url, user_agent_, deadline, cancelled_);
        if (!hop) return failure(std::move(hop.error()));
        const int status = hop->response.status;
        if (hop->redirect_url.empty() || (status != 307 && status != 308)) {
            hop->response.retry_after = parse_retry_after(hop->retry_after, hop->date);
            hop->response.effective_url = *url;
            return std::move(hop->response);
        }
        if (ascii_istarts_with(*url, "https:") && !ascii_istarts_with(hop->redirect_url, "https:")) {
            return failure(HttpError{HttpError::Code::bad_url,
                                     fmt::format("{}: redirects a form from https to http", *url)});
        }
        url = checked_url(hop->redirect_url, *url);
    }
    return failure(std::move(url.error()));
}

}  // namespace paperround::net
