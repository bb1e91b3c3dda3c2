// SpamAssassin's verdict on a message, if it is installed.
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

// Runs `spamassassin` on the message with local rules only: it asks nothing over the network. Nothing if it
// is not installed or gives no result.
[[nodiscard]] std::optional<SpamScore> spam_score(const std::string& message);

// Reads X-Spam-Status of a message that SpamAssassin has marked.
[[nodiscard]] std::optional<SpamScore> read_spam_status(std::string_view marked);

}  // namespace paperround::daemon
