#include "web/listener.hpp"
#include "base/mutex.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <new>
#include <optional>
#include <stop_token>
#include <system_error>
#include <thread>

#include "base/encoding.hpp"
#include "web/listening_socket.hpp"
#include "web/workers.hpp"

namespace paperround::web {

namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

// Octets of memory per connection: for the request line, its fields and those of the answer.
constexpr std::size_t header_limit = 24UL << 10U;
// At least so many octets beyond the admitted body size are read and thrown away. Closing the socket over
// unread input would reset the connection, and the client might never see the answer.
constexpr std::size_t least_thrown_away = 64UL << 10U;
constexpr auto between_looks = 100ms;
// Room for connections that are shut down and not closed yet.
constexpr unsigned closing = 256;

// One request, from its line to the end of its answer.
struct Exchange {
    enum class State { head, body, answering, answered } state = State::head;
    HttpRequest request;
    Admission admission;
    std::size_t received = 0;  // octets of the body
    HttpResponse response;
};

// The stream, and the connection that it is sent over.
struct Streaming {
    std::shared_ptr<EventStream> events;
    MHD_Connection* connection;
};

std::size_t most_connections(std::size_t wanted) {
    rlimit descriptors{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0 || descriptors.rlim_cur == RLIM_INFINITY) return wanted;
    return std::clamp<std::size_t>(descriptors.rlim_cur / 4, 1, wanted);
}

// Returns nothing if the descriptor is closed.
std::optional<ino_t> inode_of(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 ? std::optional(status.st_ino) : std::nullopt;
}

// The library cannot tell a query that contains question marks from a malformed one, so the target is split
// here and only here.
void read_target(HttpRequest& request, std::string_view target) {
    const auto mark = target.find('?');
    if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
    const std::string_view path = target.substr(0, mark);
    request.path = decode_percent(path, false).value_or(std::string(path));
}

MHD_Result keep_field(void* fields, MHD_ValueKind /*kind*/, const char* name, const char* value) {
    static_cast<HttpFields*>(fields)->emplace_back(name, value == nullptr ? "" : value);
    return MHD_YES;
}

std::string peer_of(MHD_Connection* connection) {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == nullptr || info->client_addr == nullptr) return {};
    const sockaddr* address = info->client_addr;
    const void* octets = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    if (address->sa_family == AF_INET6) octets = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(address->sa_family, octets, text.data(), text.size()) == nullptr ? "" : text.data();
}

HttpResponse answer_of(const Admission& admission, const HttpRequest& request) {
    try {
        return admission.answer(request);
    } catch (const std::exception&) {
        return {.status = 503, .type = "text/plain", .body = "not now\n"};
    }
}

ssize_t read_events(void* streaming, std::uint64_t /*position*/, char* out, std::size_t size) {
    const auto& [events, connection] = *static_cast<Streaming*>(streaming);
    const auto taken = events->take(
        out, size, [waiting = connection] { MHD_suspend_connection(waiting); },
        [waiting = connection] { MHD_resume_connection(waiting); });
    return taken ? static_cast<ssize_t>(*taken) : MHD_CONTENT_READER_END_OF_STREAM;
}

void forget_events(void* streaming) {
    const std::unique_ptr<Streaming> owner(static_cast<Streaming*>(streaming));
    owner->events->end();
}

MHD_Response* make_response(const HttpResponse& response, MHD_Connection* connection) {
    if (!response.events) {
        std::string body = response.body;
        return MHD_create_response_from_buffer(body.size(), body.data(), MHD_RESPMEM_MUST_COPY);
    }
    constexpr std::size_t block = 4096;
    auto streaming = std::make_unique<Streaming>(Streaming{response.events, connection});
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, read_events, streaming.release(),
                                             forget_events);
}

MHD_Result queue_response(MHD_Connection* connection, const HttpResponse& response) {
    MHD_Response* made = make_response(response, connection);
    if (made == nullptr) return MHD_NO;
    if (!response.type.empty()) MHD_add_response_header(made, "Content-Type", response.type.c_str());
    for (const auto& [name, value] : response.fields)
        MHD_add_response_header(made, name.c_str(), value.c_str());
    MHD_add_response_header(made, "Connection", "close");
    const auto queued = MHD_queue_response(connection, static_cast<unsigned>(response.status), made);
    MHD_destroy_response(made);
    return queued;
}

}  // namespace

struct Listener::Impl {
    Impl(Admit the_admit, const ListenerOptions& options)
        : admit(std::move(the_admit)),
          times(options.times),
          connections(options.times, most_connections(options.connections)),
          workers(options.workers) {}
    ~Impl();

