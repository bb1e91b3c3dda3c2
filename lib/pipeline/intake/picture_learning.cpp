#include "pipeline/intake/picture_learning.hpp"

#include <algorithm>
#include <atomic>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "base/address/url.hpp"
#include "email/picture_list.hpp"
#include "pipeline/data/data_directory.hpp"
#include "post/picture_store.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t learners = 4;  // they wait for the network most of the time
constexpr std::size_t most_pictures = 20;
constexpr Duration one_picture = 4s;
constexpr auto push_noticed_within = 1s;  // longest delay until a pushed post is noticed

// Same scheme, host and port.
bool is_same_server(std::string_view a, std::string_view b) {
    const auto first = parse_url(a);
    const auto second = parse_url(b);
    return first && second && first->is_web() && first->scheme == second->scheme &&
           first->host == second->host && first->port == second->port;
}

void ask_for_pictures(net::HttpClient& http, const feed::Post& post, std::string_view location,
                      const std::stop_token& stop, PictureSizes& sizes) {
    const auto deadline = std::chrono::steady_clock::now() + post::picture_patience;
    for (const std::string& url : email::unmeasured_pictures(post, most_pictures, stop)) {
        const auto left = std::chrono::floor<Duration>(deadline - std::chrono::steady_clock::now());
        if (left <= Duration{} || stop.stop_requested()) break;
        const Duration patience = std::min(left, one_picture);
        const auto response = http.get(
            {.url = url,
             .accept = "image/jpeg, image/png, image/gif, image/webp;q=0.8, image/avif;q=0.7, */*;q=0.1",
             .connect_timeout = patience,
             .timeout = patience,
             .body_limit = picture_head,
             .head_only = true,
             .reach = is_same_server(url, location) ? net::Reach::anywhere : net::Reach::public_only});
        if (!response || response->status >= 300) continue;
        if (const auto size = picture_size(response->body)) sizes.emplace(url, *size);
    }
}

}  // namespace

PictureSizes learn_pictures(net::HttpClient& http, const feed::Post& post, std::string_view location,
                            const std::stop_token& stop) {
    PictureSizes sizes;
    try {
        ask_for_pictures(http, post, location, stop, sizes);
    } catch (const std::bad_alloc&) {
        // Without memory nothing is learnt; the mailing finds out itself whether its memory suffices.
    }
    return sizes;
}

PictureLearning::PictureLearning(const config::Settings& settings, std::function<void()> on_learnt)
    : settings_(settings), on_learnt_(std::move(on_learnt)), http_(settings.public_url) {}

void PictureLearning::run(const std::stop_token& stop) {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < learners; ++i) threads.emplace_back([this, &stop] { work(stop, false); });
}

void PictureLearning::learn_all(const std::stop_token& stop) {
    std::stop_source late;
    const std::stop_callback stopped(stop, [&late] { late.request_stop(); });
    std::atomic<std::size_t> at_work = learners;
    std::vector<std::jthread> threads;  // destroyed before the counter that they use
    for (std::size_t i = 0; i < learners; ++i) {
        threads.emplace_back([&] {
            work(late.get_token(), true);
            if (--at_work == 0) wake();
        });
    }
    Lock lock(mutex_);
    pause_.wait_for(lock, stop, post::picture_patience, [&at_work] { return at_work == 0; });
    lock.unlock();
    late.request_stop();
}

void PictureLearning::wake() {
    {
        const Lock lock(mutex_);
        woken_ = true;
    }
    pause_.notify_all();
}

void PictureLearning::work(const std::stop_token& stop, bool until_done) {
    auto database = open_database(settings_.data_dir);
    while (!stop.stop_requested()) {
        Duration pause = push_noticed_within;
        try {
            if (const auto post = take(database)) {
                learn(database, *post, stop);
                continue;
            }
            if (until_done) return;
        } catch (const net::Cancelled&) {
            return;
        } catch (const db::Error&) {
            // The ledger uses the same database all the time and reports when it fails.
            pause = after_database_error;
        }
        Lock lock(mutex_);
        pause_.wait_for(lock, stop, pause,
                        [this]() REQUIRES(mutex_) { return std::exchange(woken_, false); });
    }
}

std::optional<std::int64_t> PictureLearning::take(db::Database& database) {
    const Lock lock(mutex_);
    for (const std::int64_t post : post::PictureStore(database).awaited(learners + 1)) {
        if (in_progress_.insert(post).second) return post;
    }
    return std::nullopt;
}

void PictureLearning::learn(db::Database& database, std::int64_t id, const std::stop_token& stop) {
    struct Mark {
        PictureLearning& of;
        std::int64_t id;
        ~Mark() {
            const Lock lock(of.mutex_);
            of.in_progress_.erase(id);
        }
    } const mark{*this, id};
    post::PostStore posts(database);
    PictureSizes sizes;
    if (const auto stored = posts.find(id))
        sizes = learn_pictures(http_, stored->post, posts.location_of(stored->source), stop);
    if (stop.stop_requested()) return;
    db::Transaction transaction(database);
    post::PictureStore(database).keep(id, sizes);
    transaction.commit();
    on_learnt_();
}

}  // namespace paperround::pipeline
