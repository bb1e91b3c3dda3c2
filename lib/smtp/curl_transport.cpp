#include "smtp/curl_transport.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <stdexcept>

#include "base/duration.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "smtp/handshake.hpp"

namespace paperround::smtp {

namespace {

using config::Tls;
using queue::OutcomeKind;
using queue::Stage;

struct EasyCleanup {
    void operator()(CURL* handle) const { ::curl_easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;

enum class Readiness { ready, timed_out, interrupted };

class CurlTransport final : public Transport {
  public:
    explicit CurlTransport(const Interrupt& interrupt) : handle_(::curl_easy_init()), interrupt_(interrupt) {
        if (!handle_) throw std::bad_alloc();
    }

    void configure(const config::Relay& relay, std::string_view password, std::string_view ehlo);
    [[nodiscard]] Result<Capabilities, queue::Outcome> perform(const config::Relay& relay);

    [[nodiscard]] Transferred write(std::string_view octets, Deadline deadline) override;
    [[nodiscard]] Transferred read(std::span<char> into, Deadline deadline) override;
    [[nodiscard]] bool quiet() override;
    [[nodiscard]] std::string tls() const override { return tls_; }

  private:
    template <class Value>
    void set(CURLoption option, Value value) {
        const CURLcode code = ::curl_easy_setopt(handle_.get(), option, value);
        if (code != CURLE_OK) {
            throw std::runtime_error(fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                                 ::curl_easy_strerror(code)));
        }
    }
    void set_text(CURLoption option, std::string_view text) { set(option, std::string(text).c_str()); }

    void configure_tls(const config::Relay& relay);
    void configure_login(const config::Relay& relay, std::string_view password);
    void watch_handshake();
    void unwatch_handshake();
    [[nodiscard]] queue::Outcome explain(CURLcode code, const config::Relay& relay) const;
    [[nodiscard]] Stage stage_of(CURLcode code) const;
    [[nodiscard]] std::string reason_of(CURLcode code, const config::Relay& relay) const;
    [[nodiscard]] bool timed(CURLINFO which) const;
    [[nodiscard]] std::string negotiated_tls() const;
    [[nodiscard]] std::string words(CURLcode code) const;
    [[nodiscard]] Readiness wait(short events, Deadline deadline) const;

    static int on_debug(CURL* handle, curl_infotype type, char* data, std::size_t size, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

    // libcurl writes into this until the handle is gone: declared before it, so destroyed after it.
    std::array<char, CURL_ERROR_SIZE> error_{};
    Handshake handshake_;
    EasyHandle handle_;
    const Interrupt& interrupt_;
    curl_socket_t socket_ = CURL_SOCKET_BAD;
    std::string tls_;
};

std::string url_of(const config::Relay& relay, std::string_view ehlo) {
    const bool ipv6 = relay.host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}/{}", relay.implicit_tls ? "smtps" : "smtp", ipv6 ? "[" : "",
                       relay.host, ipv6 ? "]" : "", relay.port, percent_encode(ehlo));
}

void CurlTransport::configure(const config::Relay& relay, std::string_view password, std::string_view ehlo) {
    const auto timeout = static_cast<long>(relay.timeouts.connect.count());
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_CONNECT_ONLY, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set_text(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set_text(CURLOPT_URL, url_of(relay, ehlo));
    set_text(CURLOPT_PROXY, relay.proxy);  // an empty text also keeps ALL_PROXY out
    set_text(CURLOPT_NOPROXY, "");
    set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, timeout);
    set(CURLOPT_TIMEOUT_MS, timeout);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    configure_tls(relay);
    configure_login(relay, password);
    watch_handshake();
}

void CurlTransport::configure_tls(const config::Relay& relay) {
    const Tls mode = relay.effective_tls();
    const bool verify = mode == Tls::required;
    const bool must_hide_login = !relay.username.empty() && !is_loopback(relay.host);
    long use = CURLUSESSL_NONE;
    if (mode == Tls::opportunistic) use = must_hide_login ? CURLUSESSL_ALL : CURLUSESSL_TRY;
    if (mode == Tls::required) use = CURLUSESSL_ALL;
    set(CURLOPT_USE_SSL, use);
    set(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
    if (verify) set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!relay.ca_file.empty()) {
        set_text(CURLOPT_CAINFO, relay.ca_file.string());
        // Otherwise the system's folder of authorities would still vouch for anyone.
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
}

void CurlTransport::configure_login(const config::Relay& relay, std::string_view password) {
    if (relay.username.empty()) return;
    set_text(CURLOPT_USERNAME, relay.username);
    set_text(CURLOPT_PASSWORD, password);
    const std::string plain =
        std::string(1, '\0') + relay.username + std::string(1, '\0') + std::string(password);
    handshake_.hide(std::string(password));
    handshake_.hide(base64(password));
    handshake_.hide(base64(plain));
}

void CurlTransport::watch_handshake() {
    set(CURLOPT_VERBOSE, 1L);
    set(CURLOPT_DEBUGFUNCTION, &CurlTransport::on_debug);
    set(CURLOPT_DEBUGDATA, this);
    set(CURLOPT_HEADERFUNCTION, &CurlTransport::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &CurlTransport::on_body);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &CurlTransport::on_progress);
    set(CURLOPT_XFERINFODATA, this);
}

void CurlTransport::unwatch_handshake() {
    set(CURLOPT_VERBOSE, 0L);
    set(CURLOPT_NOPROGRESS, 1L);
}

int CurlTransport::on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    Handshake& handshake = static_cast<CurlTransport*>(self)->handshake_;
    if (type == CURLINFO_HEADER_OUT) handshake.command(std::string_view(data, size));
    if (type == CURLINFO_SSL_DATA_OUT) handshake.tls_octets();
    return 0;
}

std::size_t CurlTransport::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    static_cast<CurlTransport*>(self)->handshake_.reply_line(std::string_view(data, size * count));
    return size * count;
}

std::size_t CurlTransport::on_body(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

int CurlTransport::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<CurlTransport*>(self)->interrupt_.triggered() ? 1 : 0;
}

Result<Capabilities, queue::Outcome> CurlTransport::perform(const config::Relay& relay) {
    const CURLcode code = ::curl_easy_perform(handle_.get());
    if (code != CURLE_OK) return failure(explain(code, relay));
    unwatch_handshake();
    ::curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket_);
    if (!quiet()) return failure(explain(CURLE_RECV_ERROR, relay));
    tls_ = negotiated_tls();
    if (!relay.username.empty() && !handshake_.authenticated())
        return failure(explain(CURLE_LOGIN_DENIED, relay));
    return parse_capabilities(handshake_.ehlo_lines());
}

