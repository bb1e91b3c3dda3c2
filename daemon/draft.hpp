// A mail as it would be, before anybody gets it: what `preview` and `check-email` look at.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "email/rendering.hpp"
#include "post/post_store.hpp"

namespace CLI {
class App;
}

namespace paperround::daemon {

struct DraftRequest {
    std::vector<std::string> posts;  // numbers, "latest", or Markdown files; several make a digest
    bool digest = false;             // instead of posts: what the newsletter's next digest holds
    std::int64_t mailing = 0;        // instead of posts: the letter of this one, as it was kept when it began
    std::string newsletter;
    std::string template_name;  // empty: the newsletter's
    std::string address = "reader@example.org";
    std::string name = "Ada Reader";
    std::string language;         // the reader's; empty: not known
    std::string subject_mark;     // as "[Test] "
    bool fetch_pictures = false;  // to learn how large they are, of posts that are not stored
};

struct Draft {
    config::Settings settings;
    config::Newsletter newsletter;
    email::RenderedMailing rendered;
    email::Recipient recipient;
    std::vector<std::string> warnings;  // lines; of the Markdown files and the pictures beside them
};

struct DraftError {
    int status;                      // of sysexits.h
    std::vector<std::string> lines;  // what is wrong, each with its file and line where it has them
};

// Reads everything anew: the configuration, the templates and the posts.
[[nodiscard]] Result<Draft, DraftError> make_draft(const std::filesystem::path& config_file,
                                                   const DraftRequest& request);

// The options that make a request, for both commands.
void add_draft_options(CLI::App& command, DraftRequest& draft);
// Throws CLI::RequiredError where neither posts nor --digest were given.
void require_post(const DraftRequest& draft);

// Prints the lines of the error, and gives its status.
[[nodiscard]] int report(const DraftError& error);

// As the first of the newsletter's relays gets it: signed, except where a key cannot be read (another user's
// may not be), of which `warnings` speaks.
[[nodiscard]] std::string message_of(const Draft& draft, std::vector<std::string>& warnings);

}  // namespace paperround::daemon
