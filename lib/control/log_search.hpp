// What a person may ask of the delivery log. What cannot match anything (an unknown mailing, newsletter, outcome or
// recipient) is refused with the reason, rather than answered with nothing. Reads only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"
#include "queue/admin/delivery_log.hpp"

namespace paperround::control {

// Empty or absent: all.
struct LogQuestion {
    std::string recipient;  // an address, a domain (@example.org), or a part of an address
    std::string newsletter;
    std::string outcome;  // in the listing's words, separated by commas
    std::optional<std::int64_t> mailing;
    std::optional<Time> since;
    std::optional<Time> until;  // not itself
    unsigned last = 0;          // only the newest N that match; 0: all
};

class LogSearch {
  public:
    explicit LogSearch(Desk& desk) : desk_(desk) {}

    [[nodiscard]] Answer<queue::LogFilter> filter_of(const LogQuestion& question);
    // Calls `visit` for each attempt that the filter lets through, in the order of recording; needs no memory.
    void each(const queue::LogFilter& filter, const std::function<void(const queue::LogLine&)>& visit);
    // The number of the newest attempt; 0 if there is none.
    [[nodiscard]] std::int64_t newest_id();

  private:
    [[nodiscard]] std::optional<Refusal> add_recipient(queue::LogFilter& filter, const LogQuestion& question);
    [[nodiscard]] std::optional<Refusal> add_mailing(queue::LogFilter& filter, const LogQuestion& question);

    Desk& desk_;
};

// Whose deliveries a text means: an address; a domain, as `@example.org` or where that is on record; else any
// address that holds it.
struct Addressed {
    std::optional<std::int64_t> subscriber_id;
    std::string address;  // or
    std::string like;     // see queue/admin/address_pattern.hpp
};
[[nodiscard]] Answer<Addressed> addressed(const std::string& text, db::Database& database);

// How listings call it: "sent", "bounced?".
[[nodiscard]] std::string_view outcome_word(queue::OutcomeKind kind);
// By that word, or by the name that JSON has.
[[nodiscard]] std::optional<queue::OutcomeKind> parse_outcome_word(std::string_view word);
// One JSON object on a line.
[[nodiscard]] std::string to_json(const queue::LogLine& line, const config::Settings& settings);

}  // namespace paperround::control
