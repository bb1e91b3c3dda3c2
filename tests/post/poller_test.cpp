#include "post/poller.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <new>

#include "base/encoding.hpp"
#include "base/text/date_time.hpp"
#include "db/raw_sql.hpp"
#include "post/folder_listing.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::PollResult;
using post::PostState;
using Kind = post::SourceReading::Kind;

namespace {

// Answers what it was told to, in turn, and keeps what it was asked.
class FakeHttp final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest& request) override {
        requests.push_back(request);
        if (std::exchange(out_of_memory, false)) throw std::bad_alloc();
        if (answers.empty())
            return failure(net::HttpError{net::HttpError::Code::connect, request.url + ": refused"});
        auto answer = std::move(answers.front());
        answers.pop_front();
        if (answer.effective_url.empty()) answer.effective_url = request.url;
        return answer;
    }
    net::HttpResponse& will_answer(int status, std::string body = {}) {
        net::HttpResponse answer;
        answer.status = status;
        answer.body = std::move(body);
        return answers.emplace_back(std::move(answer));
    }
    std::deque<net::HttpResponse> answers;
    std::vector<net::HttpRequest> requests;
    bool out_of_memory = false;  // at the next request
};

std::string item(const std::string& id, const std::string& link, const std::string& text) {
    return "<item><guid isPermaLink=\"false\">" + id + "</guid><link>https://example.org/" + link +
           "</link><title>" + text + "</title><description>Body of " + text + "</description></item>";
}
std::string item(const std::string& id) {
    return item(id, id, id);
}
std::string rss(const std::string& items) {
    return "<rss version=\"2.0\"><channel><title>T</title>" + items + "</channel></rss>";
}

db::Database empty_database() {
    auto database = db::Database::open(":memory:");
    post::PostStore::migrate(database);
    return database;
}

struct Fixture {
    db::Database database = empty_database();
    FakeHttp http;
    test::ManualClock clock;
    test::SeededRandom random;
    post::Poller poller{database, http, clock, random};
    test::Committing<post::PostStore> store{database};
    config::Newsletter newsletter;
    config::Source source;

    Fixture() {
        newsletter.name = "notes";
        source.location = "https://example.org/feed";
    }
    PollResult poll() {
        clock.advance(1ms);
        return poller.poll(newsletter, source);
    }
    PollResult poll(const std::string& items) {
        http.will_answer(200, rss(items));
        return poll();
    }
    post::SourceState state() { return store->find_source("notes", source.location).value(); }
    post::StoredPost stored(std::int64_t id) { return store->find(id).value(); }
    // The wait until the next poll lies within ± 10 % of this.
    bool waits_about(Duration wait) {
        const Duration actual = *state().next_poll - clock.now();
        return actual >= wait * 9 / 10 && actual <= wait * 11 / 10;
    }
};

}  // namespace

TEST_CASE("what was read when a stop came is not stored, and read again by the next poll") {
    Fixture f;
    f.poll(item("old"));
    std::stop_source stop;
    stop.request_stop();
    f.http.will_answer(200, rss(item("new") + item("old")));
    CHECK_THROWS_AS(static_cast<void>(f.poller.poll(f.newsletter, f.source, stop.get_token())),
                    net::Cancelled);
    CHECK(f.store->find_source("notes", f.source.location)->failures == 0);
    CHECK(f.poll(item("new") + item("old")).ready.size() == 1);
}

TEST_CASE("a source for which there is not enough memory has failed, and is tried again") {
    Fixture f;
    f.poll(item("old"));
    f.http.out_of_memory = true;
    const auto result = f.poll();
    CHECK(result.kind == Kind::failed);
    CHECK(result.error == "https://example.org/feed: reading it needs more memory than there is");
    CHECK(f.state().failures == 1);
    CHECK(f.poll(item("new") + item("old")).ready.size() == 1);
}

TEST_CASE("the first poll records what is there and sends none of it") {
    Fixture f;
    const auto result = f.poll(item("c") + item("b") + item("a"));
    CHECK(result.kind == Kind::fresh);
    CHECK(result.first);
    CHECK(result.recorded == 3);
    CHECK(result.ready.empty());
    CHECK(f.store->ripe_posts("notes", f.clock.now(), 100).empty());
    CHECK(f.store->list({"notes", PostState::recorded, 10}).size() == 3);
    CHECK(f.state().first_polled == f.clock.now());
}

TEST_CASE("a backlog of two makes the newest two of the first poll ready, oldest first") {
    Fixture f;
    f.source.backlog = 2;
    const auto result = f.poll(item("c") + item("b") + item("a"));
    REQUIRE(result.ready.size() == 2);
    CHECK(f.stored(result.ready[0]).post.id == "b");
    CHECK(f.stored(result.ready[1]).post.id == "c");
    CHECK(result.recorded == 1);
}

