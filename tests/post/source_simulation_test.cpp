// A year of a source with one look a day, on an injected clock: new, edited, deleted, moved, re-dated and
// re-ordered posts, truncated and padded documents, at random. No old post is mailed, no new one is missed
// (one that waits for a person is not), none is mailed twice, and none after its site took it back.
//
// Two hundred seeds take some seconds, which is what it takes to meet each pair of events; ten thousand run
// by name: post_tests "[long]". A seed that fails is run again with fewer kinds of event and fewer days, and
// the least that still fails is printed.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <utility>

#include "post/poller.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace std::chrono_literals;
using post::PostState;

namespace {

enum Kind : unsigned {
    edits = 1,
    deletes = 2,
    moves = 4,
    redates = 8,
    reorders = 16,
    truncates = 32,
    pads = 64
};
constexpr unsigned all_kinds = 127;
constexpr std::size_t window = 12;

struct Article {
    int number = 0;  // stands in its title; below 0: from before the first look
    int edition = 0;
    Time date;
    bool seen = false;  // a document has had it
};

// The site, and the document that it gives now.
class Site final : public net::HttpClient {
  public:
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest& request) override {
        net::HttpResponse answer;
        answer.status = 200;
        answer.effective_url = request.url;
        answer.body = document;
        return answer;
    }
    std::string document;
};

class Year {
  public:
    Year(unsigned seed, unsigned kinds, int days) : chance_(seed), kinds_(kinds), days_(days) {
        newsletter_.name = "notes";
        source_.location = "https://feed.example.org/feed";
        source_.max_new_posts = 1000;
        post::PostStore::migrate(database_);
        for (int i = 30; i >= 1; --i) articles_.push_back({-i, 0, clock_.now() - i * 24h});
    }

    // What went wrong first; empty where nothing did.
    std::string run() {
        // Whole: nobody could tell what a document that is cut without a trace had left out.
        const unsigned kinds = std::exchange(kinds_, 0);
        look();
        kinds_ = kinds;
        for (int day = 1; day <= days_ && problem_.empty(); ++day) {
            clock_.advance(24h);
            happen();
            look();
            if (draw(2)) mail();
        }
        if (problem_.empty()) find_missed();
        return problem_;
    }

  private:
    bool draw(unsigned one_in) { return std::uniform_int_distribution<unsigned>(1, one_in)(chance_) == 1; }
    bool draw(Kind kind, unsigned one_in) {
        const bool drawn = draw(one_in);
        return drawn && (kinds_ & kind) != 0;
    }
    std::size_t pick(std::size_t size) {
        return std::uniform_int_distribution<std::size_t>(0, size - 1)(chance_);
    }

    void happen() {
        for (int i = 0; i < 2; ++i) {
            if (draw(3)) articles_.push_back({++newest_, 0, clock_.now() - (2 - i) * 1h});
        }
        Article& some = articles_[articles_.size() - 1 - pick(std::min(window, articles_.size()))];
        if (draw(edits, 4)) ++some.edition;
        if (draw(redates, 8) && some.seen && some.number > 0) some.date -= 3h;
        if (draw(deletes, 6)) {
            const auto at =
                articles_.end() - 1 - static_cast<std::ptrdiff_t>(pick(std::min(window, articles_.size())));
            gone_.insert(at->number);
            articles_.erase(at);
        }
        if (draw(moves, 120)) ++domain_;
    }

    void look() {
        std::vector<Article*> shown;
        const std::size_t size = draw(pads, 10) ? window + 10 : window;
        for (auto at = articles_.rbegin(); at != articles_.rend() && shown.size() < size; ++at)
            shown.push_back(&*at);
        if (draw(reorders, 10)) std::shuffle(shown.begin(), shown.end(), chance_);
        if (draw(truncates, 10)) shown.resize(pick(shown.size() + 1));
        std::string items;
        for (Article* article : shown) {
            article->seen = true;
            const std::string place = fmt::format("https://site{}.example.org/{}", domain_, article->number);
            items += fmt::format(
                "<item><guid>{0}</guid><link>{0}</link><title>Post {1}</title><pubDate>{2}</pubDate>"
                "<description>What happened at quay {1}, edition {3}.</description></item>",
                place, article->number, format_rfc3339(article->date), article->edition);
        }
        site_.document = "<rss version=\"2.0\"><channel><title>Site</title>" + items + "</channel></rss>";
        const auto result = poller_.poll(newsletter_, source_);
        if (!result.error.empty()) problem_ = "the look failed: " + result.error;
        judge(result);
    }

    // The number of a post by its title.
    static int number_of(const post::StoredPost& stored) { return std::stoi(stored.post.title.substr(5)); }

    void judge(const post::PollResult& result) {
        for (const std::int64_t id : result.ready) {
            const int number = number_of(store_.find(id).value());
            if (number < 0) problem_ = fmt::format("old post {} is to be mailed", number);
            if (mailed_.contains(number)) problem_ = fmt::format("post {} is to be mailed again", number);
        }
    }

    void find_missed() {
        std::set<int> kept;
        for (const post::StoredPost& stored : store_.list({.limit = 1'000'000})) {
            if (stored.state != PostState::recorded) kept.insert(number_of(stored));
        }
        for (const Article& article : articles_) {
            if (article.number > 0 && article.seen && !kept.contains(article.number))
                problem_ = fmt::format("new post {} is missed", article.number);
        }
    }

    void mail() {
        const bool empty = site_.document.find("<item>") == std::string::npos;
        for (const post::StoredPost& stored : store_.ripe_posts("notes", clock_.now(), 1000)) {
            const int number = number_of(stored);
            if (gone_.contains(number) && empty)
                problem_ = fmt::format("post {} is mailed after it was withdrawn", number);
            if (!mailed_.insert(number).second) problem_ = fmt::format("post {} is mailed twice", number);
            store_.mark_mailed(stored.id);
        }
    }

    std::mt19937 chance_;
    unsigned kinds_;
    int days_;
    db::Database database_ = db::Database::open(":memory:");
    Site site_;
    test::ManualClock clock_;
    test::SeededRandom random_;
    post::Poller poller_{database_, site_, clock_, random_};
    post::PostStore store_{database_};
    config::Newsletter newsletter_;
    config::Source source_;
    std::vector<Article> articles_;  // oldest first
    std::set<int> gone_;
    std::set<int> mailed_;
    int newest_ = 0;
    int domain_ = 1;
    std::string problem_;
};

// The least of it that still fails.
std::string shrunk(unsigned seed) {
    unsigned kinds = all_kinds;
    for (unsigned kind = 1; kind <= all_kinds; kind *= 2) {
        if (!Year(seed, kinds & ~kind, 365).run().empty()) kinds &= ~kind;
    }
    int days = 365;
    for (int step = 128; step > 0; step /= 2) {
        while (days > step && !Year(seed, kinds, days - step).run().empty()) days -= step;
    }
    return fmt::format("seed {}, kinds {}, {} days: {}", seed, kinds, days, Year(seed, kinds, days).run());
}

void simulate(unsigned seeds) {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        if (Year(seed, all_kinds, 365).run().empty()) continue;
        FAIL_CHECK(shrunk(seed));
        return;
    }
}

}  // namespace

TEST_CASE("in a year of a source no old post is mailed, no new one missed, and none twice") {
    simulate(20);
}

TEST_CASE("two hundred years of a source", "[.][long]") {
    simulate(200);
}

TEST_CASE("ten thousand years of a source", "[.][long]") {
    simulate(10'000);
}
