#include "smtp/curl_transport.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

#include "base/connect_failure.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/text/duration.hpp"
#include "base/utf8.hpp"
#include "smtp/address_trial.hpp"
#include "smtp/dead_peer.hpp"
#include "smtp/easy_handle.hpp"
#include "smtp/handshake.hpp"
#include "smtp/tls_probe.hpp"

namespace paperround::smtp {

namespace {

using config::Tls;
using queue::OutcomeKind;
using queue::Stage;

enum class Readiness { ready, timed_out, interrupted, gone };

class CurlTransport final : public Transport {
  public:
    // `memory` and `spares` are as for AddressTrial.
    CurlTransport(const Interrupt& interrupt, RelayMemory* memory, bool spares)
        : handle_(::curl_easy_init()), interrupt_(interrupt), memory_(memory), addresses_(memory, spares) {
        if (!handle_) throw std::bad_alloc();
    }

    void configure(const config::Relay& relay, std::string_view ehlo);
    [[nodiscard]] Result<Capabilities, queue::Outcome> perform(const config::Relay& relay);

    // No connection was made, and addresses were spared.
    [[nodiscard]] bool has_spared_all() const {
        return addresses_.spared_some() && !timed(CURLINFO_CONNECT_TIME_T);
    }

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
    void watch_handshake();
    void unwatch_handshake();
    [[nodiscard]] queue::Outcome explain(CURLcode code, const config::Relay& relay) const;
    [[nodiscard]] Stage stage_of(CURLcode code) const;
    [[nodiscard]] std::string reason_of(CURLcode code, const config::Relay& relay) const;
    [[nodiscard]] std::string_view silence_means(const config::Relay& relay) const;
    [[nodiscard]] std::string why_not_connected(const config::Relay& relay) const;
    [[nodiscard]] int connect_error() const;
    [[nodiscard]] std::string_view status_of(CURLcode code) const;
    [[nodiscard]] bool timed(CURLINFO which) const;
    [[nodiscard]] bool connected() const;
    void begin_dialogue();
    void notice_silence();
    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::string negotiated_tls() const;
    [[nodiscard]] std::string words(CURLcode code) const;
    [[nodiscard]] Readiness wait(short events, Deadline deadline) const;

