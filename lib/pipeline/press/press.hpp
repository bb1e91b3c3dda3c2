// Renders mailings: each one once, in every language that its newsletter's readers are known to read, for all
// composers. Usually that happens before there are deliveries to compose (pipeline/press/rendering_ahead.hpp).
// Thread-safe: a mailing is rendered outside the lock, so nobody waits for another mailing; threads that want
// the same mailing wait for it.
//
// The result is stored in the database before the first copy is made (queue/store/edition_store.hpp), and only that
// is sent: neither a changed template or newsletter nor a changed or removed picture beside the post changes
// a mailing that has begun.
//
// If rendering a mailing, or making its first copy, ends the process, it would do so again at each start. So
// a mailing that is being rendered, or of which no copy was made yet, is noted on disk
// (queue/store/press_store.hpp); the second time in a row it is paused. A stored mailing that only waits for its
// relay is not noted.
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
#include "pipeline/press/enclosure.hpp"
#include "queue/mailing.hpp"
#include "queue/store/edition_store.hpp"

namespace paperround::pipeline {

// A rendered mailing, ready to be filled in for each reader.
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
    // Called on the rendering thread with the pictures that a mailing lacks, and why: one line each.
    using OnLost = std::function<void(const queue::Mailing&, const std::vector<std::string>&)>;
    // Reads mailings and posts from `database`, which it owns.
    Press(db::Database database, const config::Settings& settings, std::filesystem::path installed_templates,
          OnLost on_lost = {});
    ~Press();
    Press(const Press&) = delete;
    Press& operator=(const Press&) = delete;

    // In the reader's language if there is such an edition, else in the newsletter's. Throws db::Error.
    [[nodiscard]] Result<std::shared_ptr<const Printed>, PrintError> printed(
        std::int64_t mailing_id, std::string_view reader_language = {});
    // Renders and stores the mailing for later copies. The failure is printed()'s. Throws db::Error.
    [[nodiscard]] std::optional<PrintError> make_ahead(std::int64_t mailing_id);
    // A letter was made of the mailing, so it does not end the process. Throws db::Error.
    void proved(const Printed& printed);

    // After a read error: reads from the disk again next time.
    void look_again();

    // Ends current rendering within moments, and all later rendering: the failure is `interrupted`.
    void interrupt() { stop_.request_stop(); }

  private:
    using Copy = std::shared_ptr<const Printed>;
    // One mailing and its editions in memory, by language; "" is the newsletter's language.
    struct Run {
        queue::Mailing mailing;
        const config::Newsletter* newsletter;
        std::set<std::string> languages;  // of the stored editions; empty: not rendered yet
        std::shared_ptr<const email::InlinePictures> pictures;  // of all editions; null: not read yet
        std::map<std::string, Copy> copies;
    };
    struct Failure {
        PrintError error;
        std::chrono::steady_clock::time_point at;
    };
    // The input of one rendering, copied so that the lock is not needed meanwhile.
    struct Job {
        queue::Mailing mailing;
        const config::Newsletter* newsletter;
        std::shared_ptr<const email::TemplateSet> templates;
        std::vector<FolderPost> posts;
        std::set<std::string> languages;
    };
    struct Editions {
        std::map<std::string, queue::KeptEdition> packed;  // by language
        std::string pictures;                              // packed; empty if there are none
        std::vector<std::string> lost;                     // lines about lost pictures
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
    std::condition_variable_any ended_;  // signalled when a rendering has ended
    db::Database database_ GUARDED_BY(mutex_);
    const config::Settings& settings_;
    std::filesystem::path installed_templates_;
    std::map<std::string, std::shared_ptr<const email::TemplateSet>> template_sets_ GUARDED_BY(mutex_);
    std::map<std::int64_t, Run> runs_ GUARDED_BY(mutex_);
    std::deque<std::int64_t> order_ GUARDED_BY(mutex_);  // keys of `runs_`, oldest first
    std::set<std::int64_t> in_press_ GUARDED_BY(mutex_);
    std::map<std::int64_t, Failure> failures_ GUARDED_BY(mutex_);
    std::set<std::int64_t> noted_ GUARDED_BY(mutex_);
};

// The stored edition of a mailing in one of its stored languages, with the pictures of all editions. Throws
// db::Error.
[[nodiscard]] Result<email::Edition, PrintError> kept_edition(db::Database& database, std::int64_t mailing_id,
                                                              std::string_view language);
[[nodiscard]] Result<email::InlinePictures, PrintError> kept_pictures(db::Database& database,
                                                                      std::int64_t mailing_id);

// The input of render_posts.
struct PrintOrder {
    std::vector<feed::Post> posts;   // one post, or those of a digest
    email::InlinePictures pictures;  // shown by the posts
    PictureSizes picture_sizes;      // known sizes of these and other pictures
    std::string mailing_key;
    std::string language;         // of the template's strings; empty: the newsletter's
    std::string subject_mark;     // in front of the subject; empty except in tests
    std::string online_url = {};  // where a post without a link is read online; empty: nowhere
};

// Shared by the press and by `preview`.
[[nodiscard]] Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                                      const config::Settings& settings,
                                                                      const config::Newsletter& newsletter,
                                                                      PrintOrder order,
                                                                      const std::stop_token& stop = {});

// The letter's page in the newsletter's archive: <public_url>/a/<newsletter>/<number>.
[[nodiscard]] std::string letter_url(const config::Settings& settings, const config::Newsletter& newsletter,
                                     std::int64_t mailing_id);

// The link with which the reader unsubscribes.
[[nodiscard]] std::string unsubscribe_url(const config::Settings& settings,
                                          const audience::TokenSigner& signer, const audience::Token& token);

}  // namespace paperround::pipeline
