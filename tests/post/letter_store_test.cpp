#include "post/letter_store.hpp"

#include <catch2/catch.hpp>

#include "support/committing.hpp"
#include "support/manual_clock.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::Letter;
using post::PostState;

namespace {

struct Folder {
    Folder() { post::PostStore::migrate(database); }

    feed::FeedResult holding(const std::vector<std::pair<std::string, Duration>>& letters) {
        feed::FeedResult found;
        for (const auto& [name, after] : letters) {
            found.posts.push_back({.id = name, .title = name + texts[name], .html = "<p>x</p>"});
            found.after[name] = after;
        }
        return found;
    }
    // A look that finds these.
    void look(const std::vector<std::pair<std::string, Duration>>& letters) {
        test::committed(database, [&] {
            auto folder = posts->source("notes", "/letters");
            post::LetterStore(database).take(folder, holding(letters), clock.now());
            folder.last_look = clock.now();
            posts->save(folder);
        });
    }
    [[nodiscard]] std::vector<std::string> names() {
        std::vector<std::string> all;
        for (const Letter& letter : (*store).letters("notes")) all.push_back(letter.name);
        return all;
    }
    [[nodiscard]] Letter only() {
        const auto letters = (*store).letters("notes");
        REQUIRE(letters.size() == 1);
        return letters.front();
    }
    [[nodiscard]] std::int64_t order(std::string_view timing = "UTC") {
        return store->order_of("notes", timing);
    }

    db::Database database = db::Database::open(":memory:");
    test::ManualClock clock;
    test::Committing<post::PostStore> posts{database};
    test::Committing<post::LetterStore> store{database};
    std::map<std::string, std::string> texts;
};

}  // namespace

TEST_CASE_METHOD(Folder, "letters stand in the order of their times, then of their names") {
    look({{"c", 0h}, {"b", 72h}, {"a", 72h}, {"d", 12h}});
    CHECK(names() == std::vector<std::string>{"c", "d", "a", "b"});
    CHECK((*store).letters("other").empty());
}

TEST_CASE_METHOD(Folder, "a letter is for those whose time for it had not passed at the last look") {
    look({});
    const Time missed = clock.now();
    clock.advance(48h);
    look({{"a", 72h}});
    CHECK(only().joined_from == missed - 72h);
}

TEST_CASE_METHOD(Folder, "a letter that the first look finds may have lain there for an hour") {
    look({{"a", 72h}});
    CHECK(only().joined_from == clock.now() - 1h - 72h);
}

TEST_CASE_METHOD(Folder, "a letter that is edited is the same letter with another text") {
    look({{"a", 72h}});
    const Letter before = only();
    const auto number = order();
    texts["a"] = " edited";
    clock.advance(1h);
    look({{"a", 72h}});
    const Letter after = only();
    CHECK(after.post_id != before.post_id);
    CHECK(after.joined_from == before.joined_from);
    CHECK((*posts).find(after.post_id)->post.title == "a edited");
    CHECK((*posts).find(before.post_id)->post.title == "a");
    CHECK(order() == number);
    texts["a"] = "";
    look({{"a", 72h}});
    CHECK(only().post_id == before.post_id);
}

TEST_CASE_METHOD(Folder, "a letter whose time is changed stays for the readers that it was for") {
    look({{"a", 72h}});
    const Letter before = only();
    const auto number = order();
    clock.advance(240h);
    look({{"a", 24h}});
    CHECK(only().after == 24h);
    CHECK(only().joined_from == before.joined_from);
    CHECK(order() > number);
}

TEST_CASE_METHOD(Folder, "a letter that is gone is none, and comes back as it was within a day") {
    look({{"a", 72h}, {"b", 0h}});
    const Time joined_from = (*store).letters("notes").back().joined_from;
    const auto number = order();
    clock.advance(1h);
    look({{"b", 0h}});
    CHECK(names() == std::vector<std::string>{"b"});
    CHECK(order() > number);
    clock.advance(23h);
    look({{"a", 72h}, {"b", 0h}});
    CHECK((*store).letters("notes").back().joined_from == joined_from);
    CHECK(order() > number + 1);
}

TEST_CASE_METHOD(Folder, "a letter that was gone for a day is new when it is back") {
    look({{"a", 72h}});
    look({});
    clock.advance(24h);
    look({});
    const Time missed = clock.now();
    clock.advance(2h);
    look({{"a", 72h}});
    CHECK(only().joined_from == missed - 72h);
}

TEST_CASE_METHOD(Folder, "the order has a new number only where something of it has changed") {
    look({{"a", 72h}});
    const auto number = order();
    look({{"a", 72h}});
    CHECK(order() == number);
    CHECK(order("Europe/London") > number);
    CHECK(order("Europe/London") == number + 1);
}

TEST_CASE_METHOD(Folder, "a letter's text is listed as one, is nothing to approve, and resembles no post") {
    look({{"a", 72h}});
    const auto listed = (*posts).list({.state = PostState::letter});
    REQUIRE(listed.size() == 1);
    CHECK((*posts).list({.state = PostState::mailed}).empty());
    CHECK((*posts).list({}).front().state == PostState::letter);
    CHECK_FALSE(posts->approve(listed.front().id));
    CHECK_FALSE(posts->skip(listed.front().id));
    CHECK((*posts).with_title("notes", "a").empty());
}

TEST_CASE_METHOD(Folder,
                 "a letter that a clock found which was ahead is for those who join by the right time") {
    const Time now = clock.now();
    clock.advance(1000h);
    look({{"tips", 72h}});
    const Time found_from = only().joined_from;
    store->follow_clock({.from = clock.now(), .to = now});
    CHECK(only().joined_from == found_from - 1000h);
    // Once: by the right time it is not ahead any more.
    store->follow_clock({.from = clock.now(), .to = now});
    CHECK(only().joined_from == found_from - 1000h);
}
