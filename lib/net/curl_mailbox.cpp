#include "net/curl_mailbox.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "net/mailbox_replies.hpp"

namespace paperround::net {

namespace {

constexpr std::uint64_t most_listed_octets = 4U << 20U;
constexpr std::uint64_t most_reply_octets = 64U << 10U;
// With each line of a reply libcurl counts all lines again that it has received and not yet handed on, and gives up
// beyond 300 kB.
constexpr std::uint64_t listed_at_once = 32;

// What a command gave back, cut at its limit.
struct Received {
    std::string octets;
    std::uint64_t limit = 0;
    bool cut = false;
};

std::size_t receive(char* data, std::size_t /*size*/, std::size_t count, void* user) {
    auto& received = *static_cast<Received*>(user);
    const auto room =
        static_cast<std::size_t>(std::min<std::uint64_t>(count, received.limit - received.octets.size()));
    received.octets.append(data, room);
    received.cut = room < count;
    return room;
}

int has_been_cancelled(void* user, curl_off_t /*total*/, curl_off_t /*now*/, curl_off_t /*up_total*/,
                       curl_off_t /*up*/) {
    return *static_cast<const std::atomic<bool>*>(user) ? 1 : 0;
}

}  // namespace

struct CurlMailbox::Command {
    std::string path;  // behind the host
    std::string verb;  // empty: what libcurl does by itself
    std::uint64_t limit = most_reply_octets;
    bool no_body = false;
};

struct CurlMailbox::Answer {
    CURLcode code = CURLE_OK;
    Received received;
    std::string trouble;
    bool ended = false;  // the session
};

struct CurlMailbox::Session {
    CURL* curl = curl_easy_init();
    const std::atomic<bool>* cancelled = nullptr;
    bool begun = false;
    std::optional<std::pair<std::uint32_t, std::uint32_t>> unmarked = {};  // UIDs, the first and the last
    std::string ended = {};                                                // why
    Session() {
        if (curl == nullptr) throw std::runtime_error("libcurl cannot make a handle");
    }
    ~Session() { curl_easy_cleanup(curl); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
};

CurlMailbox::CurlMailbox(MailboxServer server, const std::atomic<bool>& cancelled)
    : server_(std::move(server)), session_(std::make_unique<Session>()) {
    session_->cancelled = &cancelled;
    CURL* curl = session_->curl;
    const auto set = [curl](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
    using Tls = MailboxServer::Tls;
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_PROTOCOLS_STR, "imap,imaps,pop3,pop3s");
    set(CURLOPT_USERNAME, server_.username.c_str());
    if (server_.access_token.empty())
        set(CURLOPT_PASSWORD, server_.password.c_str());
    else
        set(CURLOPT_XOAUTH2_BEARER, server_.access_token.c_str());
    set(CURLOPT_USE_SSL, static_cast<long>(server_.tls == Tls::none         ? CURLUSESSL_NONE
                                           : server_.tls == Tls::if_offered ? CURLUSESSL_TRY
                                                                            : CURLUSESSL_ALL));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, server_.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, server_.verify ? 2L : 0L);
    if (!server_.ca_file.empty()) {
        // The system's folder too would let a certificate of any public authority pass.
        set(CURLOPT_CAINFO, server_.ca_file.c_str());
        set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server_.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(server_.patience.count()));
    set(CURLOPT_MAXCONNECTS, 1L);
    set(CURLOPT_BUFFERSIZE, 512L << 10U);
    set(CURLOPT_WRITEFUNCTION, &receive);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &has_been_cancelled);
    set(CURLOPT_XFERINFODATA,
        const_cast<std::atomic<bool>*>(&cancelled));  // libcurl takes no pointer to const
}

CurlMailbox::~CurlMailbox() = default;

CurlMailbox::Answer CurlMailbox::run(const Command& command) {
    Answer answer;
    if (!session_->ended.empty()) {
        answer.trouble = session_->ended;
        answer.ended = true;
        return answer;
    }
    CURL* curl = session_->curl;
    const bool imap = server_.protocol == MailboxServer::Protocol::imap;
    const bool implicit = server_.tls == MailboxServer::Tls::implicit;
    const std::string host =
        server_.host.find(':') == std::string::npos ? server_.host : "[" + server_.host + "]";
    const std::string url = fmt::format("{}{}://{}:{}/{}", imap ? "imap" : "pop3", implicit ? "s" : "", host,
                                        server_.port, command.path);
    char reason[CURL_ERROR_SIZE] = "";
    answer.received.limit = command.limit;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, command.verb.empty() ? nullptr : command.verb.c_str());
    curl_easy_setopt(curl, CURLOPT_NOBODY, command.no_body ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.received);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    answer.code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    long connections = 0;
    curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connections);
    // The server refused this command; the next may do.
    const bool refused = answer.code == CURLE_QUOTE_ERROR || answer.code == CURLE_REMOTE_FILE_NOT_FOUND;
    const std::string where = fmt::format("{}://{}:{}", imap ? "imap" : "pop3", host, server_.port);
    if (answer.code != CURLE_OK) {
        const std::string words(*reason == '\0' ? curl_easy_strerror(answer.code) : reason);
        answer.trouble = fmt::format("{}: {}", where, collapse_spaces(to_valid_utf8(words)));
    }
    // The numbers of POP3 are those of one connection. IMAP's are the folder's own, and libcurl ends a connection after
    // a command that was refused.
    const bool reconnected = !imap && session_->begun && connections > 0;
    if (reconnected) answer.trouble = where + ": the connection broke";
    answer.ended = reconnected || (answer.code != CURLE_OK && !refused);
    session_->begun = true;
    if (answer.ended) session_->ended = answer.trouble;
    return answer;
}