TEST_CASE("dates decide what is newest where every post has one") {
    Fixture f;
    f.source.backlog = 1;
    const auto dated = [](const std::string& id, const std::string& day) {
        return "<item><guid isPermaLink=\"false\">" + id + "</guid><title>" + id + "</title><pubDate>" + day +
               " Nov 2026 08:00 GMT</pubDate></item>";
    };
    const auto result = f.poll(dated("old", "1") + dated("new", "3") + dated("middle", "2"));
    REQUIRE(result.ready.size() == 1);
    CHECK(f.stored(result.ready[0]).post.id == "new");
}

TEST_CASE("an empty feed is a first poll: what comes after it is new") {
    Fixture f;
    CHECK(f.poll("").first);
    CHECK(f.poll(item("a")).ready.size() == 1);
}

TEST_CASE("a new post is ready, a known one is not found again") {
    Fixture f;
    (void)f.poll(item("a"));
    const auto result = f.poll(item("b") + item("a"));
    REQUIRE(result.ready.size() == 1);
    CHECK_FALSE(result.first);
    CHECK(f.stored(result.ready[0]).post.id == "b");
    CHECK(f.poll(item("b") + item("a")).ready.empty());
}

TEST_CASE("an edited post is the same post") {
    Fixture f;
    (void)f.poll(item("a", "a", "first words"));
    const auto result = f.poll(item("a", "moved", "other words"));
    CHECK(result.ready.empty());
    CHECK(result.held.empty());
    CHECK(f.store->list({}).size() == 1);
}

TEST_CASE("a new id with a known link is held with the reason") {
    Fixture f;
    (void)f.poll(item("a", "a", "words"));
    const auto result = f.poll(item("a2", "a", "rewritten"));
    CHECK(result.ready.empty());
    REQUIRE(result.held.size() == 1);
    CHECK(f.stored(result.held[0]).state == PostState::held);
    CHECK(f.stored(result.held[0]).reason == "its link is that of post 1, its content is not");
}

TEST_CASE("a new id with known content is held with the reason") {
    Fixture f;
    (void)f.poll(item("a", "a", "words"));
    const auto result = f.poll(item("a2", "elsewhere", "words"));
    REQUIRE(result.held.size() == 1);
    CHECK(f.stored(result.held[0]).reason == "its content is that of post 1, its link is not");
}

TEST_CASE("a new id with known link and content is the same post: recorded, not held") {
    Fixture f;
    (void)f.poll(item("a", "a", "words"));
    const auto result = f.poll(item("a2", "a", "words"));
    CHECK(result.ready.empty());
    CHECK(result.held.empty());
    CHECK(result.recorded == 1);
}

TEST_CASE("a post that a newsletter's other source has sent is the same post") {
    Fixture f;
    (void)f.poll("");
    CHECK(f.poll(item("a")).ready.size() == 1);
    f.source.location = "https://example.org/other";
    (void)f.poll("");
    const auto result = f.poll(item("urn:a", "a", "a"));
    CHECK(result.recorded == 1);
    CHECK(result.ready.empty());
}

TEST_CASE("two copies of one new post in one poll are one") {
    Fixture f;
    (void)f.poll("");
    const auto result = f.poll(item("a", "a", "words") + item("b", "a", "words"));
    CHECK(result.ready.size() == 1);
    CHECK(result.recorded == 1);
}

TEST_CASE("as many new posts as max_new_posts are ready, one more holds them all") {
    Fixture f;
    f.source.max_new_posts = 2;
    (void)f.poll("");
    CHECK(f.poll(item("a") + item("b")).ready.size() == 2);
    const auto result = f.poll(item("c") + item("d") + item("e"));
    CHECK(result.ready.empty());
    REQUIRE(result.held.size() == 3);
    CHECK(f.stored(result.held[0]).reason == "3 new posts at once, more than max_new_posts (2)");
}

TEST_CASE("a malformed feed that yields posts is used, with warnings") {
    Fixture f;
    (void)f.poll("");
    const auto result =
        f.poll("<item><guid isPermaLink=\"false\">1</guid><title>Fish & chips</title></item>");
    CHECK(result.ready.size() == 1);
    CHECK_FALSE(result.warnings.empty());
    CHECK(result.error.empty());
}

TEST_CASE("a feed that cannot be used is a failure with its place, never a first poll") {
    Fixture f;
    f.http.will_answer(200, "<rss version=\"2.0\">\n<channel>");
    const auto result = f.poll();
    CHECK(result.kind == Kind::failed);
    CHECK(f.state().last_error.find("https://example.org/feed: line 2, column ") == 0);
    CHECK_FALSE(f.state().first_polled.has_value());
    CHECK(f.poll(item("a")).first);
}

TEST_CASE("half a feed is never a first poll: the other half would be mailed as new") {
    Fixture f;
    f.http.will_answer(200, rss(item("b") + item("a")).substr(0, 250)).etag = "\"cut\"";
    const auto result = f.poll();
    CHECK(result.kind == Kind::failed);
    CHECK(result.error.find("the feed ends early") != std::string::npos);
    CHECK(f.store->list({}).empty());
    CHECK(f.state().validators == post::Validators{});
    CHECK(f.poll(item("b") + item("a")).recorded == 2);
}

