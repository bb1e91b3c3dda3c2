#include "audience/series_store.hpp"

#include <catch2/catch.hpp>

#include "audience/audience_store.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using audience::SeriesPlace;
using audience::SeriesReader;
using audience::SeriesStore;

namespace {

struct Series {
    Series() {
        audience::AudienceStore::migrate(database);
        for (int i = 1; i <= 3; ++i) {
            audience->subscribe("notes", {0, "r" + std::to_string(i) + "@example.org", "", {}}, clock.now(),
                                "t", audience::Again::no);
        }
    }
    [[nodiscard]] std::vector<std::int64_t> due(std::int64_t order = 0, std::size_t limit = 10) {
        std::vector<std::int64_t> ids;
        for (const SeriesReader& reader : (*store).due("notes", clock.now(), order, limit))
            ids.push_back(reader.subscriber_id);
        return ids;
    }

    db::Database database = db::Database::open(":memory:");
    test::ManualClock clock;
    test::Committing<audience::AudienceStore> audience{database};
    test::Committing<SeriesStore> store{database};
};

}  // namespace

TEST_CASE_METHOD(Series, "who joins stands at the beginning, and is due") {
    store->join("notes", 1, clock.now());
    const auto reader = (*store).find("notes", 1).value();
    CHECK(reader.joined_at == clock.now());
    CHECK_FALSE(reader.place);
    CHECK(due() == std::vector<std::int64_t>{1});
    CHECK((*store).next_due("notes") == clock.now());
    CHECK_FALSE((*store).find("other", 1));
}

TEST_CASE_METHOD(Series, "who comes back goes on where he was, as if he had not been away") {
    store->join("notes", 1, clock.now());
    auto reader = (*store).find("notes", 1).value();
    reader.place = SeriesPlace{.after = 72h, .letter = "b", .at = clock.now() + 72h, .mailing_id = 4};
    reader.due.reset();
    reader.ended_at = clock.now() + 80h;
    store->save("notes", reader, 5);
    clock.advance(1000h);
    store->join("notes", 1, clock.now());
    const auto back = (*store).find("notes", 1).value();
    CHECK(back.joined_at == clock.now() - 72h);
    CHECK(back.place == reader.place);
    CHECK_FALSE(back.ended_at);
    CHECK(due() == std::vector<std::int64_t>{1});
}

TEST_CASE_METHOD(Series, "readers come in the order in which they are due, and later ones not yet") {
    store->save("notes", {.subscriber_id = 1, .joined_at = clock.now(), .due = clock.now() - 1h}, 1);
    store->save("notes", {.subscriber_id = 2, .joined_at = clock.now(), .due = clock.now() - 2h}, 1);
    store->save("notes", {.subscriber_id = 3, .joined_at = clock.now(), .due = clock.now() + 1h}, 1);
    CHECK(due(1) == std::vector<std::int64_t>{2, 1});
    CHECK(due(1, 1) == std::vector<std::int64_t>{2});
}

TEST_CASE_METHOD(Series,
                 "another order of the letters brings up everybody but those whose series has ended") {
    store->save("notes", {.subscriber_id = 1, .joined_at = clock.now(), .due = clock.now() + 1h}, 1);
    store->save("notes", {.subscriber_id = 2, .joined_at = clock.now()}, 1);
    store->save("notes", {.subscriber_id = 3, .joined_at = clock.now(), .ended_at = clock.now()}, 1);
    CHECK(due(1).empty());
    CHECK(due(2) == std::vector<std::int64_t>{1, 2});
    CHECK(due(2, 1).size() == 1);
}

TEST_CASE_METHOD(Series, "a letter that a reader had cannot be noted again") {
    store->note_copy("notes", 1, {.letter = "a", .mailing_id = 7, .made_at = clock.now()});
    CHECK((*store).had("notes", 1, "a"));
    CHECK_FALSE((*store).had("notes", 1, "b"));
    CHECK_FALSE((*store).had("notes", 2, "a"));
    CHECK_THROWS_AS(store->note_copy("notes", 1, {.letter = "a", .mailing_id = 8, .made_at = clock.now()}),
                    db::Error);
    CHECK((*store).copies("notes", 1) ==
          std::vector<audience::SeriesCopy>{{.letter = "a", .mailing_id = 7, .made_at = clock.now()}});
}

TEST_CASE_METHOD(Series, "of a reader who is erased nothing is left in a series") {
    store->join("notes", 1, clock.now());
    store->note_copy("notes", 1, {.letter = "a", .mailing_id = 7, .made_at = clock.now()});
    CHECK(audience->erase("r1@example.org"));
    CHECK_FALSE((*store).find("notes", 1));
    CHECK((*store).copies("notes", 1).empty());
}

TEST_CASE_METHOD(Series, "what a clock dated that was ahead moves back with it") {
    const Time now = clock.now();
    clock.advance(1000h);
    store->join("notes", 1, clock.now());
    clock.advance(1h);
    const SeriesPlace place{.after = 0h, .letter = "hello", .at = clock.now(), .mailing_id = 3};
    store->save(
        "notes",
        {.subscriber_id = 2, .joined_at = now - 1h, .place = place, .due = now + 2000h, .ended_at = {}}, 1);
    store->save("notes", {.subscriber_id = 3, .joined_at = now - 1h, .place = {}, .due = {}, .ended_at = now},
                1);
    store->follow_clock("notes", {.from = clock.now(), .to = now + 1h});
    const auto first = store->find("notes", 1).value();
    CHECK(first.joined_at == now);
    CHECK(first.due == now + 1h);
    const auto second = store->find("notes", 2).value();
    CHECK(second.joined_at == now - 1h);
    CHECK(second.place->at == now + 1h);
    CHECK(second.due == now + 1h);
    CHECK_FALSE(store->find("notes", 3).value().due);
}

TEST_CASE_METHOD(Series, "a clock that was behind moves nothing") {
    store->join("notes", 1, clock.now());
    const auto before = store->find("notes", 1);
    store->follow_clock("notes", {.from = clock.now() - 5h, .to = clock.now()});
    CHECK(store->find("notes", 1) == before);
}
