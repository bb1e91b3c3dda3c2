// Where mailings are rendered: each one once, in every language that its newsletter's readers are known to
// read, and shared by all composers. As a rule that happens before there are deliveries to compose
// (pipeline/rendering_ahead.hpp). Thread-safe: a mailing is rendered outside the lock, so that none waits
// for another one's; who wants the same one waits for it.
//
// What was rendered is kept in the database before the first copy is made (queue/edition_store.hpp), and from
// then on that is what is sent: a changed template or newsletter changes nothing of a mailing under way, nor
// does a picture beside the post that is changed or removed.
//
// A mailing whose rendering or first copy ends the process would do so again at each start. So what is being
// rendered, and what no copy was made of yet, is noted on disk (queue/queue_store.hpp, press_begins), and the
// second time in a row pauses it. A letter that is kept and waits for its relay is not noted.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "audience/token.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "email/rendering.hpp"
#include "email/template/template_set.hpp"
#include "feed/post.hpp"
#include "pipeline/enclosure.hpp"
#include "queue/mailing.hpp"

namespace paperround::pipeline {

// A mailing ready to be addressed.
struct Printed {
    Printed(queue::Mailing the_mailing, config::Newsletter its_newsletter, email::RenderedMailing its_letters)
        : mailing(std::move(the_mailing)),
          newsletter(std::move(its_newsletter)),
          rendered(std::move(its_letters)) {}

    queue::Mailing mailing;
    config::Newsletter newsletter;
    email::RenderedMailing rendered;
    mutable std::atomic<bool> proved = false;  // a letter was made of it
};

// Why a mailing cannot be made, in words that say what to do.
struct PrintError {
    enum class Code { cannot_be_made, interrupted };
    std::string message;
    Code code = Code::cannot_be_made;
};

class Press {
  public:
    // Told on the thread that rendered, which pictures were left out of a mailing and why: one line each.
    using OnLost = std::function<void(const queue::Mailing&, const std::vector<std::string>&)>;
    // Reads mailings and posts from `database`, which it owns.
    Press(db::Database database, const config::Settings& settings, std::filesystem::path installed_templates,
          OnLost on_lost = {});
    ~Press();
    Press(const Press&) = delete;
    Press& operator=(const Press&) = delete;

    // With the fixed words in the reader's language where there is an edition in it, else in the
    // newsletter's. Throws db::Error.
    [[nodiscard]] Result<std::shared_ptr<const Printed>, PrintError> printed(
        std::int64_t mailing_id, std::string_view reader_language = {});
    // Has it rendered and kept, for copies that are made later. The failure is printed()'s. Throws db::Error.
    [[nodiscard]] std::optional<PrintError> make_ahead(std::int64_t mailing_id);
    // A letter was made of it: it will not end the process. Throws db::Error.
    void proved(const Printed& printed);

    // What could not be read is read from the disk the next time.
    void look_again();

    // From here on nothing more is rendered, and what is being rendered is given up within moments:
    // `interrupted`.
    void interrupt() { stop_.request_stop(); }

  private:
    using Copy = std::shared_ptr<const Printed>;
    // One mailing and what is in memory of its editions, by language; "" is the newsletter's.
    struct Run {
        queue::Mailing mailing;
        const config::Newsletter* newsletter;
        std::set<std::string> languages;  // of the editions that are kept; empty: it has not begun
        std::shared_ptr<const email::InlinePictures> pictures;  // of all editions; null: not read yet
        std::map<std::string, Copy> copies;
    };
    struct Failure {
        PrintError error;
        std::chrono::steady_clock::time_point at;
    };
    // What one rendering needs, so that the lock is not needed meanwhile.
    struct Job {
        queue::Mailing mailing;
        const config::Newsletter* newsletter;
        std::shared_ptr<const email::TemplateSet> templates;
        std::vector<FolderPost> posts;
        std::set<std::string> languages;
    };
    struct Editions {
        std::map<std::string, std::string> packed;  // by language
        std::string pictures;                       // packed; empty where there are none
        std::vector<std::string> lost;              // pictures
    };
    [[nodiscard]] Result<Run*, PrintError> run_of(std::int64_t mailing_id) REQUIRES(mutex_);
    [[nodiscard]] Result<Run*, PrintError> kept_run(std::int64_t mailing_id) REQUIRES(mutex_);
    [[nodiscard]] Result<Copy, PrintError> copy_in(Run& run, std::string_view reader_language)
        REQUIRES(mutex_);
    [[nodiscard]] Result<Job, PrintError> job_for(const Run& run) REQUIRES(mutex_);
    [[nodiscard]] Result<Editions, PrintError> print(const Job& job) const;
    [[nodiscard]] Result<Editions, PrintError> print_unlocked(const Job& job) REQUIRES(mutex_);
    void keep(std::int64_t mailing_id, const Result<Editions, PrintError>& fresh) REQUIRES(mutex_);
    [[nodiscard]] Result<std::shared_ptr<const email::TemplateSet>, PrintError> template_set(
        const std::string& name) REQUIRES(mutex_);
    void note(std::int64_t mailing_id) REQUIRES(mutex_);
    void strike(std::int64_t mailing_id) REQUIRES(mutex_);

    OnLost on_lost_;
    std::stop_source stop_;
    Mutex mutex_;
    std::condition_variable_any ended_;  // a rendering
    db::Database database_ GUARDED_BY(mutex_);
    const config::Settings& settings_;
    std::filesystem::path installed_templates_;
    std::map<std::string, std::shared_ptr<const email::TemplateSet>> template_sets_ GUARDED_BY(mutex_);
    std::map<std::int64_t, Run> runs_ GUARDED_BY(mutex_);
    std::deque<std::int64_t> order_ GUARDED_BY(mutex_);  // of `runs_`, oldest first
    std::set<std::int64_t> in_press_ GUARDED_BY(mutex_);
    std::map<std::int64_t, Failure> failures_ GUARDED_BY(mutex_);
    std::set<std::int64_t> noted_ GUARDED_BY(mutex_);
};

// What was kept of a mailing in one of the languages that it was kept in, and the pictures of all. Throws
// db::Error.
[[nodiscard]] Result<email::Edition, PrintError> kept_edition(db::Database& database, std::int64_t mailing_id,
                                                              std::string_view language);
[[nodiscard]] Result<email::InlinePictures, PrintError> kept_pictures(db::Database& database,
                                                                      std::int64_t mailing_id);

// What is to be made of a newsletter's posts.
struct PrintOrder {
    std::vector<feed::Post> posts;   // one, or those of a digest
    email::InlinePictures pictures;  // that they show
    PictureSizes picture_sizes;      // what is known of those and others
    std::string mailing_key;
    std::string language;      // of the fixed words; empty: the newsletter's
    std::string subject_mark;  // stands before the subject; empty but for tests
};

// Shared by the press and by `preview`.
[[nodiscard]] Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                                      const config::Settings& settings,
                                                                      const config::Newsletter& newsletter,
                                                                      PrintOrder order,
                                                                      const std::stop_token& stop = {});

// The link with which a reader leaves.
[[nodiscard]] std::string unsubscribe_url(const config::Settings& settings,
                                          const audience::TokenSigner& signer, const audience::Token& token);

}  // namespace paperround::pipeline