TEST_CASE("later, half a feed is used, but its ETag is not kept") {
    Fixture f;
    f.http.will_answer(200, rss("")).etag = "\"v1\"";
    (void)f.poll();
    const std::string whole = rss(item("b") + item("a"));
    f.http.will_answer(200, whole.substr(0, whole.rfind("<title>a"))).etag = "\"v2\"";
    const auto result = f.poll();
    CHECK(result.ready.size() == 1);
    CHECK(f.state().validators == post::Validators{});
    CHECK(f.poll(item("b") + item("a")).ready.size() == 1);
}

TEST_CASE("validators are kept with the posts they cover, and make the next request conditional") {
    Fixture f;
    auto& answer = f.http.will_answer(200, rss(item("a")));
    answer.etag = "\"v1\"";
    answer.last_modified = "Sun, 22 Nov 2026 08:00:00 GMT";
    (void)f.poll();
    CHECK(f.http.requests[0].etag.empty());
    f.http.will_answer(304);
    const auto result = f.poll();
    CHECK(result.kind == Kind::unchanged);
    CHECK(f.http.requests[1].etag == "\"v1\"");
    CHECK(f.http.requests[1].last_modified == "Sun, 22 Nov 2026 08:00:00 GMT");
    CHECK(f.state().validators.etag == "\"v1\"");
    CHECK(f.waits_about(10min));
}

TEST_CASE("when storing fails, neither the posts nor the ETag that covers them are kept") {
    Fixture f;
    (void)f.poll("");
    db::RawSql(f.database)
        .execute("CREATE TRIGGER full_disk BEFORE UPDATE ON sources BEGIN SELECT RAISE(ABORT, 'full'); END");
    f.http.will_answer(200, rss(item("a"))).etag = "\"v2\"";
    CHECK_THROWS_AS(f.poll(), db::Error);
    CHECK(f.store->list({}).empty());
    CHECK(f.state().validators.etag.empty());
    db::RawSql(f.database).execute("DROP TRIGGER full_disk");
    CHECK(f.poll(item("a")).ready.size() == 1);
}

TEST_CASE("an unasked 304 is a failure, not a first poll") {
    Fixture f;
    f.http.will_answer(304);
    CHECK(f.poll().kind == Kind::failed);
    CHECK_FALSE(f.state().first_polled.has_value());
}

TEST_CASE("the next poll is the interval away, give or take a tenth, and not always the same") {
    Fixture f;
    (void)f.poll("");
    CHECK(f.waits_about(10min));
    const auto first = f.state().next_poll;
    (void)f.poll("");
    CHECK(f.waits_about(10min));
    CHECK(f.state().next_poll != first);
}

TEST_CASE("failures back off, doubling up to six hours, and one success ends it") {
    Fixture f;
    CHECK(f.poll().kind == Kind::failed);
    CHECK(f.state().last_error == "https://example.org/feed: refused");
    CHECK(f.waits_about(20min));
    (void)f.poll();
    CHECK(f.waits_about(40min));
    for (int i = 0; i < 40; ++i) (void)f.poll();
    CHECK(f.waits_about(6h));
    CHECK(f.state().failures == 42);
    (void)f.poll("");
    CHECK(f.state().failures == 0);
    CHECK(f.state().last_error.empty());
    CHECK(f.waits_about(10min));
}

TEST_CASE("an interval longer than the back-off's cap stays as it is") {
    Fixture f;
    f.source.every = 24h;
    (void)f.poll();
    (void)f.poll();
    CHECK(f.waits_about(24h));
}

TEST_CASE("Retry-After of 429 and 503 is honoured, up to a day") {
    Fixture f;
    f.http.will_answer(429).retry_after = 2h;
    (void)f.poll();
    CHECK(*f.state().next_poll == f.clock.now() + 2h);
    f.http.will_answer(503).retry_after = 1s;
    (void)f.poll();
    CHECK(f.waits_about(40min));
    f.http.will_answer(503).retry_after = 24h * 300;
    (void)f.poll();
    CHECK(*f.state().next_poll == f.clock.now() + 24h);
}

TEST_CASE("410 is said, asked again once a day, and forgotten when the feed is back") {
    Fixture f;
    (void)f.poll(item("a"));
    f.http.will_answer(410);
    const auto result = f.poll();
    CHECK(result.kind == Kind::gone);
    CHECK(result.error.find("gone (410)") != std::string::npos);
    CHECK(f.state().gone);
    CHECK(result.next_poll == f.clock.now() + 24h);
    f.store->ask_gone_again();
    CHECK_FALSE(f.state().next_poll.has_value());
    CHECK(f.poll(item("b") + item("a")).ready.size() == 1);
    CHECK_FALSE(f.state().gone);
}

TEST_CASE("a permanent move is remembered, and what it moved is the same source") {
    Fixture f;
    auto& answer = f.http.will_answer(200, rss(item("a")));
    answer.effective_url = "https://new.example.org/feed";
    answer.permanent_url = "https://new.example.org/feed";
    CHECK(f.poll().moved_to == "https://new.example.org/feed");
    const auto result = f.poll(item("b") + item("a"));
    CHECK(f.http.requests[1].url == "https://new.example.org/feed");
    CHECK(result.ready.size() == 1);
    CHECK(result.moved_to.empty());
}