Result<std::string, std::string> CurlMailbox::asked(const Command& command) {
    Answer answer = run(command);
    if (answer.code == CURLE_OK && !answer.ended) return std::move(answer.received.octets);
    return failure(std::move(answer.trouble));
}

std::string CurlMailbox::folder_url() const {
    return percent_encode(server_.folder);
}

Result<std::vector<ListedMail>, std::string> CurlMailbox::list(std::size_t most) {
    return server_.protocol == MailboxServer::Protocol::imap ? list_imap(most) : list_pop3(most);
}

Result<std::vector<ListedMail>, std::string> CurlMailbox::list_imap(std::size_t most) {
    auto status = asked({.path = {}, .verb = fmt::format("STATUS \"{}\" (MESSAGES)", server_.folder)});
    if (!status) return failure(std::move(status.error()));
    const auto messages = messages_in_status(*status);
    if (!messages)
        return failure(
            fmt::format("{}: does not say how many mails the folder {} has", server_.host, server_.folder));
    const std::uint64_t last = std::min<std::uint64_t>(*messages, most);
    std::vector<ListedMail> mails;
    for (std::uint64_t first = 1; first <= last; first += listed_at_once) {
        auto listed = asked({.path = folder_url(),
                             .verb = fmt::format("FETCH {}:{} (UID RFC822.SIZE FLAGS)", first,
                                                 std::min(first + listed_at_once - 1, last))});
        if (!listed) return failure(std::move(listed.error()));
        const auto some = mails_in_fetch(*listed);
        mails.insert(mails.end(), some.begin(), some.end());
    }
    if (!mails.empty()) session_->unmarked = {mails.front().number, mails.back().number};
    return mails;
}

// A fetch marks its mail as seen, which takes servers much longer than the fetch itself: Dovecot gives four times as many
// mails a second if all are marked before.
void CurlMailbox::mark_listed_as_seen() {
    if (!session_->unmarked) return;
    const auto [first, last] = *session_->unmarked;
    session_->unmarked.reset();
    // Where that is refused each fetch does it.
    static_cast<void>(asked(
        {.path = folder_url(), .verb = fmt::format("UID STORE {}:{} +FLAGS.SILENT (\\Seen)", first, last)}));
}

Result<std::vector<ListedMail>, std::string> CurlMailbox::list_pop3(std::size_t most) {
    Answer answer = run({.path = {}, .verb = {}, .limit = most_listed_octets});
    // A list that is longer than that: the beginning is enough, and the next session sees the rest.
    if (!answer.received.cut && (answer.code != CURLE_OK || answer.ended))
        return failure(std::move(answer.trouble));
    return mails_in_list(answer.received.octets, most);
}

Result<std::string, std::string> CurlMailbox::fetch(std::uint32_t number, std::uint64_t limit) {
    const bool imap = server_.protocol == MailboxServer::Protocol::imap;
    if (imap) mark_listed_as_seen();
    return asked({.path = imap ? fmt::format("{}/;UID={}", folder_url(), number) : std::to_string(number),
                  .verb = {},
                  .limit = limit});
}

Result<std::string, std::string> CurlMailbox::header(std::uint32_t number, std::uint64_t limit) {
    if (server_.protocol == MailboxServer::Protocol::imap)
        return asked({.path = fmt::format("{}/;UID={}/;SECTION=HEADER", folder_url(), number),
                      .verb = {},
                      .limit = limit});
    // What libcurl takes for the number is what it writes behind the command: "TOP 3 0".
    return asked({.path = fmt::format("{}%200", number), .verb = "TOP", .limit = limit});
}

Result<void, std::string> CurlMailbox::remove(std::span<const std::uint32_t> numbers) {
    if (numbers.empty()) return {};
    if (server_.protocol == MailboxServer::Protocol::pop3) {
        for (const std::uint32_t number : numbers) {
            auto done = asked({.path = std::to_string(number), .verb = "DELE", .no_body = true});
            if (!done) return failure(std::move(done.error()));
        }
        return {};
    }
    const std::string set = fmt::format("{}", fmt::join(numbers, ","));
    auto marked =
        asked({.path = folder_url(), .verb = fmt::format("UID STORE {} +FLAGS.SILENT (\\Deleted)", set)});
    if (!marked) return failure(std::move(marked.error()));
    // Without UIDPLUS (RFC 4315) all mails go that are marked so.
    if (asked({.path = folder_url(), .verb = fmt::format("UID EXPUNGE {}", set)})) return {};
    auto expunged = asked({.path = folder_url(), .verb = "EXPUNGE"});
    if (!expunged) return failure(std::move(expunged.error()));
    return {};
}

Result<bool, std::string> CurlMailbox::put_aside(std::uint32_t number) {
    if (server_.protocol == MailboxServer::Protocol::pop3) return false;
    const Command move{.path = folder_url(),
                       .verb = fmt::format("UID MOVE {} \"{}\"", number, server_.unreadable_folder)};
    if (asked(move)) return true;
    // The folder may be missing, or MOVE (RFC 6851).
    static_cast<void>(
        asked({.path = folder_url(), .verb = fmt::format("CREATE \"{}\"", server_.unreadable_folder)}));
    if (asked(move)) return true;
    auto copied = asked(
        {.path = folder_url(), .verb = fmt::format("UID COPY {} \"{}\"", number, server_.unreadable_folder)});
    if (!copied) return failure(std::move(copied.error()));
    if (auto removed = remove({&number, 1}); !removed) return failure(std::move(removed.error()));
    return true;
}

}  // namespace paperround::net