    static int on_debug(CURL* handle, curl_infotype type, char* data, std::size_t size, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

    // libcurl writes into this until the handle is destroyed: declared before the handle, so destroyed after
    // it.
    std::array<char, CURL_ERROR_SIZE> error_{};
    Handshake handshake_;
    EasyHandle handle_;
    const Interrupt& interrupt_;
    RelayMemory* const memory_;
    AddressTrial addresses_;
    curl_socket_t socket_ = CURL_SOCKET_BAD;
    std::string tls_;
    bool implicit_tls_ = false;
    bool in_dialogue_ = false;
    std::chrono::steady_clock::time_point dialogue_begun_{};
    const config::Relay* asks_for_tls_ = nullptr;  // set if the port may be probed for TLS
    bool tls_comes_first_ = false;
    int socket_error_ = 0;  // errno of a socket() that failed
    Duration greeting_{};
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

constexpr std::uint16_t smtps_port = 465;
// Most servers greet within this time of the connection.
constexpr Duration worth_a_word = std::chrono::seconds(10);

constexpr long milliseconds(Duration duration) {
    return static_cast<long>(duration.count());
}

std::string url_of(const config::Relay& relay, std::string_view ehlo) {
    const bool ipv6 = relay.host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}/{}", relay.implicit_tls ? "smtps" : "smtp", ipv6 ? "[" : "",
                       relay.host, ipv6 ? "]" : "", relay.port, percent_encode(ehlo));
}

void CurlTransport::configure(const config::Relay& relay, std::string_view ehlo) {
    implicit_tls_ = relay.implicit_tls;
    if (relay.proxy.empty() && relay.effective_tls() != Tls::never) asks_for_tls_ = &relay;
    greeting_ = relay.timeouts.greeting;
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_CONNECT_ONLY, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    // Do not wait for libc's resolver thread, which may ask a silent name server for minutes; it ends by
    // itself.
    set(CURLOPT_QUICK_EXIT, 1L);
    set_text(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set_text(CURLOPT_URL, url_of(relay, ehlo));
    set_text(CURLOPT_PROXY, relay.proxy);  // an empty text also disables ALL_PROXY
    set_text(CURLOPT_NOPROXY, "");
    set(CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);  // the proxy's header is not a reply of the relay
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(relay.timeouts.connect));
    set(CURLOPT_TIMEOUT_MS, milliseconds(relay.timeouts.connect));
    // For each reply, in seconds; libcurl's default is two minutes. begin_dialogue() limits them all
    // together.
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
        static_cast<long>(std::chrono::ceil<std::chrono::seconds>(greeting_).count()));
    set(CURLOPT_TCP_KEEPALIVE, 0L);  // libcurl's own would undo ours (smtp/dead_peer.hpp)
    set(CURLOPT_OPENSOCKETFUNCTION, &CurlTransport::on_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    configure_tls(relay);
    watch_handshake();
}

void CurlTransport::configure_tls(const config::Relay& relay) {
    const Tls mode = relay.effective_tls();
    // The certificate is verified before a password is sent, and whenever a ca_file is configured.
    const bool must_hide_login = !relay.username.empty() && !relay.is_local();
    const bool verify = mode == Tls::required || must_hide_login || !relay.ca_file.empty();
    long use = CURLUSESSL_NONE;
    if (mode == Tls::opportunistic) use = must_hide_login ? CURLUSESSL_ALL : CURLUSESSL_TRY;
    if (mode == Tls::required) use = CURLUSESSL_ALL;
    set(CURLOPT_USE_SSL, use);
    set(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));  // RFC 8996
    if (!relay.ca_file.empty()) {
        set_text(CURLOPT_CAINFO, relay.ca_file.string());
        // Otherwise the system's folder of authorities would still be trusted.
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
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
    Handshake& handshake = static_cast<CurlTransport*>(self)->handshake_;
    handshake.reply_line(std::string_view(data, size * count));
    return handshake.nonsense().empty() && !handshake.endless() ? size * count : 0;
}

std::size_t CurlTransport::on_body(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
}

std::string CurlTransport::address() const {
    const char* text = nullptr;
    ::curl_easy_getinfo(handle_.get(), CURLINFO_PRIMARY_IP, &text);
    return text == nullptr ? "" : text;
}

// Does what libcurl does to open a socket, but keeps errno, which libcurl does not report.
curl_socket_t CurlTransport::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
    // Without a socket libcurl tries the next address.
    if (!static_cast<CurlTransport*>(self)->addresses_.may_try(*address)) return CURL_SOCKET_BAD;
    const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    static_cast<CurlTransport*>(self)->socket_error_ = socket < 0 ? errno : 0;
    if (socket >= 0) watch_opening(socket);
    return socket < 0 ? CURL_SOCKET_BAD : socket;
}

int CurlTransport::on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& transport = *static_cast<CurlTransport*>(self);
    transport.begin_dialogue();
    transport.notice_silence();
    return transport.tls_comes_first_ || transport.interrupt_.triggered() ? 1 : 0;
}

// The connection stands: from now on the greeting's time-out runs. libcurl has one time-out for both (its
// connect phase ends after EHLO), and reads it anew each time it checks.
void CurlTransport::begin_dialogue() {
    if (in_dialogue_ || !connected()) return;
    in_dialogue_ = true;
    dialogue_begun_ = std::chrono::steady_clock::now();
    const auto elapsed = std::chrono::ceil<Duration>(dialogue_begun_ - begun_);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(elapsed + greeting_));
    set(CURLOPT_TIMEOUT_MS, milliseconds(elapsed + greeting_));
}