TEST_CASE("a move is not remembered from an answer that was no feed") {
    Fixture f;
    f.http.will_answer(200, "<html></html>").permanent_url = "https://parked.example/";
    (void)f.poll();
    (void)f.poll("");
    CHECK(f.http.requests[1].url == "https://example.org/feed");
}

TEST_CASE("when the place it moved to fails or is gone, the configured place is asked again") {
    Fixture f;
    auto& answer = f.http.will_answer(200, rss(""));
    answer.permanent_url = "https://new.example.org/feed";
    answer.etag = "\"v1\"";
    (void)f.poll();
    f.http.will_answer(410);
    CHECK(f.poll().kind == Kind::failed);
    CHECK_FALSE(f.state().gone);
    (void)f.poll("");
    CHECK(f.http.requests[2].url == "https://example.org/feed");
    CHECK(f.http.requests[2].etag.empty());
}

TEST_CASE("other statuses are failures that name the status") {
    Fixture f;
    f.http.will_answer(404, rss(item("a")));
    CHECK(f.poll().error == "https://example.org/feed: expected status 200, got 404");
    CHECK(f.store->list({}).empty());
}

TEST_CASE("a folder is a source like any other") {
    Fixture f;
    const test::TempDir folder;
    folder.write("old.md", "# Old\n\nText");
    f.source.kind = config::SourceKind::folder;
    f.source.location = folder.path();
    CHECK(f.poll().recorded == 1);
    folder.write("new.md", "# New\n\nText");
    const auto result = f.poll();
    REQUIRE(result.ready.size() == 1);
    CHECK(f.stored(result.ready[0]).post.title == "New");
    CHECK(f.http.requests.empty());
}

TEST_CASE("an earlier state of a file under another name is held") {
    Fixture f;
    const test::TempDir folder;
    folder.write("storm.md", "# Storm\n\nThe storm was long. Then the crane fell, and nobody was hurt.");
    f.source.kind = config::SourceKind::folder;
    f.source.location = folder.path();
    (void)f.poll();
    folder.write("storm-laptop.md", "# Storm\n\nThe storm was long.");
    CHECK(f.poll().held.size() == 1);
}

TEST_CASE("a folder that is missing for a while costs nothing but the wait") {
    Fixture f;
    f.source.kind = config::SourceKind::folder;
    f.source.location = "/nowhere/at/all";
    CHECK(f.poll().error == "/nowhere/at/all: cannot open the folder: No such file or directory");
    CHECK_FALSE(f.state().first_polled.has_value());
}

TEST_CASE("a post dated in the future is taken up when its time comes, not before") {
    Fixture f;
    f.clock.set(parse_rfc3339("2026-11-22T08:00:00Z").value());
    const test::TempDir folder;
    folder.write("later.md", "---\ntitle: Later\ndate: 2026-11-22T09:00:00Z\n---\nText");
    f.source.kind = config::SourceKind::folder;
    f.source.location = folder.path();
    CHECK(f.poll().recorded == 0);
    f.clock.advance(1h);
    CHECK(f.poll().ready.size() == 1);
}

TEST_CASE("a feed in a file is read from disk, and only from a plain file") {
    Fixture f;
    const test::TempDir folder;
    f.source.location =
        "file://" + folder.write("my feed.xml", rss(item("a"))).parent_path().string() + "/my%20feed.xml";
    CHECK(f.poll().recorded == 1);
    CHECK(f.http.requests.empty());
    f.source.location = "file:///dev/zero";
    CHECK(f.poll().error == "/dev/zero: is not a plain file");
    f.source.location = "file://elsewhere/feed.xml";
    CHECK(f.poll().kind == Kind::failed);
}

TEST_CASE("sources are due when their time has come: new ones at once and gone ones in a day") {
    Fixture f;
    config::Settings settings;
    f.newsletter.sources = {f.source, f.source, f.source};
    f.newsletter.sources[1].location = "https://example.org/gone";
    f.newsletter.sources[2].location = "https://example.org/new";
    settings.newsletters = {f.newsletter};
    CHECK(f.poller.due_sources(settings, f.clock.now()).size() == 3);
    CHECK(f.poller.next_due(settings, f.clock.now()) == f.clock.now());
    (void)f.poll("");
    f.http.will_answer(410);
    (void)f.poller.poll(f.newsletter, f.newsletter.sources[1]);
    const auto due = f.poller.due_sources(settings, f.clock.now());
    REQUIRE(due.size() == 1);
    CHECK(due[0].source->location == "https://example.org/new");
    CHECK(due[0].newsletter->name == "notes");
    f.http.will_answer(200, rss(""));
    (void)f.poller.poll(f.newsletter, f.newsletter.sources[2]);
    CHECK(f.poller.due_sources(settings, f.clock.now()).empty());
    const auto next = f.poller.next_due(settings, f.clock.now()).value();
    CHECK(next >= f.clock.now() + 9min);
    CHECK(f.poller.due_sources(settings, next).size() >= 1);
    CHECK_FALSE(f.poller.next_due(config::Settings{}, f.clock.now()).has_value());
}

