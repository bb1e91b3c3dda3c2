// Where mailings are rendered: each one once, shared by all couriers. Thread-safe.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

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

    [[nodiscard]] Result<std::shared_ptr<const Printed>, PrintError> printed(std::int64_t mailing_id);

  private:
    [[nodiscard]] Result<std::shared_ptr<const Printed>, PrintError> print(std::int64_t mailing_id);
    [[nodiscard]] Result<std::shared_ptr<const email::TemplateSet>, PrintError> template_set(
        const std::string& name);

    std::mutex mutex_;
    db::Database database_;
    const config::Settings& settings_;
    std::filesystem::path installed_templates_;
    std::map<std::string, std::shared_ptr<const email::TemplateSet>> template_sets_;
    std::map<std::int64_t, std::shared_ptr<const Printed>> kept_;
    std::deque<std::int64_t> order_;  // of `kept_`, oldest first
};

// Renders posts (one, or those of a digest) as a mailing of the newsletter: shared by the press and by
// `preview`.
[[nodiscard]] Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                                      const config::Settings& settings,
                                                                      const config::Newsletter& newsletter,
                                                                      std::vector<post::Post> posts,
                                                                      std::string_view mailing_key);

// The link with which a reader leaves.
[[nodiscard]] std::string unsubscribe_url(const config::Settings& settings,
                                          const audience::TokenSigner& signer, const audience::Token& token);

}  // namespace paperround::pipeline
