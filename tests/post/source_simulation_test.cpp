// A year of a source with one look a day, on an injected clock: new, edited, deleted, moved, re-dated and
// re-ordered posts, short, long and broken documents, at random. No old post is mailed, no new one is missed
// (one that waits for a person is not), none is mailed twice, none after its site took it back, and each as
// the site had it last.
//
// Two hundred seeds are what it takes to meet each pair of events, and take seconds. Most of a look is the
// reading of its document, so all but twenty of them hand their posts to the intake as a parser gives them.
// Ten thousand of each run by name: post_tests "[long]". A seed that fails is run again with fewer kinds of
// event and fewer days, and the least that still fails is printed.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "post/poller.hpp"
#include "support/committing.hpp"
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
    pads = 64,
    breaks = 128
};
constexpr unsigned all_kinds = 255;
constexpr std::size_t window = 7;  // a look costs what it shows

struct Article {
    int number = 0;  // stands in its title; below 0: from before the first look
    int edition = 0;
    Time date;
    bool seen = false;  // a document has had it
};

// What is known here of an article, whatever has become of it.
struct Sighting {
    int first_look = 0;
    int last_look = 0;
    int edition = 0;        // at the last
    int whole_edition = 0;  // at the last in a whole document
};

// How a look is made.
enum class Look { whole, of_parsed_posts };

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
    Year(unsigned seed, unsigned kinds, int days, Look how)
        : chance_(seed), kinds_(kinds), days_(days), how_(how) {
        newsletter_.name = "notes";
        source_.location = "https://feed.example.org/feed";
        source_.max_new_posts = 1000;
        post::PostStore::migrate(database_);
        for (int i = 12; i >= 1; --i) articles_.push_back({-i, 0, clock_.now() - i * 24h});
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
            articles_.erase(at);
        }
        if (draw(moves, 120)) ++domain_;
    }

    void look() {
        std::vector<Article*> shown;
        const std::size_t size = draw(pads, 10) ? window + 5 : window;
        for (auto at = articles_.rbegin(); at != articles_.rend() && shown.size() < size; ++at)
            shown.push_back(&*at);
        if (draw(reorders, 10)) std::shuffle(shown.begin(), shown.end(), chance_);
        if (draw(truncates, 10)) shown.resize(pick(shown.size() + 1));
        const bool broken = draw(breaks, 12);
        const auto result = how_ == Look::whole ? read_document(shown, broken) : take_posts(shown, broken);
        if (!result) return;
        sight(shown, broken);
        judge(*result);
    }

    std::string place_of(const Article& article) const {
        return fmt::format("http://s{}.example/{}", domain_, article.number);
    }
    static std::string text_of(const Article& article) {
        return fmt::format("Quay {}, edition {}.", article.number, article.edition);
    }

    // By way of a document and the poller. Of a broken one those are left that are in it whole.
    std::optional<post::IntakeResult> read_document(std::vector<Article*>& shown, bool broken) {
        site_.document = "<rss version=\"2.0\"><channel><title>Site</title>";
        std::vector<std::size_t> ends;
        for (const Article* article : shown) {
            site_.document += fmt::format(
                "<item><guid>{0}</guid><link>{0}</link><title>Post {1}</title><pubDate>{2}</pubDate>"
                "<description>{3}</description></item>",
                place_of(*article), article->number, format_rfc3339(article->date), text_of(*article));
            ends.push_back(site_.document.size());
        }
        site_.document += "</channel></rss>";
        if (broken) site_.document.resize(pick(site_.document.size() - 1));
        std::size_t whole = 0;
        while (whole < ends.size() && ends[whole] <= site_.document.size()) ++whole;
        shown.resize(whole);
        auto result = poller_.poll(newsletter_, source_);
        if (result.error.empty()) return result;
        if (!broken) problem_ = "the look failed: " + result.error;
        return std::nullopt;
    }

    std::optional<post::IntakeResult> take_posts(std::vector<Article*>& shown, bool broken) {
        if (broken) shown.resize(pick(shown.size() + 1));
        feed::FeedResult feed;
        feed.complete = !broken;
        for (const Article* article : shown) {
            const std::string place = place_of(*article);
            feed.posts.push_back({.id = place,
                                  .link = place,
                                  .title = fmt::format("Post {}", article->number),
                                  .published = article->date,
                                  .html = text_of(*article)});
        }
        db::Transaction transaction(database_);
        post::SourceState state = store_->source(newsletter_.name, source_.location);
        post::IntakeResult result;
        intake_.take(newsletter_, source_, state, feed, {.whole_at = clock_.now()}, result);
        state.last_look = clock_.now();
        store_->save(state);
        transaction.commit();
        return result;
    }

    void sight(const std::vector<Article*>& shown, bool broken) {
        ++looks_;
        for (Article* article : shown) {
            article->seen = true;
            auto& sighting = sightings_.try_emplace(article->number, Sighting{looks_, 0, 0, 0}).first->second;
            sighting.last_look = looks_;
            sighting.edition = article->edition;
            if (!broken) sighting.whole_edition = article->edition;
        }
        // From what is not in half a document nothing follows.
        if (broken) return;
        shown_last_.clear();
        for (const Article* article : shown)
            shown_last_.emplace_back(sightings_.at(article->number).first_look, article->date);
        last_whole_look_ = looks_;
    }

    // The number of a post by its title.
    static int number_of(const post::StoredPost& stored) { return std::stoi(stored.post.title.substr(5)); }

    void judge(const post::IntakeResult& result) {
        for (const std::int64_t id : result.ready) {
            const int number = number_of(store_->find(id).value());
            if (number < 0) problem_ = fmt::format("old post {} is to be mailed", number);
            if (mailed_.contains(number)) problem_ = fmt::format("post {} is to be mailed again", number);
        }
    }

    void find_missed() {
        std::set<int> kept;
        for (const post::StoredPost& stored : store_->list({.limit = 1'000'000})) {
            if (stored.state != PostState::recorded) kept.insert(number_of(stored));
        }
        for (const Article& article : articles_) {
            if (article.number > 0 && article.seen && !kept.contains(article.number))
                problem_ = fmt::format("new post {} is missed", article.number);
        }
    }

    // The last whole document lacked it, and had one that is older and was known before it: what newer ones
    // push off the end is not taken back.
    bool is_taken_back(const post::StoredPost& stored, const Sighting& sighting) const {
        if (sighting.last_look >= last_whole_look_) return false;
        return shown_last_.empty() || std::ranges::any_of(shown_last_, [&](const auto& shown) {
                   return shown.first < sighting.first_look && shown.second < *stored.post.published;
               });
    }

    void mail() {
        for (const post::StoredPost& stored : store_->ripe_posts("notes", clock_.now(), 1000)) {
            const int number = number_of(stored);
            const Sighting& sighting = sightings_.at(number);
            if (is_taken_back(stored, sighting))
                problem_ = fmt::format("post {} is mailed after it was withdrawn", number);
            // Half a document does not tell what has moved from what is new.
            const auto shows = [&](int edition) {
                return stored.post.html.ends_with(fmt::format("edition {}.", edition));
            };
            if (!shows(sighting.edition) &&
                (sighting.last_look <= last_whole_look_ || !shows(sighting.whole_edition)))
                problem_ = fmt::format("post {} is mailed, and not as its site had it last", number);
            if (!mailed_.insert(number).second) problem_ = fmt::format("post {} is mailed twice", number);
            store_->mark_mailed(stored.id);
        }
    }

    std::mt19937 chance_;
    unsigned kinds_;
    int days_;
    Look how_;
    db::Database database_ = db::Database::open(":memory:");
    Site site_;
    test::ManualClock clock_;
    test::SeededRandom random_;
    post::Poller poller_{database_, site_, clock_, random_};
    test::Committing<post::PostStore> store_{database_};
    post::PostIntake intake_{*store_, post::PictureStore(database_), clock_};
    config::Newsletter newsletter_;
    config::Source source_;
    std::vector<Article> articles_;      // oldest first
    std::map<int, Sighting> sightings_;  // by number
    int looks_ = 0;
    int last_whole_look_ = 0;
    std::vector<std::pair<int, Time>> shown_last_;  // in the last whole document: first look and date of each
    std::set<int> mailed_;
    int newest_ = 0;
    int domain_ = 1;
    std::string problem_;
};

