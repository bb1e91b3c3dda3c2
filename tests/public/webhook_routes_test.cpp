#include "public/webhook_routes.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "base/file.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/data/data_directory.hpp"
#include "queue/store/report_store.hpp"
#include "support/manual_clock.hpp"
#include "support/quiet_events.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

using namespace paperround;

namespace {

class NoHttp final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest&) override {
        return failure(net::HttpError{net::HttpError::Code::connect, "no network"});
    }
};

Descriptor connected(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return socket;
}

void send_all(const Descriptor& socket, const std::string& octets) {
    static_cast<void>(::send(socket.get(), octets.data(), octets.size(), MSG_NOSIGNAL));
}

std::string answer_on(const Descriptor& socket) {
    std::string answer(100, '\0');
    const auto got = ::recv(socket.get(), answer.data(), answer.size(), 0);
    answer.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return answer;
}

// "mark" of Postmark, and "gun" of Mailgun.
struct HookFixture {
    static std::vector<pipeline::WebhookAccess> webhooks() {
        const auto access = [](const std::string& name, config::WebhookProvider provider) {
            return pipeline::WebhookAccess{
                .webhook = {.name = name, .provider = provider, .secret_file = {}, .topic = {}},
                .secret = "a-long-secret-for-it",
                .key = {}};
        };
        return {access("mark", config::WebhookProvider::postmark),
                access("gun", config::WebhookProvider::mailgun)};
    }
    web::HttpResponse request(const std::string& path, const std::string& body,
                              const std::string& authorization = "") {
        web::HttpRequest head{.method = "POST", .path = path, .query = {}, .fields = {}};
        if (!authorization.empty()) head.fields.emplace_back("Authorization", authorization);
        auto admission = routes.admit(head);
        head.too_large = body.size() > admission.body_limit;
        if (!head.too_large) head.body = body;
        head.path = "/news" + path;  // as it came
        return admission.answer(head);
    }
    int post(const std::string& path, const std::string& body, const std::string& authorization = "") {
        return request(path, body, authorization).status;
    }
    std::int64_t taken() {
        std::int64_t reports = 0;
        for (const auto& count :
             queue::ReportStore(database).counts_since(clock.now() - std::chrono::hours(48)))
            reports += count.count;
        return reports;
    }

    static constexpr const char* event =
        R"({"RecordType":"SpamComplaint","MessageID":"883953f4-6105-42a2","Email":"j@example.com"})";
    test::TempDir dir;
    test::ManualClock clock;
    db::Database database = pipeline::open_database(dir.path());
    audience::TokenSigner signer{std::string(32, 's')};
    queue::Recall recall;
    NoHttp http;
    test::QuietEvents events;
    pipeline::WebhookIntake intake{
        pipeline::open_database(dir.path()), webhooks(), signer, clock, events, recall, http};
    pages::WebhookRoutes routes{intake, {}};
};

}  // namespace

TEST_CASE_METHOD(HookFixture,
                 "an event with the secret in its path, or with Basic authentication, is taken") {
    CHECK(post("/hook/mark/a-long-secret-for-it", event) == 200);
    CHECK(post("/hook/mark", event, "Basic " + base64("anybody:a-long-secret-for-it")) == 200);
    CHECK(taken() == 1);  // the second is the same
}

TEST_CASE_METHOD(HookFixture, "without the secret nothing is read") {
    CHECK(post("/hook/mark", event) == 401);
    CHECK(post("/hook/mark/a-long-secret-for-i", event) == 401);
    CHECK(post("/hook/mark", event, "Basic " + base64("a-long-secret-for-it:")) == 401);
    CHECK(post("/hook/gun", "{}") == 403);
    CHECK(post("/hook/none", event) == 404);
    CHECK(taken() == 0);
}

TEST_CASE_METHOD(HookFixture, "a group of its own, and only POST reaches it") {
    CHECK(routes.owns("/hook/mark"));
    CHECK_FALSE(routes.owns("/u/mark"));
    CHECK(routes.methods() == "POST");
    CHECK(request("/hook/mark", event).fields.front().first == "WWW-Authenticate");
}

TEST_CASE_METHOD(HookFixture, "a body above 1 MiB is refused, and the next is taken") {
    CHECK(post("/hook/mark/a-long-secret-for-it", std::string((1U << 20U) + 1, ' ')) == 413);
    CHECK(post("/hook/mark/a-long-secret-for-it", std::string(10U << 20U, ' ')) == 413);
    CHECK(taken() == 0);
    CHECK(post("/hook/mark/a-long-secret-for-it", event + std::string(1U << 19U, ' ')) == 200);
}

TEST_CASE_METHOD(HookFixture, "no body is kept without the secret") {
    const web::HttpRequest head{.method = "POST", .path = "/hook/mark", .query = {}, .fields = {}};
    CHECK(routes.admit(head).body_limit == 0);
}

TEST_CASE_METHOD(HookFixture, "of more than twelve bodies at once the others are to come again") {
    const web::HttpRequest head{
        .method = "POST", .path = "/hook/mark/a-long-secret-for-it", .query = {}, .fields = {}};
    std::vector<web::Admission> reading;
    for (int i = 0; i < static_cast<int>(pages::BodyPlaces::places); ++i)
        reading.push_back(routes.admit(head));
    CHECK(post(head.path, event) == 503);
    reading.clear();
    CHECK(post(head.path, event) == 200);
}

TEST_CASE_METHOD(HookFixture, "what the service never sends is told, and nothing is taken") {
    CHECK(post("/hook/mark/a-long-secret-for-it", "<html>") == 400);
    CHECK(post("/hook/mark/a-long-secret-for-it", R"({"a":1})") == 400);
    CHECK(taken() == 0);
}

// They come again whenever they are thrown out, and each sends a body that never ends.
TEST_CASE_METHOD(HookFixture, "500 slow strangers keep no provider out") {
    auto listener =
        web::Listener::start([this](const web::HttpRequest& head) { return routes.admit(head); }, {}).value();
    std::vector<Descriptor> strangers;
    const auto stranger = [&] {
        Descriptor socket = connected(listener.port());
        send_all(socket, "POST /hook/gun HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n{");
        return socket;
    };
    for (int i = 0; i < 500; ++i) strangers.push_back(stranger());
    const auto is_gone = [](const Descriptor& socket) {
        char octet = 0;
        return ::recv(socket.get(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
    };
    std::string status;
    CHECK(test::eventually(
        [&] {
            for (Descriptor& each : strangers) {
                if (is_gone(each)) each = stranger();
            }
            const Descriptor provider = connected(listener.port());
            send_all(provider,
                     "POST /hook/mark/a-long-secret-for-it HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                         std::to_string(std::string_view(event).size()) + "\r\n\r\n" + event);
            status = answer_on(provider);
            return status.starts_with("HTTP/1.1 200");
        },
        std::chrono::seconds(8)));
    INFO(status);
    CHECK(taken() == 1);
}

// Which the listener answers with 503.
TEST_CASE_METHOD(HookFixture, "when the database takes nothing the answer is thrown") {
    db::RawSql(database).execute("ALTER TABLE report_mails RENAME TO gone");
    CHECK_THROWS_AS(post("/hook/mark/a-long-secret-for-it", event), db::Error);
}
