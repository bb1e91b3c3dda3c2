#include "control/series_view.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "control/desk_fixture.hpp"
#include "control/reader/erasure.hpp"
#include "control/reader/explanation.hpp"
#include "control/readers.hpp"
#include "post/letter_store.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using control::Cause;
using control::Got;

namespace {

// Ann is in the series of "notes", and had its first letter, "hello", by a mailing; Bob reads and is in none.
struct InSeries : test::DeskFixture {
    InSeries() {
        clock.set(parse_rfc3339("2031-01-06T10:00:00Z").value());
        test::committed(database(), [&] {
            audience::AudienceStore audience(database());
            ann = audience.subscribe("notes", {0, "ann@example.org", "", {}}, clock.now(), "page")
                      .subscriber_id;
            static_cast<void>(
                audience.subscribe("notes", {0, "bob@example.org", "", {}}, clock.now(), "import"));
        });
        first = mailing_of("hello", "the first text");
        test::committed(database(), [&] {
            audience::SeriesStore series(database());
            series.note_copy("notes", ann, {.letter = "hello", .mailing_id = first, .made_at = clock.now()});
            series.save("notes", place, 1);
        });
    }
    std::int64_t mailing_of(const std::string& letter, const std::string& text) {
        return test::committed(database(), [&] {
            post::PostStore posts(database());
            const auto source = posts.source("notes", "/letters");
            const auto post = posts.record(source, {.id = letter + "#" + text, .title = text},
                                           post::PostState::letter, {}, clock.now());
            return queue::MailingStore(database())
                .create_letters({.newsletter = "notes", .post_id = post, .title = letter, .key = text},
                                clock.now());
        });
    }
    void save() {
        test::committed(database(), [&] { audience::SeriesStore(database()).save("notes", place, 1); });
    }
    control::Explanation explained(const std::string& address, std::int64_t mailing) {
        return control::explain(desk, address, mailing).value().front();
    }

    std::int64_t ann = 0;
    std::int64_t first = 0;
    audience::SeriesReader place{.subscriber_id = 1,
                                 .joined_at = parse_rfc3339("2031-01-06T10:00:00Z").value(),
                                 .due = parse_rfc3339("2031-01-09T08:00:00Z").value()};
};

}  // namespace

TEST_CASE_METHOD(InSeries, "a reader's series says what comes next, or that nothing does") {
    const auto words = [&] {
        save();
        return control::words_of(control::series_of(desk, "notes", ann).value());
    };
    CHECK(words() == "the next letter is due at 2031-01-09T08:00:00Z");
    place.due.reset();
    CHECK(words() == "there is no further letter");
    place.ended_at = clock.now();
    CHECK(words() == "it ended at 2031-01-06T10:00:00Z");
    CHECK_FALSE(control::series_of(desk, "notes", ann + 1));
}

TEST_CASE_METHOD(InSeries, "what is known of a reader has his letters, for a person and for programs") {
    const auto shown = nlohmann::json::parse(control::to_json(
        control::Readers(desk, settings.newsletters[0]).show("ann@example.org").value(), "notes"));
    CHECK(shown.at("welcome").at("next_due") == "2031-01-09T08:00:00Z");
    CHECK(shown.at("welcome").at("letters").at(0).at("letter") == "hello");
    CHECK(shown.at("welcome").at("letters").at(0).at("mailing") == first);
    std::ostringstream everything;
    REQUIRE(control::export_person(desk, "ann@example.org", everything));
    const auto exported = nlohmann::json::parse(everything.str());
    CHECK(exported.at("welcome").at(0).at("letters").at(0).at("made") == "2031-01-06T10:00:00Z");
    const auto other = nlohmann::json::parse(control::to_json(
        control::Readers(desk, settings.newsletters[0]).show("bob@example.org").value(), "notes"));
    CHECK(other.at("welcome").is_null());
}

TEST_CASE_METHOD(InSeries, "a reader who is in no series is told so of its mailings") {
    const auto why = explained("bob@example.org", first);
    CHECK(why.cause == Cause::not_in_series);
    CHECK(why.got == Got::no);
}

TEST_CASE_METHOD(InSeries, "a reader who had a letter by another mailing gets none by this one") {
    const auto why = explained("ann@example.org", mailing_of("hello", "the second text"));
    CHECK(why.cause == Cause::had_already);
    CHECK(why.got == Got::no);
    CHECK(why.words == "The reader's copy of this welcome letter is of mailing 1, and he gets no other.");
    CHECK(why.evidence.at(0).words == "hello: mailing 1");
}

TEST_CASE_METHOD(InSeries,
                 "a letter that a reader has not come to is not there yet, and without a next one never") {
    const auto mailing = mailing_of("tips", "text");
    CHECK(explained("ann@example.org", mailing).cause == Cause::not_due);
    CHECK(explained("ann@example.org", mailing).got == Got::not_yet);
    place.due.reset();
    save();
    CHECK(explained("ann@example.org", mailing).cause == Cause::not_in_series);
    CHECK(explained("ann@example.org", mailing).got == Got::no);
}
