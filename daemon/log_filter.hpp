// What `log` was asked for, in the words of its listing. What cannot match anything is a failure that says
// so, rather than an empty answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "queue/delivery_log.hpp"

namespace paperround::daemon {

struct LogQuestion {
    std::string recipient;
    std::string newsletter;
    std::string outcome;
    std::string since;
    std::string until;
    std::optional<std::int64_t> mailing;
    unsigned last = 0;
};

struct LogProblem {
    int status =
        0;  // of <sysexits.h>: EX_USAGE where it cannot be read, EX_DATAERR where there is no such thing
    std::string message;
};

[[nodiscard]] Result<queue::LogFilter, LogProblem> log_filter(const LogQuestion& question,
                                                              const config::Settings& settings,
                                                              db::Database& database, Time now);

// Whose deliveries a text means: an address; a domain, as `@example.org` or where that is on record; else any
// address that holds it.
struct Addressed {
    std::optional<std::int64_t> subscriber_id;
    std::string address;  // or
    std::string like;     // see queue/address_pattern.hpp
};
[[nodiscard]] Result<Addressed, LogProblem> addressed(const std::string& text, db::Database& database);

// How listings call it: "sent", "bounced?".
[[nodiscard]] std::string_view outcome_word(queue::OutcomeKind kind);
// By that word, or by the name that --json has.
[[nodiscard]] std::optional<queue::OutcomeKind> parse_outcome_word(std::string_view word);

}  // namespace paperround::daemon