// The least of it that still fails.
std::string shrunk(unsigned seed, Look how) {
    unsigned kinds = all_kinds;
    for (unsigned kind = 1; kind <= all_kinds; kind *= 2) {
        if (!Year(seed, kinds & ~kind, 365, how).run().empty()) kinds &= ~kind;
    }
    int days = 365;
    for (int step = 128; step > 0; step /= 2) {
        while (days > step && !Year(seed, kinds, days - step, how).run().empty()) days -= step;
    }
    return fmt::format("seed {}, kinds {}, {} days: {}", seed, kinds, days,
                       Year(seed, kinds, days, how).run());
}

void simulate(unsigned seeds, Look how) {
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        if (Year(seed, all_kinds, 365, how).run().empty()) continue;
        FAIL_CHECK(shrunk(seed, how));
        return;
    }
}

}  // namespace

TEST_CASE(
    "in twenty years of a source's documents no old post is mailed, no new one missed, and none twice") {
    simulate(20, Look::whole);
}

TEST_CASE("in two hundred years of a source no old post is mailed, no new one missed, and none twice") {
    simulate(200, Look::of_parsed_posts);
}

TEST_CASE("ten thousand years of a source", "[.][long]") {
    simulate(10'000, Look::of_parsed_posts);
}

TEST_CASE("ten thousand years of a source's documents", "[.][long]") {
    simulate(10'000, Look::whole);
}