bool CurlTransport::timed(CURLINFO which) const {
    curl_off_t microseconds = 0;
    return ::curl_easy_getinfo(handle_.get(), which, &microseconds) == CURLE_OK && microseconds > 0;
}

Stage CurlTransport::stage_of(CURLcode code) const {
    switch (code) {
        case CURLE_LOGIN_DENIED:
            return Stage::auth;
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
            return Stage::tls;
        default:
            break;
    }
    if (handshake_.greeted()) return handshake_.stage();
    if (timed(CURLINFO_APPCONNECT_TIME_T)) return Stage::greeting;
    if (handshake_.stage() == Stage::tls) return Stage::tls;
    return timed(CURLINFO_CONNECT_TIME_T) ? Stage::greeting : Stage::connect;
}

std::string CurlTransport::words(CURLcode code) const {
    const std::string_view detail(error_.data(), ::strnlen(error_.data(), error_.size()));
    return without_control_characters(to_valid_utf8(detail.empty() ? ::curl_easy_strerror(code) : detail));
}

std::string CurlTransport::reason_of(CURLcode code, const config::Relay& relay) const {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return fmt::format("no session within {} ({})", format_duration(relay.timeouts.connect),
                               words(code));
        case CURLE_USE_SSL_FAILED:
            return "the relay offers no STARTTLS, and TLS is required";
        case CURLE_LOGIN_DENIED:
            if (!handshake_.authenticated()) return "the relay offers no AUTH, but a username is configured";
            return "the relay refuses the login";
        case CURLE_ABORTED_BY_CALLBACK:
            return "interrupted while the session was being opened";
        default:
            return words(code);
    }
}

queue::Outcome CurlTransport::explain(CURLcode code, const config::Relay& relay) const {
    queue::Outcome outcome;
    outcome.kind = code == CURLE_ABORTED_BY_CALLBACK ? OutcomeKind::withdrawn : OutcomeKind::relay_trouble;
    outcome.stage = stage_of(code);
    outcome.tls = tls_;
    const auto reply = handshake_.last_reply();
    // A refusal explains itself; after any other reply it is libcurl that knows what went wrong.
    if (reply && reply->severity() >= 4) {
        outcome.code = reply->code;
        outcome.enhanced = reply->enhanced;
        outcome.text = reply->text;
    } else {
        outcome.text = reason_of(code, relay);
    }
    return outcome;
}

