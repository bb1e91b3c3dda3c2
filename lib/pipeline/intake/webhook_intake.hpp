// Takes what mail services tell by HTTP: checks who says it, reads it, and hands it to the one path of what comes back
// (pipeline/intake/report_intake.hpp). A signature says who speaks, never which delivery he speaks of: each report needs
// its own proof (pipeline/intake/report_proof.hpp). Thread-safe; serves one request at a time but for its reading.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/token.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "bounce/webhook/events.hpp"
#include "db/database.hpp"
#include "net/http_client.hpp"
#include "pipeline/events.hpp"
#include "pipeline/intake/report_intake.hpp"
#include "pipeline/intake/sns_gate.hpp"
#include "pipeline/intake/webhook_access.hpp"
#include "queue/ledger/recall.hpp"

namespace paperround::pipeline {

struct WebhookCall {
    std::string_view name;           // of the webhook
    std::string_view secret;         // behind its name in the path; empty: none
    std::string_view authorization;  // the fields that the services use
    std::string_view sendgrid_signature;
    std::string_view sendgrid_timestamp;
    std::string_view body;
};

enum class WebhookAnswer {
    taken,         // all that follows is committed
    unknown,       // there is no such webhook
    unauthorised,  // it lacks the secret
    forged,        // it is not signed, or late, or says another thing with a signature that was used before
    unreadable,    // signed, and not what the service sends
    later,         // what it takes to judge it cannot be had now
};

class WebhookIntake {
  public:
    // All but the database and the webhooks outlive it.
    WebhookIntake(db::Database database, std::vector<WebhookAccess> webhooks,
                  const audience::TokenSigner& signer, const Clock& clock, Events& events,
                  queue::Recall& recall, net::HttpClient& http)
        : webhooks_(std::move(webhooks)),
          clock_(clock),
          events_(events),
          sns_(http, clock),
          database_(std::move(database)),
          intake_(database_, signer, clock, &recall) {}

    // Whether its body is worth reading: there is such a webhook, and the call has the secret where it needs one that is
    // sent. Quick.
    [[nodiscard]] WebhookAnswer admit(const WebhookCall& call) const;
    // Throws db::Error, and then nothing was taken: the service is to try again.
    [[nodiscard]] WebhookAnswer take(const WebhookCall& call);
    [[nodiscard]] bool any() const { return !webhooks_.empty(); }

  private:
    [[nodiscard]] const WebhookAccess* find(std::string_view name) const;
    [[nodiscard]] WebhookAnswer take_from_sns(const WebhookAccess& access, const WebhookCall& call);
    [[nodiscard]] WebhookAnswer take_from_mailgun(const WebhookAccess& access, const WebhookCall& call);
    [[nodiscard]] WebhookAnswer commit(const WebhookAccess& access, bounce::Events events,
                                       const OneUse& once = {});

    const std::vector<WebhookAccess> webhooks_;
    const Clock& clock_;
    Events& events_;
    SnsGate sns_;
    Mutex mutex_;
    db::Database database_ GUARDED_BY(mutex_);
    ReportIntake intake_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline
