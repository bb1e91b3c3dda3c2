// Who asked to join by a page: the table `join_requests`. A row holds what the reader agreed to, where and
// when, and how far the mail is that asks him to confirm:
//
//     waiting ──begin──▶ sending ──▶ sent | failed | waiting again
//
// `sending` is committed before the mail's first octet may leave, so a crash leaves a doubt at most about one
// mail, which is sent once more. Like AudienceStore it works inside the caller's transaction, and belongs to
// its Database's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace paperround::audience {

// The numbers are stored: a new value takes a new one.
enum class JoinState {
    waiting = 0,
    sending = 1,  // may have been sent
    sent = 2,
    failed = 3,
    no_mail = 4,  // the newsletter asks nobody to confirm
};

struct JoinRequest {
    std::int64_t id = 0;
    std::string newsletter;
    std::string address;   // canonical
    std::string language;  // of the page, and so of the mail
    std::string form;      // the page's URL
    std::string network;   // that the request came from, cut (base/address/ip_network.hpp); empty: not known
    Time asked_at{};
    JoinState state = JoinState::waiting;
    Time due{};             // when the mail is tried next
    unsigned attempts = 0;  // that count towards giving up
    unsigned doubts = 0;
    std::string reply;  // the server's last words
    std::optional<Time> confirmed_at;
    bool operator==(const JoinRequest&) const = default;
};

class JoinStore {
  public:
    // AudienceStore::migrate makes the table.
    explicit JoinStore(db::Database& database) : database_(database) {}

    // Returns its number. `request` has no number yet.
    std::int64_t add(const JoinRequest& request);
    // Mails to this address and its variants (audience/address_variants.hpp) that were asked for after `since`,
    // for any newsletter.
    [[nodiscard]] std::uint64_t mails_asked_for(std::string_view address, Time since);

    [[nodiscard]] std::optional<JoinRequest> find(std::int64_t id);
    // Waiting and unconfirmed, due by then, the oldest first.
    [[nodiscard]] std::vector<JoinRequest> due(Time now, std::size_t limit);
    // The mail may leave from now on.
    void begin(std::int64_t id);
    // How the attempt ended: state, due, attempts, doubts and reply of `after`.
    void finish(const JoinRequest& after);
    // When the next mail is tried; nothing where none waits.
    [[nodiscard]] std::optional<Time> next_due();
    // Whether anybody was asked to confirm and has not, whatever became of the mail.
    [[nodiscard]] bool any_unconfirmed();
    // After a crash: those that may have been sent.
    [[nodiscard]] std::vector<JoinRequest> in_doubt();

    // False if it was confirmed before: a request confirms once.
    bool confirm(std::int64_t id, Time now);
    // The last that made somebody a reader of the newsletter: confirmed, or of a list that asks nobody.
    [[nodiscard]] std::optional<JoinRequest> consent_of(std::string_view newsletter,
                                                        std::string_view address);
    // All that this address asked for, the newest first.
    [[nodiscard]] std::vector<JoinRequest> requests_of(std::string_view address);
    // Forgets, at most `limit` at a time, who asked before then and never confirmed. Returns how many.
    int forget_unconfirmed(Time before, int limit);

  private:
    db::Database& database_;
};

}  // namespace paperround::audience
