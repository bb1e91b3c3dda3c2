#include "public/taken_over_routes.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "audience/past/taken_over_store.hpp"
#include "support/committing.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using Tokens = std::vector<std::string>;

namespace {

// Knows reader 7 of "notes".
class OneReader final : public web::UnsubscribeHandler {
  public:
    explicit OneReader(const audience::TokenSigner& signer) : signer_(signer) {}
    std::optional<web::SubscriptionView> describe(std::string_view token) override {
        if (!is_his(token)) return std::nullopt;
        return web::SubscriptionView{
            .newsletter_title = "Notes", .language = "en", .address = "ada@example.org", .active = !left};
    }
    web::LeaveResult leave(std::string_view token) override {
        if (!is_his(token)) return web::LeaveResult::unknown_link;
        return std::exchange(left, true) ? web::LeaveResult::already_left : web::LeaveResult::left;
    }
    bool left = false;

  private:
    [[nodiscard]] bool is_his(std::string_view text) const {
        const auto token = signer_.verify(audience::Purpose::leave, text);
        return token && token->subscriber_id == 7 && token->newsletter == "notes";
    }
    const audience::TokenSigner& signer_;
};

struct TakenOver {
    TakenOver() {
        auto database = db::Database::open(file());
        audience::AudienceStore::migrate(database);
        test::Committing<audience::TakenOverStore> store(database);
        store->add("7f0c-uuid", {"notes", 7});
        store->add_path("/subscription/");
        routes = std::make_unique<pages::TakenOverRoutes>(
            db::Database::open(file()), signer, readers,
            std::make_shared<const web::Pages>(
                web::Pages::load(std::filesystem::path(test::source_folder()) / "templates/web").value()));
    }
    [[nodiscard]] std::filesystem::path file() const { return dir.path() / "paperround.db"; }
    web::HttpResponse ask(const std::string& method, const std::string& path, const std::string& query = {},
                          const std::string& body = {}) {
        web::HttpRequest request{.method = method, .path = path, .query = query, .fields = {}};
        REQUIRE(routes->owns(path));
        const auto admission = routes->admit(request);
        if (!body.empty()) CHECK(body.size() <= admission.body_limit);
        request.body = body;
        return admission.answer(request);
    }

    test::TempDir dir;
    audience::TokenSigner signer{std::string(32, 'k')};
    std::shared_ptr<OneReader> readers = std::make_shared<OneReader>(signer);
    std::unique_ptr<pages::TakenOverRoutes> routes;
};

}  // namespace

TEST_CASE("a token of another system is a part of the path or a value of the query") {
    CHECK(pages::possible_tokens("camp/sub", "") == Tokens{"sub", "camp"});
    CHECK(pages::possible_tokens("", "uuid=7f0c&key=a%2Db&x") == Tokens{"7f0c", "a-b"});
    CHECK(pages::possible_tokens("sub/", "") == Tokens{"sub"});
    CHECK(pages::possible_tokens(std::string(300, 'x'), "a=" + std::string(300, 'x')).empty());
    std::string many;
    for (int i = 0; i < 100; ++i) many += "/" + std::to_string(i);
    CHECK(pages::possible_tokens(many, "a=b").size() == 8);
    CHECK(pages::possible_tokens(std::string(1U << 20U, '/'), std::string(1U << 20U, '&')).empty());
}

TEST_CASE("a link in an old mail shows the button, and a press or one click leaves") {
    TakenOver old;
    const std::string path = "/subscription/campaign-uuid/7f0c-uuid";
    const auto page = old.ask("GET", path);
    CHECK(page.status == 200);
    CHECK(page.body.find("<form method=\"post\">") != std::string::npos);
    CHECK_FALSE(old.readers->left);
    CHECK(old.ask("POST", path, {}, "List-Unsubscribe=One-Click").status == 200);
    CHECK(old.readers->left);
    CHECK(old.ask("POST", path, {}, "List-Unsubscribe=One-Click").status == 200);
}

TEST_CASE("a token in the query works as well, and a link that nobody knows is told so") {
    TakenOver old;
    CHECK(old.ask("GET", "/subscription", "uuid=7f0c-uuid&key=x").status == 200);
    CHECK(old.ask("GET", "/subscription/", "uuid=7f0d-uuid").status == 404);
    CHECK(old.ask("POST", "/subscription/x", {}, "List-Unsubscribe=One-Click").status == 404);
    CHECK_FALSE(old.readers->left);
    CHECK_FALSE(old.routes->owns("/subscriptions/x"));
    CHECK_FALSE(old.routes->owns("/u/x"));
}
