// Where mailings are rendered: each one once per language, shared by all composers. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "audience/token.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "email/rendering.hpp"
#include "email/template_set.hpp"
#include "post/post.hpp"
#include "queue/mailing.hpp"

namespace paperround::pipeline {

// A mailing ready to be addressed.
struct Printed {
    queue::Mailing mailing;
    config::Newsletter newsletter;
    email::RenderedMailing rendered;
};

// Why a mailing cannot be made, in words that say what to do.
struct PrintError {
    std::string message;
};

class Press {
  public:
    // Reads mailings and posts from `database`, which it owns.
    Press(db::Database database, const config::Settings& settings, std::filesystem::path installed_templates);

    // With the fixed words in the reader's language where the templates have it, else in the newsletter's.
    [[nodiscard]] Result<std::shared_ptr<const Printed>, PrintError> printed(
        std::int64_t mailing_id, std::string_view reader_language = {});

    // What could not be read is read from the disk the next time.
    void look_again();

  private:
    // One mailing and what was printed of it, by language; "" is the newsletter's.
    struct Edition {
        queue::Mailing mailing;
        const config::Newsletter* newsletter;
        std::shared_ptr<const email::TemplateSet> templates;
        std::map<std::string, std::shared_ptr<const Printed>> copies;
    };
    [[nodiscard]] Result<Edition*, PrintError> edition_of(std::int64_t mailing_id);
    [[nodiscard]] Result<std::shared_ptr<const Printed>, PrintError> print(const Edition& edition,
                                                                           const std::string& language);
    [[nodiscard]] Result<std::shared_ptr<const email::TemplateSet>, PrintError> template_set(
        const std::string& name);

    std::mutex mutex_;
    db::Database database_;
    const config::Settings& settings_;
    std::filesystem::path installed_templates_;
    std::map<std::string, std::shared_ptr<const email::TemplateSet>> template_sets_;
    std::map<std::int64_t, Edition> kept_;
    std::deque<std::int64_t> order_;  // of `kept_`, oldest first
};

// What is to be made of a newsletter's posts.
struct PrintOrder {
    std::vector<post::Post> posts;  // one, or those of a digest
    std::string mailing_key;
    std::string language;      // of the fixed words; empty: the newsletter's
    std::string subject_mark;  // stands before the subject; empty but for tests
};

// Shared by the press and by `preview`.
[[nodiscard]] Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                                      const config::Settings& settings,
                                                                      const config::Newsletter& newsletter,
                                                                      PrintOrder order);

// The link with which a reader leaves.
[[nodiscard]] std::string unsubscribe_url(const config::Settings& settings,
                                          const audience::TokenSigner& signer, const audience::Token& token);

}  // namespace paperround::pipeline