TEST_CASE("of the sources that are due the one that has waited longest comes first") {
    Fixture f;
    config::Settings settings;
    f.newsletter.sources = {f.source, f.source, f.source};
    f.newsletter.sources[0].location = "https://example.org/new";
    f.newsletter.sources[1].location = "https://example.org/often";
    f.newsletter.sources[1].every = 1s;
    f.newsletter.sources[2].location = "https://example.org/waiting";
    settings.newsletters = {f.newsletter};
    const auto order = [&] {
        std::vector<std::string> places;
        for (const auto& due : f.poller.due_sources(settings, f.clock.now()))
            places.push_back(due.source->location.substr(20));
        return places;
    };
    for (const std::size_t i : {2U, 1U}) {
        f.http.will_answer(200, rss(""));
        (void)f.poller.poll(f.newsletter, f.newsletter.sources[i]);
    }
    f.clock.advance(1h);
    f.http.will_answer(200, rss(""));
    (void)f.poller.poll(f.newsletter, f.newsletter.sources[1]);
    f.clock.advance(1min);
    CHECK(order() == std::vector<std::string>{"waiting", "often", "new"});
    f.store->poll_soon(f.newsletter.name, f.newsletter.sources[1].location);
    CHECK(order() == std::vector<std::string>{"often", "waiting", "new"});
}

TEST_CASE("a poll that a wrong clock put far off is due again once the clock is right") {
    Fixture f;
    config::Settings settings;
    f.newsletter.sources = {f.source};
    settings.newsletters = {f.newsletter};
    const Time right = f.clock.now();
    f.clock.advance(24h * 3650);
    (void)f.poll("");
    f.clock.set(right);
    CHECK(f.poller.due_sources(settings, right).size() == 1);
}

TEST_CASE("the feed that a page announces is read in its stead, and remembered") {
    Fixture f;
    f.source.location = "https://example.org/";
    auto& page =
        f.http.will_answer(200, "<!doctype html><link rel=alternate type=application/rss+xml href=/feed>");
    page.content_type = "text/html";
    page.etag = "\"page\"";
    f.http.will_answer(200, rss(item("1"))).etag = "\"feed\"";
    const auto first = f.poll();
    CHECK(first.kind == Kind::fresh);
    CHECK(first.recorded == 1);
    CHECK(first.moved_to == "https://example.org/feed");
    REQUIRE(f.http.requests.size() == 2);
    CHECK(f.http.requests[1].url == "https://example.org/feed");

    f.http.will_answer(200, rss(item("2") + item("1")));
    CHECK(f.poll().ready.size() == 1);
    REQUIRE(f.http.requests.size() == 3);
    CHECK(f.http.requests[2].url == "https://example.org/feed");
    CHECK(f.http.requests[2].etag == "\"feed\"");
}

TEST_CASE("a feed that a page announced is looked for again once it is gone") {
    Fixture f;
    f.source.location = "https://example.org/";
    const std::string page = "<html><link rel='alternate' type='application/atom+xml' href='";
    f.http.will_answer(200, page + "/old'>");
    f.http.will_answer(200, rss(item("1")));
    CHECK(f.poll().moved_to == "https://example.org/old");
    f.http.will_answer(410);
    CHECK(f.poll().kind == Kind::failed);
    f.http.will_answer(200, page + "/new'>");
    f.http.will_answer(200, rss(item("2") + item("1")));
    const auto found = f.poll();
    CHECK(found.moved_to == "https://example.org/new");
    CHECK(found.ready.size() == 1);
}

TEST_CASE("a feed that has been read stays one: a page in its place is a failure of the moment") {
    Fixture f;
    (void)f.poll(item("1"));
    f.http.will_answer(200, "<!doctype html><link rel=alternate type=application/rss+xml href=/comments>");
    const auto result = f.poll();
    CHECK(result.kind == Kind::failed);
    CHECK(f.http.requests.size() == 2);
    CHECK(f.state().permanent_url.empty());
    CHECK(f.poll(item("2") + item("1")).ready.size() == 1);
}

TEST_CASE("another feed in the place of one that was read is a failure") {
    Fixture f;
    (void)f.poll(item("1"));
    f.http.will_answer(
        200, "<rss version=\"2.0\"><channel><title>Comments</title>" + item("c1") + "</channel></rss>");
    const auto result = f.poll();
    CHECK(result.kind == Kind::failed);
    CHECK(result.error ==
          "https://example.org/feed: another feed stands in its place: \"Comments\", which knows "
          "none of the posts of \"T\"");
    CHECK(f.store->list({}).size() == 1);
    // Under its own title it may have nothing but new posts.
    CHECK(f.poll(item("2")).ready.size() == 1);
}