    void start(int socket, std::size_t most);
    void watch(const std::stop_token& stop);
    MHD_Result take(MHD_Connection* connection, Exchange& exchange, const char* method, const char* data,
                    std::size_t* size);
    void keep_body(Exchange& exchange, std::string_view data);
    void dispatch(MHD_Connection* connection, Exchange& exchange);
    bool add(std::function<void()> job);
    MHD_Result reply(MHD_Connection* connection, Exchange& exchange);
    static Connections::Handle* handle_of(MHD_Connection* connection);

    static void* note_target(void* impl, const char* target, MHD_Connection* connection);
    static MHD_Result on_access(void* impl, MHD_Connection* connection, const char* url, const char* method,
                                const char* version, const char* data, std::size_t* size, void** exchange);
    static void on_completed(void* impl, MHD_Connection* connection, void** exchange,
                             MHD_RequestTerminationCode how);
    static void on_connection(void* impl, MHD_Connection* connection, void** handle,
                              MHD_ConnectionNotificationCode what);

    Admit admit;
    ConnectionTimes times;
    Connections connections;
    Workers workers;
    std::uint16_t port = 0;
    MHD_Daemon* daemon = nullptr;
    std::jthread watching;
};

void Listener::Impl::start(int socket, std::size_t most) {
    const auto inode = inode_of(socket);
    // Lenient (-1): the request decides, not a missing field that nobody needs.
    daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME, 0, nullptr, nullptr, &Impl::on_access, this,
        MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT, static_cast<unsigned>(most) + closing,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, header_limit, MHD_OPTION_STRICT_FOR_CLIENT, -1,
        MHD_OPTION_URI_LOG_CALLBACK, &Impl::note_target, this, MHD_OPTION_NOTIFY_COMPLETED,
        &Impl::on_completed, this, MHD_OPTION_NOTIFY_CONNECTION, &Impl::on_connection, this, MHD_OPTION_END);
    if (daemon == nullptr) {
        const int reason =
            errno == EMFILE || errno == ENFILE ? errno : EAGAIN;  // no descriptor or no thread left
        // In some failures the library has closed the socket, and its number may belong to another file by
        // now.
        if (inode_of(socket) == inode) ::close(socket);
        throw std::system_error(reason, std::generic_category(), "the web listener cannot start");
    }
    watching = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void Listener::Impl::watch(const std::stop_token& stop) {
    Mutex mutex;
    std::condition_variable_any stopped;
    Lock lock(mutex);
    while (!stopped.wait_for(lock, stop, between_looks, [] { return false; }) && !stop.stop_requested())
        connections.let_go_of_the_late(steady_clock::now());
}

Listener::Impl::~Impl() {
    if (daemon == nullptr) return;
    const MHD_socket listening = MHD_quiesce_daemon(daemon);
    // Said again until it is heard: the library waits for edges and takes a short read for the end of what is there, so it
    // misses an end of file that comes with the data before it.
    const auto until = steady_clock::now() + times.request;
    do connections.stop_waiting();
    while (!connections.wait_until_none(std::min(until, steady_clock::now() + between_looks)) &&
           steady_clock::now() < until);
    workers.finish();  // then no connection is suspended, as the library requires
    MHD_stop_daemon(daemon);
    if (listening != MHD_INVALID_SOCKET) ::close(listening);
}

Connections::Handle* Listener::Impl::handle_of(MHD_Connection* connection) {
    const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return static_cast<Connections::Handle*>(info->socket_context);
}

