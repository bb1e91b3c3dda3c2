#include "public/webhook_routes.hpp"

#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "db/raw_sql.hpp"
#include "pipeline/data/data_directory.hpp"
#include "queue/store/report_store.hpp"
#include "support/manual_clock.hpp"
#include "support/quiet_events.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;

namespace {

class NoHttp final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest&) override {
        return failure(net::HttpError{net::HttpError::Code::connect, "no network"});
    }
};

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
    pages::WebhookRoutes routes{intake};
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
    for (int i = 0; i < pages::hooks_at_once; ++i) reading.push_back(routes.admit(head));
    CHECK(post(head.path, event) == 503);
    reading.clear();
    CHECK(post(head.path, event) == 200);
}

TEST_CASE_METHOD(HookFixture, "what the service never sends is told, and nothing is taken") {
    CHECK(post("/hook/mark/a-long-secret-for-it", "<html>") == 400);
    CHECK(post("/hook/mark/a-long-secret-for-it", R"({"a":1})") == 400);
    CHECK(taken() == 0);
}

// Which the listener answers with 503.
TEST_CASE_METHOD(HookFixture, "when the database takes nothing the answer is thrown") {
    db::RawSql(database).execute("ALTER TABLE report_mails RENAME TO gone");
    CHECK_THROWS_AS(post("/hook/mark/a-long-secret-for-it", event), db::Error);
}