TEST_CASE("a feed that was compressed and does not say so is read") {
    Fixture f;
    (void)f.poll(item("1"));
    // `printf '<rss><channel><title>T</title><item><title>2</title></item></channel></rss>' | gzip -n`, twice
    f.http.will_answer(
        200, decode_base64(
                 "H4sIAAAAAAAAA5Pv5mAAA+"
                 "bNmlp62zZ7nvM4c9r77MbNmid1Tnpu5d54sd0gx8g7qDhxkVtBYG3HBruY2XYnRBgeG3N99gZqAwAQ8t8lQAAAAA==")
                 .value());
    CHECK(f.poll().ready.size() == 1);
}

TEST_CASE(
    "a feed of the same title that has lost all it had, and brings what is older than the last look, is "
    "held") {
    Fixture f;
    f.clock.set(parse_rfc3339("2026-11-22T12:00:00Z").value());
    const auto dated = [](const std::string& id, const std::string& date) {
        return item(id).insert(6, "<pubDate>" + date + "</pubDate>");
    };
    (void)f.poll(dated("1", "2026-11-10"));
    (void)f.poll(dated("1", "2026-11-10"));
    const auto result = f.poll(dated("c2", "2026-11-22T13:00:00Z") + dated("c1", "2026-11-20"));
    CHECK(result.ready.empty());
    CHECK(result.held.size() == 2);
    f.clock.advance(24h);
    // All may be new where none is older.
    CHECK(f.poll(dated("2", "2026-11-22T20:00:00Z")).ready.size() == 1);
    CHECK(f.poll(dated("3", "2026-11-20") + dated("2", "2026-11-22T20:00:00Z")).held.empty());
}

TEST_CASE(
    "an id that a feed gives to each of its posts in turn identifies none: the next is held, not lost") {
    Fixture f;
    f.clock.set(parse_rfc3339("2026-11-22T12:00:00Z").value());
    const auto latest = [](const std::string& name, const std::string& date) {
        return item("latest", name, name).insert(6, "<pubDate>" + date + "</pubDate>");
    };
    (void)f.poll(latest("one", "2026-11-21"));
    f.clock.advance(24h);
    const auto second = f.poll(latest("two", "2026-11-23T08:00:00Z"));
    REQUIRE(second.held.size() == 1);
    CHECK(f.stored(second.held[0]).reason == "its id is that of post 1, and nothing else of it");
    f.clock.advance(1h);
    CHECK(f.poll(latest("two", "2026-11-23T08:00:00Z")).held.empty());
    CHECK(f.stored(second.held[0]).state == PostState::held);
    // An edit keeps one of them.
    f.clock.advance(24h);
    CHECK(f.poll(item("latest", "one", "edited").insert(6, "<pubDate>2026-11-24T10:00:00Z</pubDate>"))
              .held.empty());
}

TEST_CASE(
    "the page of the latest, whose id and link stay, holds what is all new there, and follows its edits") {
    Fixture f;
    f.clock.set(parse_rfc3339("2026-11-22T12:00:00Z").value());
    const auto latest = [](const std::string& title, const std::string& words, const std::string& date) {
        return "<item><guid>https://example.org/latest</guid><link>https://example.org/latest</link><title>" +
               title + "</title><description>" + words + "</description><pubDate>" + date +
               "</pubDate></item>" + item("old").insert(6, "<pubDate>2026-10-01</pubDate>");
    };
    const std::string first = "The first release reads all feeds of the world at once";
    const std::string second = "Today we fixed whatever was broken by somebody else yesterday";
    (void)f.poll(latest("Release 1", first, "2026-11-21"));
    f.clock.advance(24h);
    // Not another: its author adds to it.
    CHECK(f.poll(latest("Release 1, again", first + " and much more " + second, "2026-11-23T08:00:00Z"))
              .held.empty());
    f.clock.advance(1h);
    const auto found = f.poll(latest("Release 2", second, "2026-11-23T12:30:00Z"));
    REQUIRE(found.held.size() == 1);
    CHECK(f.stored(found.held[0]).reason ==
          "its id and link are those of post 2; title, date and text are others");
    for (const auto* edited : {"2026-11-23T12:30:00Z", "2026-11-23T13:30:00Z"}) {
        f.clock.advance(1h);
        const auto again = f.poll(latest("Release 2", second + ", again", edited));
        CHECK(again.held.empty());
        CHECK(again.withdrawn == 0);
        CHECK(f.stored(found.held[0]).state == PostState::held);
    }
    f.clock.advance(24h);
    CHECK(f.poll(latest("Release 3", "Nothing but thanks to all who wrote", "2026-11-24T11:00:00Z"))
              .held.size() == 1);
}

