// Keeps the subscriptions at WebSub hubs as feeds and configuration want them (W3C WebSub §5): the side that
// speaks first. What hubs say by themselves comes in through post/websub_callbacks.hpp.
//
// What is on disk: a call is recorded before it is made, and counts as failed until the hub's verification
// has come; so a hub may verify before it answers, and a crash costs no more than a second call. What is
// retried: everything, by websub/websub_timing.hpp, for as long as the subscription is wanted; nothing here
// touches polling. An active subscription stays so until its lease ends, whatever becomes of its renewals.
// What is permanent: nothing, but a farewell that failed five times.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "net/form_client.hpp"
#include "post/post_store.hpp"
#include "websub/websub_event.hpp"
#include "websub/websub_key.hpp"
#include "websub/websub_store.hpp"

namespace paperround::post {

// The address below public_url at which a hub reaches us.
inline constexpr std::string_view callback_path = "/websub/";

// Whether a source's feed may be subscribed to at all. A public hub cannot reach a loopback public_url.
[[nodiscard]] bool wants_websub(const config::Settings& settings, const config::Source& source,
                                const websub::HubAnnouncement& announced);

// Belongs to the thread of its Database; owns none of its references. Throws db::Error.
class WebSubSubscriber {
  public:
    WebSubSubscriber(db::Database& database, net::FormClient& http, const websub::WebSubKey& key,
                     const Clock& clock, Random& random);

    // At a start: what hubs pushed while nobody listened is looked for by a poll.
    void catch_up();

    // Adds what is wanted and ends what is not, without asking any hub. Writes only where something changes.
    [[nodiscard]] std::vector<websub::WebSubEvent> reconcile(const config::Settings& settings);

    // Asks one hub, the one that waits longest; nothing where none is due. Blocks for as long as the request
    // does, without a transaction. May throw net::Cancelled.
    [[nodiscard]] std::optional<websub::WebSubEvent> call_next();

  private:
    [[nodiscard]] bool is_wanted(const config::Settings& settings,
                                 const websub::Subscription& subscription) const;
    [[nodiscard]] std::vector<websub::Subscription> missing(const config::Settings& settings) const;
    std::optional<websub::WebSubEvent> renew_or_end(websub::Subscription subscription, bool wanted);
    [[nodiscard]] std::optional<websub::Subscription> begin_call();
    [[nodiscard]] net::FormRequest request_for(const websub::Subscription& subscription) const;
    [[nodiscard]] std::optional<websub::WebSubEvent> conclude(
        const websub::Subscription& called, const Result<net::HttpResponse, net::HttpError>& answer);

    db::Database& database_;
    websub::WebSubStore store_;
    PostStore posts_;
    net::FormClient& http_;
    const websub::WebSubKey& key_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace paperround::post