// A server that waits for TLS says nothing, and neither do we: both would wait until the greeting's time-out.
// A server that is merely slow is still waited for.
void CurlTransport::notice_silence() {
    if (memory_ == nullptr || !in_dialogue_ || implicit_tls_ || handshake_.greeted()) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - dialogue_begun_ < std::min<Duration>(worth_a_word, greeting_ / 2)) return;
    memory_->silent();
    if (asks_for_tls_ == nullptr) return;
    const config::Relay& relay = *asks_for_tls_;
    // A short probe, since the greeting may come meanwhile and must be read in time.
    const Duration patience = std::min<Duration>(std::chrono::seconds(3), greeting_ / 4);
    if (memory_->may_ask_for_tls(now) &&
        takes_tls_first(relay.host, relay.port, address(), patience, interrupt_))
        memory_->found_tls();
    tls_comes_first_ = memory_->tls_comes_first();
}

Result<Capabilities, queue::Outcome> CurlTransport::perform(const config::Relay& relay) {
    begun_ = std::chrono::steady_clock::now();
    const CURLcode code = ::curl_easy_perform(handle_.get());
    if (!timed(CURLINFO_CONNECT_TIME_T)) {
        addresses_.failed(code);
    } else if (code == CURLE_OPERATION_TIMEDOUT && !handshake_.greeted()) {
        addresses_.mute(address());
    } else {
        addresses_.connected(address());
    }
    if (memory_ != nullptr && handshake_.greeted()) memory_->greeted();
    if (code != CURLE_OK) return failure(explain(code, relay));
    unwatch_handshake();
    ::curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket_);
    if (!quiet()) return failure(explain(CURLE_RECV_ERROR, relay));
    watch_dialogue(socket_);
    tls_ = negotiated_tls();
    return parse_capabilities(handshake_.ehlo_lines());
}

bool CurlTransport::connected() const {
    return timed(implicit_tls_ ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T);
}

bool CurlTransport::timed(CURLINFO which) const {
    curl_off_t microseconds = 0;
    return ::curl_easy_getinfo(handle_.get(), which, &microseconds) == CURLE_OK && microseconds > 0;
}

Stage CurlTransport::stage_of(CURLcode code) const {
    switch (code) {
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

std::string target_of(const config::Relay& relay) {
    return relay.proxy.empty() ? fmt::format("{} port {}", relay.host, relay.port)
                               : fmt::format("the proxy {}", relay.proxy);
}

std::string_view awaited(Stage stage) {
    switch (stage) {
        case Stage::connect:
            return "no connection";
        case Stage::tls:
            return "TLS not begun";
        case Stage::greeting:
            return "no greeting";
        default:
            return "no reply to EHLO";
    }
}

std::string CurlTransport::why_not_connected(const config::Relay& relay) const {
    if (const int error = connect_error(); error != 0) return connect_failure(error, target_of(relay));
    return fmt::format("{}: {}", target_of(relay), words(CURLE_COULDNT_CONNECT));
}

// errno of the failed socket() or connect(); 0 if not known.
int CurlTransport::connect_error() const {
    if (socket_error_ != 0) return socket_error_;
    long error = 0;
    ::curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &error);
    return static_cast<int>(error);
}

// Our own status code for a failure without a reply.
std::string_view CurlTransport::status_of(CURLcode code) const {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return queue::name_not_found;
        case CURLE_COULDNT_CONNECT:
            return is_of_this_machine(connect_error()) ? queue::without_means : "";
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_OUT_OF_MEMORY:
            return queue::without_means;
        default:
            return "";
    }
}

// What may be the reason if a connection stood and nothing was received.
std::string_view CurlTransport::silence_means(const config::Relay& relay) const {
    if (implicit_tls_ || !connected() || handshake_.greeted()) return "";
    return relay.port == smtps_port
               ? "; TLS comes first on port 465: begin the url with smtps://"
               : "; the server says nothing: if TLS comes first on this port, begin the url with smtps://";
}

