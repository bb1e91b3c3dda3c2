// Learns the sizes of new posts' pictures, on its own threads: no poll waits for it, and a mailing waits no
// longer than post/picture_store.hpp says. Sizes go into the width attributes of the mail; an unknown size is
// no error.
//
// The URLs are a stranger's: only public addresses are asked (net/public_address.hpp), except on the very
// server that the source itself is read from. Per picture the first 64 KiB are fetched; per post at most 20
// pictures, within 10 seconds.
#pragma once

#include <condition_variable>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/picture/picture_size.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "net/curl_http_client.hpp"
#include "post/post_store.hpp"

namespace paperround::pipeline {

// The sizes that can be learnt of the post's pictures. `location`: the source's, as configured.
[[nodiscard]] PictureSizes learn_pictures(net::HttpClient& http, const feed::Post& post,
                                          std::string_view location, const std::stop_token& stop = {});

class PictureLearning {
  public:
    // `settings` must outlive this object. `on_learnt` is called, from any thread, when a post no longer
    // waits.
    PictureLearning(const config::Settings& settings, std::function<void()> on_learnt);

    // Learns the pictures of new posts until asked to stop.
    void run(const std::stop_token& stop);
    // Learns the pictures of the posts that wait now, for as long as a mailing would wait.
    void learn_all(const std::stop_token& stop);
    // There may be new posts. Callable from any thread.
    void wake();
    // Ends current and later requests. Callable from any thread.
    void interrupt() { http_.cancel(); }

  private:
    void work(const std::stop_token& stop, bool until_done);
    [[nodiscard]] std::optional<std::int64_t> take(db::Database& database);
    void learn(db::Database& database, std::int64_t id, const std::stop_token& stop);

    const config::Settings& settings_;
    std::function<void()> on_learnt_;
    net::CurlHttpClient http_;
    Mutex mutex_;
    std::condition_variable_any pause_;
    bool woken_ GUARDED_BY(mutex_) = false;
    std::set<std::int64_t> in_progress_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline
