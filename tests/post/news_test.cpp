#include "post/news.hpp"

#include <catch2/catch.hpp>
#include <deque>

#include "base/text/date_time.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::OfferedPost;
using Age = post::NewsVerdict::Age;
using Since = OfferedPost::Since;

namespace {

// A document, first to last.
struct Document {
    Document& known(std::string_view date = {}, Since since = Since::first_look) { return add(date, since); }
    Document& later(std::string_view date = {}) { return add(date, Since::later); }
    Document& unknown(std::string_view date = {}) { return add(date, Since::unknown); }
    Document& add(std::string_view date, Since since) {
        feed::Post& added = posts.emplace_back();
        if (!date.empty()) added.published = parse_rfc3339(date);
        offered.push_back({.post = &added, .since = since, .lies_there_since = std::nullopt});
        return *this;
    }
    // Of the only unknown post.
    [[nodiscard]] Age age() const {
        const auto verdicts = judge_news(offered, look);
        for (std::size_t i = 0; i < offered.size(); ++i) {
            if (offered[i].since == Since::unknown) return verdicts[i].age;
        }
        throw std::logic_error("none is unknown");
    }

    std::deque<feed::Post> posts;
    std::vector<OfferedPost> offered;
    post::LookAt look{.now = parse_rfc3339("2026-11-29T12:00:00Z").value(),
                      .last_look = parse_rfc3339("2026-11-29T11:50:00Z"),
                      .newest_at_first = parse_rfc3339("2026-11-20T08:00:00Z"),
                      .max_age = 30 * 24h};
};

}  // namespace

TEST_CASE("what is dated after the first look's newest is news, wherever it stands") {
    CHECK(Document().unknown("2026-11-28T08:00:00Z").known("2026-11-20T08:00:00Z").age() == Age::news);
    CHECK(Document().known("2026-11-20T08:00:00Z").unknown("2026-11-28T08:00:00Z").age() == Age::news);
    CHECK(Document().unknown("2026-11-28T08:00:00Z").age() == Age::news);
}

TEST_CASE("what is dated before it is old behind a known post, and doubtful in front") {
    CHECK(Document().known("2026-11-20T08:00:00Z").unknown("2026-11-10T08:00:00Z").age() == Age::old);
    CHECK(Document().unknown("2026-11-10T08:00:00Z").known("2026-11-20T08:00:00Z").age() == Age::doubtful);
}

TEST_CASE("what is dated longer ago than max_age is old, unless that was since the last look") {
    Document document;
    document.look.newest_at_first.reset();
    document.unknown("2026-10-01T08:00:00Z");
    CHECK(document.age() == Age::old);
    document.look.last_look = parse_rfc3339("2026-09-01T00:00:00Z");
    CHECK(document.age() == Age::news);
    document.look.last_look = parse_rfc3339("2026-11-29T11:50:00Z");
    document.look.max_age.reset();
    CHECK(document.age() == Age::news);
}

TEST_CASE("a file without a date that lay there at the last look, as it is now, is doubtful") {
    Document document;
    document.look.folder = true;
    document.known().unknown();
    auto& since = document.offered.back().lies_there_since;
    CHECK(document.age() == Age::news);
    since = parse_rfc3339("2026-11-29T11:30:00Z");
    CHECK(document.age() == Age::doubtful);
    since = parse_rfc3339("2026-11-29T11:45:00Z");  // perhaps it waited for its picture
    CHECK(document.age() == Age::news);
    since = parse_rfc3339("2026-11-29T11:55:00Z");
    CHECK(document.age() == Age::news);
}

TEST_CASE("a day's midnight in a folder is no earlier than what came that day") {
    Document document;
    document.look.folder = true;
    document.known("2026-11-20T08:00:00Z").unknown("2026-11-20T00:00:00Z");
    CHECK(document.age() == Age::news);
}

TEST_CASE("a push has no places: what is dated before the first look's newest is old") {
    Document document;
    document.look.whole = false;
    document.unknown("2026-11-10T08:00:00Z");
    CHECK(document.age() == Age::old);
    Document nearly;
    nearly.look.whole = false;
    CHECK(nearly.unknown("2026-11-20T07:00:00Z").age() == Age::doubtful);
    Document undated;
    undated.look.whole = false;
    CHECK(undated.unknown().age() == Age::news);
}

TEST_CASE("without a date the place counts, as the feed puts its items") {
    CHECK(Document().unknown().known().age() == Age::news);
    CHECK(Document().later().known().unknown().age() == Age::old);
    CHECK(Document().known().later().unknown().age() == Age::news);
    CHECK(Document().unknown().known().later().age() == Age::doubtful);
    CHECK(Document().known().unknown().age() == Age::doubtful);
    CHECK(Document().known().unknown().known().age() == Age::doubtful);
    CHECK(Document().known("2026-11-20T08:00:00Z").known("2026-11-10T08:00:00Z").unknown().age() == Age::old);
    CHECK(Document().later().unknown().known().age() == Age::news);
}
