// Joining a newsletter by a page: asking, and confirming what was asked for. What is answered never depends on
// who reads already, who has left, or what a limit has swallowed.
//
// A mail that asks to confirm is owed to an address once an hour at most, and five times in 30 days, whoever
// asks and for whichever newsletter; its variants (audience/address_variants.hpp) count as one. Who has left or
// is suppressed joins again only by confirming: the suppression goes then, and if it was no bounce, whatever
// else the reader had is ended, so that nothing begins again that he did not ask for. A suppression by hand stays:
// no mail asks to confirm, and none that was sent before confirms.
//
// Serves one request at a time: each takes about a millisecond. Throws db::Error, and nothing is changed then.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "audience/audience_store.hpp"
#include "audience/join_store.hpp"
#include "audience/token.hpp"
#include "base/address/ip_network.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "public/client_limits.hpp"

namespace paperround::pages {

inline constexpr Duration confirmable_for = std::chrono::days(7);
inline constexpr Duration between_mails = std::chrono::hours(1);
inline constexpr Duration counted_for = std::chrono::days(30);
inline constexpr unsigned most_mails = 5;  // within counted_for

struct Asking {
    std::string address;  // canonical
    std::string language;
    std::string form;  // the page's URL
    std::optional<IpAddress> client;
};

// What a link to confirm is about.
struct Confirmable {
    std::string newsletter;
    std::string address;
    std::string language;
};

// How a reader came onto a newsletter's list.
struct Reason {
    std::string newsletter;
    audience::Member member;
    std::optional<audience::JoinRequest> consent;
};

class Joining {
  public:
    // `open` gives a connection of this object's own, once one is needed. `on_asked` is called when a mail is owed.
    // All but these must outlive it.
    Joining(std::function<db::Database()> open, const config::Settings& settings,
            const audience::TokenSigner& signer, const Clock& clock, std::function<void()> on_asked)
        : open_(std::move(open)),
          settings_(settings),
          signer_(signer),
          clock_(clock),
          on_asked_(std::move(on_asked)) {}

    // Committed when it returns.
    void ask(const config::Newsletter& newsletter, const Asking& asking);

    // Nothing unless it would still confirm something. Changes nothing.
    [[nodiscard]] std::optional<Confirmable> describe(std::string_view token);
    // The same, if the reader reads the newsletter from now on; again for a second press. Nothing otherwise.
    [[nodiscard]] std::optional<Confirmable> confirm(std::string_view token);

    // For the token of a link to leave; nothing if it is not ours, or its reader is gone. Changes nothing.
    [[nodiscard]] std::optional<Reason> why(std::string_view leave_token);

  private:
    [[nodiscard]] bool may_mail(std::string_view address) REQUIRES(mutex_);
    [[nodiscard]] bool joins_unasked(const config::Newsletter& newsletter, std::string_view address)
        REQUIRES(mutex_);
    [[nodiscard]] std::optional<audience::JoinRequest> request_of(std::string_view token) REQUIRES(mutex_);
    void subscribe(const audience::JoinRequest& request) REQUIRES(mutex_);
    [[nodiscard]] bool reads(const audience::JoinRequest& request) REQUIRES(mutex_);
    void require_own_files() REQUIRES(mutex_);
    [[nodiscard]] db::Database& database() REQUIRES(mutex_);

    std::function<db::Database()> open_;
    Mutex mutex_;
    std::optional<db::Database> database_ GUARDED_BY(mutex_);
    const config::Settings& settings_;
    const audience::TokenSigner& signer_;
    const Clock& clock_;
    std::function<void()> on_asked_;
    ClientLimits clients_;
};

}  // namespace paperround::pages