TEST_CASE("what was withdrawn before anybody had it, and comes back when it is old, waits for a person") {
    Fixture f;
    f.clock.set(parse_rfc3339("2026-11-22T12:00:00Z").value());
    f.newsletter.hold = 1h;
    const auto dated = [](const std::string& id, const std::string& date) {
        return item(id).insert(6, "<pubDate>" + date + "</pubDate>");
    };
    const auto old = dated("old", "2026-11-20T12:00:00Z");
    (void)f.poll(old);
    f.clock.advance(1h);
    const auto found = f.poll(dated("new", "2026-11-22T12:30:00Z") + old);
    REQUIRE(found.ready.size() == 1);
    f.clock.advance(10min);
    CHECK(f.poll(old).withdrawn == 1);
    f.clock.advance(40 * 24h);
    const auto back = f.poll(dated("new", "2026-11-22T12:30:00Z") + old);
    REQUIRE(back.held.size() == 1);
    CHECK(f.stored(back.held[0]).reason ==
          "back after it was withdrawn, and dated 2026-11-22, longer ago than max_age (30d)");
}

TEST_CASE("a permanent move to a feed that knows none of the posts is a first look") {
    Fixture f;
    f.source.backlog = 1;
    (void)f.poll(item("1"));
    f.http.will_answer(200, rss(item("n2") + item("n1"))).permanent_url = "https://new.example.org/feed";
    const auto result = f.poll();
    CHECK(result.first);
    CHECK(result.ready.empty());
    CHECK(result.recorded == 2);
    CHECK(result.moved_to == "https://new.example.org/feed");
}

TEST_CASE("an id or a link that several items share identifies none of them") {
    Fixture f;
    (void)f.poll(item("ep-2", "show", "Two") + item("ep-1", "show", "One"));
    const auto result =
        f.poll(item("ep-3", "show", "Three") + item("ep-2", "show", "Two") + item("ep-1", "show", "One"));
    CHECK(result.ready.size() == 1);
    CHECK(result.held.empty());
    const auto same = f.poll(item("N/A", "4", "Four") + item("N/A", "5", "Five"));
    CHECK(same.ready.size() == 2);
}

TEST_CASE("a post under https, on another domain, with a tracking parameter is the same post") {
    Fixture f;
    const auto linked = [](const std::string& id, const std::string& link, const std::string& text) {
        return "<item><guid isPermaLink=\"false\">" + id + "</guid><link>" + link + "</link><title>" + text +
               "</title><description>Body of " + text + " &lt;img src=\"" +
               link.substr(0, link.find('/', 8)) + "/i.jpg\"&gt;</description></item>";
    };
    (void)f.poll(linked("http://www.example.org/a", "http://www.example.org/a", "a"));
    CHECK(f.poll(linked("1", "https://example.org/a/", "a")).recorded == 1);
    CHECK(f.poll(linked("2", "https://new.example/a", "a")).recorded == 1);
    CHECK(f.poll(linked("3", "https://example.org/a?utm_source=rss", "a")).recorded == 1);
    CHECK(f.poll(linked("4", "https://example.org/a?id=2", "a")).held.size() == 1);
}

TEST_CASE("several posts that moved at once are held, with one line that says why") {
    Fixture f;
    (void)f.poll(item("1") + item("2"));
    const auto moved = [](const std::string& id) {
        return "<item><guid>https://new.example/" + id + "</guid><link>https://new.example/" + id +
               "</link><title>" + id + "</title><description>Body of " + id + "</description></item>";
    };
    const auto result = f.poll(moved("1") + moved("2"));
    CHECK(result.ready.empty());
    CHECK(result.held.size() == 2);
    CHECK(result.recorded == 0);
    CHECK(result.notes.size() == 1);
}

TEST_CASE("a post of the same title and day with nearly the same text is held") {
    Fixture f;
    (void)f.poll(item("1"));
    const auto rebuilt = [](const std::string& id, const std::string& text) {
        return "<item><guid isPermaLink=\"false\">" + id + "</guid><link>https://example.org/" + id +
               "</link><title>After the storm</title><pubDate>Sun, 22 Nov 2026 08:00:00 "
               "GMT</pubDate><description>" +
               text + "</description></item>";
    };
    f.source.max_age.reset();
    const std::string a = rebuilt("a", "The quay is open again and the ferry sails at nine in the morning");
    const std::string b = rebuilt("b", "The quay is open again and the ferry sails at ten in the morning");
    const std::string c = rebuilt("c", "Nothing here is like the other one in any way");
    CHECK(f.poll(a + item("1")).ready.size() == 1);
    CHECK(f.poll(b + a + item("1")).held.size() == 1);
    CHECK(f.poll(c + b + a + item("1")).ready.size() == 1);
}

TEST_CASE("a folder in which nothing was touched is not read again, until a post's time comes") {
    Fixture f;
    f.clock.set(parse_rfc3339("2026-11-22T08:00:00Z").value());
    const test::TempDir folder;
    folder.write("later.md", "---\ntitle: Later\ndate: 2026-11-22T09:00:00Z\n---\nText");
    f.source.kind = config::SourceKind::folder;
    f.source.location = folder.path();
    CHECK(f.poll().kind == Kind::fresh);
    CHECK(f.poll().kind == Kind::unchanged);
    CHECK(f.store->unpublished("notes").size() == 1);
    f.clock.advance(1h);
    CHECK(f.poll().ready.size() == 1);
    CHECK(f.store->unpublished("notes").empty());
    folder.write("new.md", "# New\n\nText");
    CHECK(f.poll().ready.size() == 1);
}

TEST_CASE("a first look ends when its files are settled") {
    Fixture f;
    const test::TempDir folder;
    folder.write("a.md", "# A\n\nText");
    f.source.kind = config::SourceKind::folder;
    f.source.location = folder.path();
    const auto stamp = post::stamp_of(folder / "a.md").value();
    f.clock.set(Time{std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(stamp.modified))} + 1s);
    const auto early = f.poll();
    CHECK(early.unsettled);
    CHECK(early.next_poll == f.clock.now() + 2s);
    CHECK_FALSE(f.state().first_polled.has_value());
    f.clock.advance(2s);
    CHECK(f.poll().recorded == 1);
}

namespace {

// A folder as source, its clock set.
struct FolderFixture : Fixture {
    explicit FolderFixture(std::string_view now) {
        source.kind = config::SourceKind::folder;
        source.location = folder.path();
        clock.set(parse_rfc3339(now).value());
    }
    void write(const std::string& name, const std::string& date) const {
        folder.write(name + ".md", "---\ntitle: " + name + "\ndate: " + date + "\n---\nText of " + name);
    }
    // As when somebody sets it while the daemon runs.
    void set_clock(std::string_view now) {
        const ClockJump jump{.from = clock.now(), .to = parse_rfc3339(now).value()};
        store->follow_clock(jump);
        clock.set(jump.to);
    }
    std::vector<std::string> ready(const PollResult& result) {
        std::vector<std::string> titles;
        for (const auto id : result.ready) titles.push_back(stored(id).post.title);
        return titles;
    }
    test::TempDir folder;
};

}  // namespace

TEST_CASE("the first post of an empty folder is mailed, whatever its date") {
    FolderFixture f("2026-11-22T08:00:00Z");
    f.source.max_age.reset();  // as folders have it
    CHECK(f.poll().first);
    f.write("first", "2025-11-01");
    f.clock.advance(1h);
    CHECK(f.ready(f.poll()) == std::vector<std::string>{"first"});
}

TEST_CASE("what a clock that was behind took for later at the first look is no news once it is set") {
    FolderFixture f("1970-01-01T00:10:00Z");
    f.write("old", "2025-11-01");
    f.write("older", "2024-11-01");
    CHECK(f.poll().first);
    CHECK(f.store->unpublished("notes").size() == 2);
    f.set_clock("2026-11-22T08:00:00Z");
    const auto result = f.poll();
    CHECK(f.ready(result).empty());
    CHECK(result.held.size() == 2);
    f.write("new", "2026-11-22");
    CHECK(f.ready(f.poll()) == std::vector<std::string>{"new"});
}

TEST_CASE("a clock that was behind by less than its posts are old mails none of them once it is set") {
    FolderFixture f("2026-06-01T08:00:00Z");
    f.write("spring", "2026-04-01");
    f.write("summer", "2026-08-01");
    CHECK(f.poll().recorded == 1);
    f.set_clock("2026-11-22T08:00:00Z");
    CHECK(f.ready(f.poll()).empty());
}

TEST_CASE("a post that waits for its date is mailed also where the clock is set to behind it") {
    FolderFixture f("2026-11-20T08:00:00Z");
    f.write("old", "2026-11-01");
    CHECK(f.poll().recorded == 1);
    f.clock.advance(25h);
    f.write("later", "2026-11-22T08:00:00Z");
    CHECK(f.ready(f.poll()).empty());
    f.set_clock("2026-11-23T08:00:00Z");  // a machine that was suspended, say
    CHECK(f.ready(f.poll()) == std::vector<std::string>{"later"});
}

TEST_CASE("files named by their date are posts of their own, and known by their name from before") {
    Fixture f;
    const test::TempDir folder;
    f.clock.set(parse_rfc3339("2026-11-22T08:00:00Z").value());
    folder.write("2026-11-13-weekly.md", "# Weekly 1\n\nText one");
    f.source.kind = config::SourceKind::folder;
    f.source.location = folder.path();
    (void)f.poll();
    // As it was stored when dates did not belong to it.
    const auto known = f.store->list({}).at(0).id;
    f.store->identify(known, "weekly");
    folder.write("2026-11-20-weekly.md", "# Weekly 2\n\nText two");
    const auto result = f.poll();
    REQUIRE(result.ready.size() == 1);
    CHECK(f.stored(result.ready[0]).post.title == "Weekly 2");
    CHECK(f.stored(known).post.id == "2026-11-13-weekly");
}

TEST_CASE("a page without a feed, and one that announces a page, say so") {
    Fixture f;
    f.http.will_answer(200, "<html><head><title>Hello</title></head></html>");
    CHECK(f.poll().error == "https://example.org/feed: is a web page, and announces no feed");
    f.http.will_answer(200, "<html><link rel=alternate type=application/rss+xml href=/b>");
    f.http.will_answer(200, "<html><link rel=alternate type=application/rss+xml href=/c>");
    CHECK(f.poll().kind == Kind::failed);
    CHECK(f.http.requests.size() == 3);  // no chain is followed
}
