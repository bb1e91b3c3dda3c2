#include "pipeline/press/rendering_ahead.hpp"

#include <latch>

#include "pipeline/fixture.hpp"
#include "queue/store/edition_store.hpp"
#include "queue/store/mailing_store.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using test::PipelineFixture;

namespace {

// Two mailings of a newsletter without readers. The first one's post shows a missing picture, whose report
// can hold up the rendering.
struct TwoMailings : PipelineFixture {
    TwoMailings() {
        dir.write("posts/a.md", "# A\n\n![A boat](boat.jpg)\n");
        std::filesystem::last_write_time(dir / "posts/a.md",
                                         std::filesystem::file_time_type::clock::now() - 1h);
        settings.newsletters.front().sources.insert(
            settings.newsletters.front().sources.begin(),
            {.kind = config::SourceKind::folder, .location = (dir / "posts").string(), .backlog = 1});
        use_relay(1);
        static_cast<void>(open());
        run_once();
        auto database = open();
        for (const queue::Mailing& mailing : queue::MailingStore(database).mailings(10))
            (mailing.title == "A" ? held_up : other) = mailing.id;
        REQUIRE((held_up != 0 && other != 0));
    }
    bool kept(std::int64_t mailing) const {
        auto database = open();
        return !queue::EditionStore(database).languages(mailing).empty();
    }
    std::int64_t held_up = 0;
    std::int64_t other = 0;
    std::latch go_on{1};
    std::latch reached{1};
    pipeline::Press press{open(), settings, surroundings().installed_templates,
                          [this](const queue::Mailing&, const auto&) {
                              reached.count_down();
                              go_on.wait();
                          }};
    std::atomic<int> told = 0;
};

}  // namespace

TEST_CASE_METHOD(TwoMailings, "a mailing is ready once its letter is kept, and that is told") {
    pipeline::RenderingAhead ahead(press, [this] { ++told; });
    CHECK_FALSE(ahead.ready(other));
    REQUIRE(test::eventually([&] { return told == 1; }));
    CHECK(kept(other));
    CHECK(ahead.ready(other));
    go_on.count_down();
}

TEST_CASE_METHOD(TwoMailings, "a letter that takes long to make holds up no other mailing's") {
    pipeline::RenderingAhead ahead(press, [this] { ++told; });
    CHECK_FALSE(ahead.ready(held_up));
    reached.wait();
    CHECK_FALSE(ahead.ready(other));
    CHECK(test::eventually([&] { return ahead.ready(other); }));
    CHECK_FALSE(ahead.ready(held_up));
    go_on.count_down();
    CHECK(test::eventually([&] { return ahead.ready(held_up); }));
    CHECK(told == 2);
}

TEST_CASE_METHOD(TwoMailings, "a mailing whose letter cannot be made is ready: who composes it hears why") {
    settings.newsletters.clear();
    pipeline::RenderingAhead ahead(press, [this] { ++told; });
    CHECK_FALSE(ahead.ready(other));
    CHECK(test::eventually([&] { return ahead.ready(other); }));
    CHECK_FALSE(press.printed(other).has_value());
    go_on.count_down();
}

TEST_CASE_METHOD(TwoMailings, "nothing becomes ready behind a stop, and nothing is begun") {
    pipeline::RenderingAhead ahead(press, [this] { ++told; });
    CHECK_FALSE(ahead.ready(held_up));
    reached.wait();
    press.interrupt();
    go_on.count_down();
    ahead.stop();
    CHECK_FALSE(ahead.ready(other));
    CHECK_FALSE(kept(other));
}

TEST_CASE_METHOD(PipelineFixture, "a mailing's letter is asked for once the mailing is committed") {
    use_relay(1);
    auto database = open();
    {
        auto service = make_service();
        service->run_once({});  // stores the post, and makes a mailing without deliveries
    }
    subscribe(2);
    publish("feed.xml", {{"second", "The second post"}, {"first", "The first post"}});
    clock.advance(1h);
    {
        net::CurlHttpClient http("https://example.org");
        post::Poller poller(database, http, clock, random);
        static_cast<void>(
            poller.poll(settings.newsletters.front(), settings.newsletters.front().sources.front()));
    }
    std::atomic<int> told = 0;
    pipeline::Press press(open(), settings, surroundings().installed_templates);
    pipeline::RenderingAhead ahead(press, [&] { ++told; });
    pipeline::DeliveryPlanner planner(database, settings, random, events,
                                      std::make_shared<queue::Providers>(), nullptr, &ahead);
    const auto step = [&](std::chrono::milliseconds open_for = 0ms) {
        db::Transaction transaction(database);
        const auto remaining = planner.prepare_deliveries(clock.now());
        CHECK_FALSE(test::eventually([&] { return told != 0; }, open_for));
        transaction.commit();
        return remaining;
    };
    CHECK(step(200ms) == queue::Remaining::some);
    CHECK(step() == queue::Remaining::waiting);
    REQUIRE(test::eventually([&] { return told == 1; }));
    CHECK(progress(2).waiting == 0);
    told = 0;
    CHECK(step() == queue::Remaining::nothing);
    CHECK(progress(2).waiting == 2);
    CHECK_FALSE(queue::EditionStore(database).languages(2).empty());
}

namespace {

// Blocks in the report of a lost picture until it is released, and so holds up the rendering.
struct HoldingEvents final : test::RememberedEvents {
    void pictures_lost(const queue::Mailing&, const std::vector<std::string>&) override {
        reached.count_down();
        go_on.wait();
    }
    std::latch reached{1};
    std::latch go_on{1};
};

}  // namespace

TEST_CASE_METHOD(PipelineFixture,
                 "a post that takes long to render delays no other newsletter of the same relay") {
    const test::AiosmtpdServer server({});
    use_relay(server.port());  // one connection, so one composer
    dir.write("posts/a.md", "# A\n\n![A boat](boat.jpg)\n");
    std::filesystem::last_write_time(dir / "posts/a.md", std::filesystem::file_time_type::clock::now() - 1h);
    config::Newsletter heavy = settings.newsletters.front();
    heavy.name = "heavy";
    heavy.sources = {
        {.kind = config::SourceKind::folder, .location = (dir / "posts").string(), .backlog = 1}};
    settings.newsletters.insert(settings.newsletters.begin(), heavy);
    static_cast<void>(open());
    subscribe(1, "heavy");
    subscribe(2, "notes");
    HoldingEvents holding;
    pipeline::Surroundings around{.clock = clock,
                                  .random = random,
                                  .events = holding,
                                  .installed_templates = surroundings().installed_templates};
    pipeline::DeliveryService service(prepared(), around);
    service.start();
    holding.reached.wait();
    CHECK(test::eventually([&] { return server.messages().size() == 2; }));
    holding.go_on.count_down();
    CHECK(test::eventually([&] { return server.messages().size() == 3; }));
    CHECK(service.drain());
}
