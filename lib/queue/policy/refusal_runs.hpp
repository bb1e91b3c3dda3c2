// Who else heard it: whether a refusal that readers met one after another is about them or about us.
//
// Postfix refuses a sender's EHLO name or domain at RCPT, and so do others: each reader seems to be refused,
// and none is at fault. What tells it is the company: the same words to readers of three or more providers in
// a row, and nobody accepted between. Words are the same where addresses, numbers and host names aside they
// are equal, in whatever language.
//
//  - Words about us, or unclear ones: that is enough. The finding is `about_us`.
//  - Words about a mailbox ("user unknown") may come in a row by chance. With p the share of such answers
//    before the run began (at least 5 %), a run of k is `about_us` once p^k × deliveries < 0.001, and
//    `suspected` until then: what it says about readers is provisional.
//
// An acceptance ends every run, other words end none. A plain value over what it is told: no I/O, no clock.
// One for each relay and mailing; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

// What is left of a refusal's words once everything is taken out that differs between readers. `recipient` is
// the address that was refused.
[[nodiscard]] std::string common_words(const Outcome& outcome, std::string_view recipient);

// How often readers of a mailing, and of the newsletter's last ones, were told that there is no such mailbox.
struct MailboxAnswers {
    std::int64_t answers = 0;        // acceptances and refusals for good
    std::int64_t about_mailbox = 0;  // of them
    std::int64_t deliveries = 0;     // of the mailing
    // At least 5 %, and a standard deviation more than was counted: few answers say little.
    [[nodiscard]] double share() const;
};

class RefusalRuns {
  public:
    enum class Finding { nothing, suspected, about_us };

    // One answer of those that judge() calls refusals, as it came in.
    struct Heard {
        std::string words;          // common_words()
        std::string_view provider;  // who runs the reader's domain
        bool about_mailbox = false;
        std::int64_t attempt = 0;  // its number on record
        Time at{};
    };
    // Asked only where it decides; without the answers of the run itself.
    using Before = std::function<MailboxAnswers(std::int64_t length)>;

    Finding refused(const Heard& heard, const Before& before);
    void accepted() { runs_.clear(); }

    // There is nothing to remember.
    [[nodiscard]] bool empty() const { return runs_.empty(); }
    // Some run is suspected and not decided.
    [[nodiscard]] bool suspects() const;
    // The one that was found to be about us.
    struct Run {
        std::string words;
        std::vector<std::string> providers;  // the first three
        std::int64_t length = 0;
        std::int64_t first_attempt = 0;
        Time since{};  // of the first one
        Finding finding = Finding::nothing;
    };
    [[nodiscard]] const Run* about_us() const;

  private:
    static constexpr std::size_t enough_providers = 3;
    static constexpr std::size_t most_runs = 16;  // of different words; the oldest goes

    [[nodiscard]] Run& run_of(const Heard& heard);

    std::vector<Run> runs_;
};

// What is expected less often than this, over all deliveries, is not chance.
inline constexpr double too_unlikely = 0.001;

// The mailing's run of mailbox answers is longer than chance explains.
[[nodiscard]] bool beyond_chance(std::int64_t length, const MailboxAnswers& before);

}  // namespace paperround::queue
