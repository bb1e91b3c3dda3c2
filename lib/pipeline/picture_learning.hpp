// Learns how large the pictures of new posts are, on threads of its own: no poll waits for it, and a mailing
// no longer than post/picture_store.hpp says. What is learnt goes into the width attributes of the mail; what
// is not is no error.
//
// A stranger's addresses are asked: only on the public internet (net/public_address.hpp), but for those of
// the very server that the source itself is read from. Of each picture the first 64 KiB, at most 20 pictures
// and 10 seconds a post.
#pragma once

#include <condition_variable>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/picture_size.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "net/curl_http_client.hpp"
#include "post/post_store.hpp"

namespace paperround::pipeline {

// What can be learnt of the post's pictures. `location`: of its source, as configured.
[[nodiscard]] PictureSizes learn_pictures(net::HttpClient& http, const feed::Post& post,
                                          std::string_view location, const std::stop_token& stop = {});

class PictureLearning {
  public:
    // The settings must outlive it. `on_learnt` is called, from any thread, when a post waits no longer.
    PictureLearning(const config::Settings& settings, std::function<void()> on_learnt);

    // Looks at the pictures of what is found, until asked to stop.
    void run(const std::stop_token& stop);
    // Looks at those that are waited for now, for so long as a mailing waits.
    void learn_all(const std::stop_token& stop);
    // There may be something new. From any thread.
    void wake();
    // Ends what is under way, for good. From any thread.
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