void* Listener::Impl::note_target(void* /*impl*/, const char* target, MHD_Connection* /*connection*/) {
    try {
        auto exchange = std::make_unique<Exchange>();
        read_target(exchange->request, target);
        return exchange.release();
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

MHD_Result Listener::Impl::on_access(void* impl, MHD_Connection* connection, const char* /*url*/,
                                     const char* method, const char* /*version*/, const char* data,
                                     std::size_t* size, void** exchange) {
    // Both are null if there was no memory for them.
    if (*exchange == nullptr || handle_of(connection) == nullptr) return MHD_NO;
    try {
        return static_cast<Impl*>(impl)->take(connection, *static_cast<Exchange*>(*exchange), method, data,
                                              size);
    } catch (const std::bad_alloc&) {
        return MHD_NO;
    }
}

// libmicrohttpd calls this for the header, for each part of the body, at its end, and once the answer is
// ready.
MHD_Result Listener::Impl::take(MHD_Connection* connection, Exchange& exchange, const char* method,
                                const char* data, std::size_t* size) {
    switch (exchange.state) {
        case Exchange::State::head:
            exchange.request.method = method;
            exchange.request.peer = peer_of(connection);
            MHD_get_connection_values(connection, MHD_HEADER_KIND, &keep_field, &exchange.request.fields);
            exchange.admission = admit(exchange.request);
            exchange.state = Exchange::State::body;
            connections.reads_body(*handle_of(connection), exchange.admission.given_up);
            return MHD_YES;
        case Exchange::State::body:
            if (*size == 0) {
                dispatch(connection, exchange);
                return MHD_YES;
            }
            keep_body(exchange, {data, *size});
            *size = 0;
            return exchange.received > exchange.admission.body_limit +
                                           std::max(exchange.admission.body_limit, least_thrown_away)
                       ? MHD_NO
                       : MHD_YES;
        case Exchange::State::answering:
            return reply(connection, exchange);
        case Exchange::State::answered:
            break;
    }
    return MHD_NO;
}

void Listener::Impl::keep_body(Exchange& exchange, std::string_view data) {
    exchange.received += data.size();
    if (exchange.received > exchange.admission.body_limit) {
        exchange.request.too_large = true;
        exchange.request.body = {};
    } else {
        exchange.request.body += data;
    }
}

// The connection waits without a thread until the answer is ready.
void Listener::Impl::dispatch(MHD_Connection* connection, Exchange& exchange) {
    exchange.state = Exchange::State::answering;
    connections.reached(*handle_of(connection), Connections::Stage::answering);
    exchange.response = {.status = 503, .type = "text/plain", .body = "not now\n"};  // the default
    std::function<void()> job = [connection, &exchange] {
        exchange.response = answer_of(exchange.admission, exchange.request);
        MHD_resume_connection(connection);
    };
    MHD_suspend_connection(connection);
    if (!add(std::move(job))) MHD_resume_connection(connection);
}

// False if the job was not accepted, for lack of memory or because the listener is ending.
bool Listener::Impl::add(std::function<void()> job) {
    try {
        return workers.add(std::move(job));
    } catch (const std::bad_alloc&) {
        return false;
    }
}

MHD_Result Listener::Impl::reply(MHD_Connection* connection, Exchange& exchange) {
    exchange.state = Exchange::State::answered;
    const MHD_Result queued = queue_response(connection, exchange.response);
    if (exchange.response.events) {
        connections.streams(*handle_of(connection), exchange.response.events);
    }
    return queued;
}

void Listener::Impl::on_completed(void* impl, MHD_Connection* /*connection*/, void** exchange,
                                  MHD_RequestTerminationCode /*how*/) {
    std::unique_ptr<Exchange> ended(static_cast<Exchange*>(*exchange));
    *exchange = nullptr;
    if (!ended || ended->state != Exchange::State::body || ended->request.body.empty()) return;
    // The client is gone, but its request may already say what it wants.
    ended->request.complete = false;
    try {
        const std::shared_ptr<Exchange> owner = std::move(ended);
        static_cast<Impl*>(impl)->workers.add(
            [owner] { static_cast<void>(answer_of(owner->admission, owner->request)); });
    } catch (const std::bad_alloc&) {
        // The client has had no answer and will send the request again.
    }
}

void Listener::Impl::on_connection(void* impl, MHD_Connection* connection, void** handle,
                                   MHD_ConnectionNotificationCode what) {
    auto& connections = static_cast<Impl*>(impl)->connections;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        try {
            auto owner = std::make_unique<Connections::Handle>();
            *owner = connections.opened(info->connect_fd);
            *handle = owner.release();
        } catch (const std::bad_alloc&) {
            *handle = nullptr;
        }
    } else if (*handle != nullptr) {
        const std::unique_ptr<Connections::Handle> owner(static_cast<Connections::Handle*>(*handle));
        connections.closed(*owner);
    }
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() = default;

Result<Listener, ListenError> Listener::start(Admit admit, const ListenerOptions& options) {
    auto impl = std::make_unique<Impl>(std::move(admit), options);
    const auto socket = listen_on(options.host, options.port);
    if (!socket) return failure(socket.error());
    impl->port = socket->port;
    impl->start(socket->descriptor, most_connections(options.connections));
    return Listener(std::move(impl));
}

std::uint16_t Listener::port() const {
    return impl_->port;
}

}  // namespace paperround::web
