#include "control/posts.hpp"

#include <nlohmann/json.hpp>

#include "control/desk_fixture.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::control;
using post::PostState;

namespace {

struct PostsFixture : test::DeskFixture {
    std::int64_t post_in(post::PostState state) {
        test::Committing<post::PostStore> store(database());
        feed::Post post;
        post.id = "id " + std::string(post::to_string(state));
        post.title = "A title";
        return store->record(store->source("notes", "https://example.org/feed"), post, state, "",
                             clock.now());
    }
    std::string state_of(std::int64_t id) {
        return std::string(post::to_string(post::PostStore(database()).find(id)->state));
    }
};

}  // namespace

TEST_CASE_METHOD(PostsFixture, "a post that is held is sent, and that is on record") {
    const auto id = post_in(PostState::held);
    CHECK(Posts(desk).send(id).value() == PostFate::mailed);
    CHECK(state_of(id) == "ready");
    CHECK(actions() == std::vector<std::string>{"anna: posts send, post 1: ready"});
}

TEST_CASE_METHOD(PostsFixture, "a post of a newsletter with digests waits for the next one") {
    settings.newsletters[0].digest.emplace();
    CHECK(Posts(desk).send(post_in(PostState::recorded)).value() == PostFate::in_the_next_digest);
}

TEST_CASE_METHOD(PostsFixture, "a post is skipped, and one that was mailed is not") {
    const auto held = post_in(PostState::held);
    const auto mailed = post_in(PostState::mailed);
    CHECK(Posts(desk).skip(held).has_value());
    CHECK(state_of(held) == "skipped");
    CHECK(Posts(desk).skip(mailed).error().code == Refusal::Code::not_now);
    CHECK(state_of(mailed) == "mailed");
    REQUIRE(actions().size() == 2);
    CHECK(actions()[1].starts_with("anna: posts skip, post 2: not_now: post 2 is mailed"));
}

TEST_CASE_METHOD(PostsFixture, "a post that there is not is refused, and leaves no record") {
    CHECK(Posts(desk).send(9).error().code == Refusal::Code::unknown);
    CHECK(actions().empty());
}

TEST_CASE_METHOD(PostsFixture, "posts are listed by state, and a word that is none is refused") {
    post_in(PostState::held);
    post_in(PostState::mailed);
    CHECK(Posts(desk).list({}).value().size() == 2);
    CHECK(Posts(desk).list({.newsletter = {}, .state = "held"}).value().size() == 1);
    const auto refused = Posts(desk).list({.newsletter = {}, .state = "lost"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Refusal::Code::malformed);
}

TEST_CASE_METHOD(PostsFixture, "a post as JSON has its state, and null for what it has not") {
    post_in(PostState::held);
    const auto views = Posts(desk).list({.newsletter = {}, .state = {}, .limit = 1}).value();
    REQUIRE(views.size() == 1);
    const auto json = nlohmann::json::parse(to_json(views[0]));
    CHECK(json.at("state") == "held");
    CHECK(json.at("title") == "A title");
    CHECK(json.at("published").is_null());
    CHECK(json.at("hold_until").is_null());
}

TEST_CASE_METHOD(PostsFixture, "a post's title is found by its number, and one that is gone has none") {
    CHECK(Posts(desk).title_of(post_in(PostState::held)) == "A title");
    CHECK_FALSE(Posts(desk).title_of(9));
}
