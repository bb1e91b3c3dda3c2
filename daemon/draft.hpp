// A mail before anybody gets it, for `preview` and `check-email`.
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
    bool digest = false;             // instead of posts: the newsletter's next digest
    std::int64_t mailing = 0;        // instead of posts: this mailing, as its editions were stored
    std::string newsletter;
    std::string template_name;  // empty: the newsletter's
    std::string address = "reader@example.org";
    std::string name = "Ada Reader";
    std::string language;         // the reader's language; empty: not known
    std::string subject_mark;     // for example "[Test] "
    bool fetch_pictures = false;  // learns the sizes of pictures of posts that are not stored
};

struct Draft {
    config::Settings settings;
    config::Newsletter newsletter;
    email::RenderedMailing rendered;
    email::Recipient recipient;
    std::vector<std::string> warnings;  // one line each: about Markdown files and their pictures
};

struct DraftError {
    int status;                      // an exit code of sysexits.h
    std::vector<std::string> lines;  // what is wrong, each with file and line if it has them
};

// Reads the configuration, the templates and the posts anew.
[[nodiscard]] Result<Draft, DraftError> make_draft(const std::filesystem::path& config_file,
                                                   const DraftRequest& request);

// Adds the options of a request, for both commands.
void add_draft_options(CLI::App& command, DraftRequest& draft);
// Throws CLI::RequiredError if neither posts nor --digest were given.
void require_post(const DraftRequest& draft);

// Prints the lines of the error, and returns its status.
[[nodiscard]] int report(const DraftError& error);

// The message as the newsletter's first relay gets it: signed, unless a key cannot be read (it may belong to
// another user), which is added to `warnings`.
[[nodiscard]] std::string message_of(const Draft& draft, std::vector<std::string>& warnings);

}  // namespace paperround::daemon
