// What hubs say by themselves (W3C WebSub §5.3, §7): verifications of intent, denials and pushes.
//
// A push is taken only with a good signature over its body, and is then the feed of its source: its posts
// go through the same intake as a poll's and are committed before the hub is answered. It leaves the source's
// validators alone, but under `hold` drops them: the last look before a post is mailed reads the whole feed.
// What it lacks is not withdrawn. A push that cannot be used (no feed, or before the source was first read
// whole), or that ends early, makes the source due for a poll. The hub learns nothing of why a push was
// passed over: it gets a success, as §7.1 wants.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "post/post_intake.hpp"
#include "websub/hub_query.hpp"
#include "websub/websub_event.hpp"
#include "websub/websub_key.hpp"
#include "websub/websub_store.hpp"

namespace paperround::post {

struct Push {
    std::string_view body;
    std::string_view content_type;  // of the HTTP field; may be empty
    std::string_view signature;     // X-Hub-Signature; empty where there is none
};

struct PushResult {
    enum class Kind {
        taken,        // `intake` says what of it was new
        passed_over,  // `event` says why
        gone,         // there is no such subscription any more
    };
    Kind kind = Kind::gone;
    const config::Newsletter* newsletter = nullptr;  // taken: both live in the Settings
    const config::Source* source = nullptr;
    IntakeResult intake;
    std::optional<websub::WebSubEvent> event;
};

struct Confirmation {
    bool confirmed = false;  // the challenge is to be given back; for a denial: it was heard
    std::optional<websub::WebSubEvent> event;  // what it changed
};

// Belongs to the thread of its Database; owns none of its references. Throws db::Error, and has changed
// nothing then.
class WebSubCallbacks {
  public:
    WebSubCallbacks(db::Database& database, const config::Settings& settings, const websub::WebSubKey& key,
                    const Clock& clock, Random& random);

    // `id` is the last part of the callback's address.
    [[nodiscard]] Confirmation confirm(std::string_view id, const websub::HubQuery& query);
    [[nodiscard]] PushResult receive(std::string_view id, const Push& push);

  private:
    [[nodiscard]] std::optional<websub::Subscription> find(std::string_view id) const;
    void activate(websub::Subscription& subscription, const websub::HubQuery& query);
    Confirmation deny(websub::Subscription& subscription, const websub::HubQuery& query);
    PushResult pass_over(const websub::Subscription& subscription, std::string reason) const;
    PushResult take(const websub::Subscription& subscription, const Push& push);

    db::Database& database_;
    websub::WebSubStore store_;
    PostStore posts_;
    PostIntake intake_;
    const config::Settings& settings_;
    const websub::WebSubKey& key_;
    const Clock& clock_;
    Random& random_;
};

}  // namespace paperround::post