std::string CurlTransport::negotiated_tls() const {
    curl_tlssessioninfo* session = nullptr;
    // Known only while the handle is attached to its connection, as it is after the first curl_easy_recv.
    if (::curl_easy_getinfo(handle_.get(), CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK ||
        session == nullptr || session->internals == nullptr) {
        return {};
    }
    if (session->backend != CURLSSLBACKEND_OPENSSL) return "TLS";
    return ::SSL_get_version(static_cast<const SSL*>(session->internals));
}

Readiness CurlTransport::wait(short events, Deadline deadline) const {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        std::array<pollfd, 2> polled{{{socket_, events, 0}, {interrupt_.descriptor(), POLLIN, 0}}};
        const auto most = static_cast<std::int64_t>(std::chrono::milliseconds(std::chrono::hours(1)).count());
        const int milliseconds = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, most));
        const int count = ::poll(polled.data(), polled.size(), milliseconds);
        if (count > 0 && polled[0].revents != 0) return Readiness::ready;
        if (count > 0) return Readiness::interrupted;
        if (count == 0 && left.count() <= most) return Readiness::timed_out;
        // A signal came (EINTR), or more than an hour was left: once more.
    }
}

Transfer to_transfer(Readiness readiness) {
    return readiness == Readiness::interrupted ? Transfer::interrupted : Transfer::timed_out;
}

Transferred CurlTransport::write(std::string_view octets, Deadline deadline) {
    Transferred result;
    while (!octets.empty()) {
        std::size_t handed = 0;
        const CURLcode code = ::curl_easy_send(handle_.get(), octets.data(), octets.size(), &handed);
        if (code == CURLE_OK) {
            result.octets += handed;
            octets.remove_prefix(handed);
            continue;
        }
        if (code != CURLE_AGAIN) {
            result.how = Transfer::failed;
            result.reason = words(code);
            return result;
        }
        // OpenSSL wants the same octets at the same place again: nothing else is written in between.
        if (const Readiness readiness = wait(POLLOUT, deadline); readiness != Readiness::ready) {
            result.how = to_transfer(readiness);
            return result;
        }
    }
    return result;
}

Transferred CurlTransport::read(std::span<char> into, Deadline deadline) {
    // What a command asked for is hardly ever there yet, so the first look would be in vain. Not under TLS:
    // there octets may wait in OpenSSL while the socket has nothing to say.
    bool look = encrypted();
    for (;; look = true) {
        if (!look) {
            if (const Readiness readiness = wait(POLLIN, deadline); readiness != Readiness::ready)
                return {to_transfer(readiness), 0, {}};
        }
        std::size_t count = 0;
        const CURLcode code = ::curl_easy_recv(handle_.get(), into.data(), into.size(), &count);
        if (code == CURLE_OK) return {count == 0 ? Transfer::closed : Transfer::done, count, {}};
        if (code != CURLE_AGAIN) return {Transfer::failed, 0, words(code)};
        if (const Readiness readiness = wait(POLLIN, deadline); readiness != Readiness::ready) {
            return {to_transfer(readiness), 0, {}};
        }
    }
}

bool CurlTransport::quiet() {
    // Reading is the only honest question: with TLS 1.3 a readable socket may hold nothing but session
    // tickets.
    std::array<char, 1> octet{};
    std::size_t count = 0;
    return ::curl_easy_recv(handle_.get(), octet.data(), octet.size(), &count) == CURLE_AGAIN;
}

std::optional<queue::Outcome> refuse_plain_login(const config::Relay& relay) {
    const bool plain = !relay.implicit_tls && relay.effective_tls() == Tls::never;
    if (relay.username.empty() || !plain || is_loopback(relay.host)) return std::nullopt;
    queue::Outcome outcome;
    outcome.kind = OutcomeKind::relay_trouble;
    outcome.stage = Stage::auth;
    outcome.text = "credentials are not sent over plain text: remove the username or set tls to required";
    return outcome;
}

}  // namespace

Result<Connection, queue::Outcome> connect(const config::Relay& relay, std::string_view password,
                                           std::string_view ehlo, const Interrupt& interrupt) {
    if (auto refused = refuse_plain_login(relay)) return failure(std::move(*refused));
    const auto begun = std::chrono::steady_clock::now();
    auto transport = std::make_unique<CurlTransport>(interrupt);
    transport->configure(relay, password, ehlo);
    auto offered = transport->perform(relay);
    if (!offered) {
        offered.error().took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun);
        return failure(std::move(offered.error()));
    }
    return Connection{std::move(transport), *offered};
}

}  // namespace paperround::smtp