std::string CurlTransport::reason_of(CURLcode code, const config::Relay& relay) const {
    switch (code) {
        case CURLE_COULDNT_CONNECT:
            return why_not_connected(relay);
        case CURLE_COULDNT_RESOLVE_HOST:
            return fmt::format("host {} not found, or no name server answers", relay.host);
        case CURLE_COULDNT_RESOLVE_PROXY:
            return fmt::format("the host of {} not found, or no name server answers", target_of(relay));
        case CURLE_OPERATION_TIMEDOUT:
            return fmt::format("{} within {} ({}){}", awaited(stage_of(code)),
                               format_duration(connected() ? greeting_ : relay.timeouts.connect), words(code),
                               silence_means(relay));
        case CURLE_USE_SSL_FAILED:
            return "the relay offers no STARTTLS, and TLS is required";
        case CURLE_PEER_FAILED_VERIFICATION: {
            long result = 0;
            ::curl_easy_getinfo(handle_.get(), CURLINFO_SSL_VERIFYRESULT, &result);
            return certificate_failure(result, relay.host, words(code));
        }
        case CURLE_SSL_CONNECT_ERROR:
            return tls_failure(words(code), implicit_tls_);
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_GOT_NOTHING:
            if (stage_of(code) == Stage::greeting) return "the server hung up before it greeted";
            return fmt::format("the connection ended while the session was being opened ({})", words(code));
        case CURLE_WRITE_ERROR:
            if (handshake_.endless())
                return fmt::format("the server's reply does not end: more than {} octets",
                                   Handshake::reply_limit);
            return fmt::format("the server's greeting is not SMTP: {}", handshake_.nonsense());
        case CURLE_ABORTED_BY_CALLBACK:
            if (tls_comes_first_)
                return fmt::format(
                    "the server says nothing, since TLS comes first on port {}: begin the url "
                    "with smtps://",
                    relay.port);
            return "interrupted while the session was being opened";
        default:
            return words(code);
    }
}

queue::Outcome CurlTransport::explain(CURLcode code, const config::Relay& relay) const {
    queue::Outcome outcome;
    const bool interrupted = code == CURLE_ABORTED_BY_CALLBACK && !tls_comes_first_;
    outcome.kind = interrupted ? OutcomeKind::withdrawn : OutcomeKind::relay_trouble;
    outcome.stage = stage_of(code);
    outcome.tls = tls_;
    const auto reply = handshake_.last_reply();
    // A refusal explains itself; after any other reply only libcurl knows what went wrong.
    if (reply && reply->severity() >= 4) {
        outcome.code = reply->code;
        outcome.enhanced = reply->enhanced;
        outcome.text = reply->text;
    } else {
        outcome.text = reason_of(code, relay);
        outcome.enhanced = status_of(code);
    }
    return outcome;
}

std::string CurlTransport::negotiated_tls() const {
    curl_tlssessioninfo* session = nullptr;
    // Available only while the handle is attached to its connection, as it is after the first curl_easy_recv.
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
        const std::int64_t most = dead_peer_look.count();
        const int milliseconds = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, most));
        const int count = ::poll(polled.data(), polled.size(), milliseconds);
        if (count > 0 && polled[0].revents != 0) return Readiness::ready;
        if (count > 0) return Readiness::interrupted;
        if (count == 0 && left.count() <= most) return Readiness::timed_out;
        if (count == 0 && peer_is_gone(socket_)) return Readiness::gone;
        // A signal came (EINTR), or the peer is still there: wait again.
    }
}

// The result of a transfer whose socket did not become ready.
Transferred unready(Readiness readiness, std::size_t octets) {
    if (readiness == Readiness::gone)
        return {Transfer::failed, octets, "nothing has come from the other end for a minute"};
    return {readiness == Readiness::interrupted ? Transfer::interrupted : Transfer::timed_out, octets, {}};
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
        // OpenSSL requires a retry with the same octets at the same address: write nothing else in between.
        if (const Readiness readiness = wait(POLLOUT, deadline); readiness != Readiness::ready) {
            return unready(readiness, result.octets);
        }
    }
    return result;
}

