// What SpamAssassin says about a message, where it is installed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::daemon {

struct SpamScore {
    double score = 0;
    double required = 5;
    std::string tests;  // the rules that matched, "HTML_MESSAGE,MIME_HTML_ONLY"
    bool operator==(const SpamScore&) const = default;
};

// Runs `spamassassin` on the message: local rules only, nothing is asked of the network. Nothing where it is
// not installed or has no answer.
[[nodiscard]] std::optional<SpamScore> spam_score(const std::string& message);

// Its X-Spam-Status field, in a message that it has marked.
[[nodiscard]] std::optional<SpamScore> read_spam_status(std::string_view marked);

}  // namespace paperround::daemon
