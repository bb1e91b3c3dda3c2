// Mailings on disk: their states, from planned to over, and their breakers.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"
#include "queue/mailing.hpp"
#include "queue/policy/breaker.hpp"

namespace paperround::queue {

struct NewMailing {
    std::string newsletter;
    MailingKind kind = MailingKind::newsletter;
    std::int64_t post_id = 0;
    std::string title;
    std::string key;
    std::string seal;
    Time not_before{};
    std::vector<std::int64_t> further_posts;  // of a digest, behind post_id, ascending
};

class MailingStore {
  public:
    explicit MailingStore(db::Database& database) : db_(database) {}

    // Nothing where this post has a mailing already: a post is mailed once.
    std::optional<std::int64_t> create_mailing(const NewMailing& mailing, Time now);
    // A mailing of letters (MailingKind), which has no deliveries yet and so is done. A text may have several.
    std::int64_t create_letters(const NewMailing& mailing, Time now);
    // The newest of a letter's text.
    [[nodiscard]] std::optional<Mailing> letters_of(std::int64_t post_id);
    // A mailing of letters that was done has got deliveries, and goes on.
    void go_on(std::int64_t mailing_id);
    [[nodiscard]] std::optional<Mailing> mailing(std::int64_t id);
    // Done, cancelled, or gone.
    [[nodiscard]] bool is_over(std::int64_t mailing_id);
    // In the order in which they stand in the mail.
    [[nodiscard]] std::vector<std::int64_t> posts_of(const Mailing& mailing);
    [[nodiscard]] std::vector<Mailing> mailings(unsigned limit);
    // scheduled → fanning for those whose time has come; how many.
    int start_due(Time now);
    // The next to be fanned out first.
    [[nodiscard]] std::vector<Mailing> fanning(unsigned limit);
    // Those of `mailings` that are neither fanning nor sending.
    [[nodiscard]] std::vector<std::int64_t> inactive(std::span<const std::int64_t> mailings);
    // The fan-out has come as far as this reader, and passed so many over that were suppressed.
    void pass_over(std::int64_t mailing_id, std::int64_t last_subscriber_id, std::int64_t suppressed);
    // A fan-out that is broken off had not come to so many readers.
    void not_reached(std::int64_t mailing_id, std::int64_t readers);
    void finish_fan_out(std::int64_t mailing_id, Time now);
    // Goes on creating the deliveries of a cancelled mailing, or of one that was cancelled once, where it was
    // broken off. One that is paused goes on when it is resumed.
    void resume_fan_out(std::int64_t mailing_id);
    // False where the mailing is in no state for it.
    bool pause(std::int64_t mailing_id, std::string_view reason);
    int pause_newsletter(std::string_view newsletter, std::string_view reason);
    bool resume(std::int64_t mailing_id, Time now);
    // Nothing more of it is claimed, and what couriers hold is cancelled and returned (see Recall). What
    // waits, a million rows perhaps, is left to sweep_cancelled().
    std::vector<std::int64_t> cancel(std::int64_t mailing_id, Time now);
    // Takes `finals` deliveries off the mailing's account; the last one ends the mailing.
    void settle(std::int64_t mailing_id, std::int64_t finals, Time now);
    // So many deliveries that had ended wait again; a mailing that was done goes on.
    void reopen(std::int64_t mailing_id, std::int64_t deliveries);
    [[nodiscard]] Breaker breaker(std::int64_t mailing_id);
    void save_breaker(std::int64_t mailing_id, const Breaker& breaker);
    // Mailings that were planned in what is now the future, and have not begun: when they are to begin is
    // taken from the schedule anew.
    [[nodiscard]] std::vector<Mailing> planned_behind(Time now);
    void plan_again(std::int64_t mailing, Time now, Time not_before);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