Transferred CurlTransport::read(std::span<char> into, Deadline deadline) {
    // The reply to a command has hardly ever arrived yet, so wait before the first read. Not under TLS:
    // OpenSSL may hold octets while the socket has none.
    bool look = encrypted();
    for (;; look = true) {
        if (!look) {
            if (const Readiness readiness = wait(POLLIN, deadline); readiness != Readiness::ready)
                return unready(readiness, 0);
        }
        std::size_t count = 0;
        const CURLcode code = ::curl_easy_recv(handle_.get(), into.data(), into.size(), &count);
        if (code == CURLE_OK) return {count == 0 ? Transfer::closed : Transfer::done, count, {}};
        if (code != CURLE_AGAIN) return {Transfer::failed, 0, words(code)};
        if (const Readiness readiness = wait(POLLIN, deadline); readiness != Readiness::ready) {
            return unready(readiness, 0);
        }
    }
}

bool CurlTransport::quiet() {
    // Only a read can tell: with TLS 1.3 a readable socket may hold nothing but session tickets.
    std::array<char, 1> octet{};
    std::size_t count = 0;
    return ::curl_easy_recv(handle_.get(), octet.data(), octet.size(), &count) == CURLE_AGAIN;
}

queue::Outcome login_trouble(std::string text) {
    queue::Outcome outcome;
    outcome.kind = OutcomeKind::relay_trouble;
    outcome.stage = Stage::auth;
    outcome.text = std::move(text);
    return outcome;
}

std::optional<queue::Outcome> refuse_plain_login(const config::Relay& relay) {
    const bool plain = !relay.implicit_tls && relay.effective_tls() == Tls::never;
    if (relay.username.empty() || !plain || relay.is_local()) return std::nullopt;
    return login_trouble(
        "credentials are not sent over plain text: remove the username or set tls to required");
}

Result<Connection, queue::Outcome> open(const config::Relay& relay, std::string_view ehlo,
                                        const Interrupt& interrupt, RelayMemory* memory) {
    for (bool spares = true;; spares = false) {
        auto transport = std::make_unique<CurlTransport>(interrupt, memory, spares);
        transport->configure(relay, ehlo);
        auto offered = transport->perform(relay);
        if (offered) return Connection{std::move(transport), std::move(*offered)};
        if (!transport->has_spared_all() || interrupt.triggered()) return failure(std::move(offered.error()));
    }
}

Result<Connection, queue::Outcome> open_and_log_in(const config::Relay& relay, const Credentials& credentials,
                                                   std::string_view ehlo, const Interrupt& interrupt,
                                                   RelayMemory* memory) {
    Login login{.username = relay.username,
                .secret = credentials.password,
                .is_token = credentials.tokens != nullptr,
                .pinned = relay.auth,
                .host = relay.host,
                .port = relay.port};
    for (bool again = login.is_token;; again = false) {
        if (login.is_token) {
            // Before the connection is made, so that the relay need not wait for the token.
            auto token = credentials.tokens->token();
            if (!token) {
                queue::Outcome outcome = login_trouble(std::move(token.error()));
                if (interrupt.triggered()) outcome.kind = OutcomeKind::withdrawn;
                return failure(std::move(outcome));
            }
            login.secret = std::move(*token);
        }
        auto connection = open(relay, ehlo, interrupt, memory);
        if (!connection) return connection;
        auto failed = log_in(*connection->transport, connection->offered, login, relay.timeouts.greeting);
        if (!failed) return connection;
        const bool renew = failed->token_refused && credentials.tokens != nullptr;
        if (renew) credentials.tokens->refused(login.secret);
        if (!renew || !again) return failure(std::move(failed->outcome));
    }
}

}  // namespace

Result<Connection, queue::Outcome> connect(const config::Relay& relay, const Credentials& credentials,
                                           std::string_view ehlo, const Interrupt& interrupt,
                                           RelayMemory* memory) {
    if (auto refused = refuse_plain_login(relay)) return failure(std::move(*refused));
    const auto begun = std::chrono::steady_clock::now();
    auto connection = relay.username.empty() ? open(relay, ehlo, interrupt, memory)
                                             : open_and_log_in(relay, credentials, ehlo, interrupt, memory);
    if (!connection) {
        connection.error().took =
            std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun);
    }
    return connection;
}

}  // namespace paperround::smtp
