// What happens in the pipeline, for the daemon's log. Called on the thread on which it happened, after its
// commit. Exceptions: mailing_planned, digest_skipped and fan_out_finished are called inside the ledger's
// commit, so they are called again if the write fails. Implementations are thread-safe and do not throw.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "pipeline/taken_report.hpp"
#include "post/poller.hpp"
#include "queue/ledger/ledger.hpp"
#include "queue/mailing.hpp"
#include "websub/websub_event.hpp"

namespace paperround::pipeline {

class Events : public queue::LedgerObserver {
  public:
    virtual void polled(const config::Newsletter& newsletter, const config::Source& source,
                        const post::PollResult& result) = 0;
    virtual void poll_failed_to_write(const config::Newsletter& newsletter, std::string_view reason) = 0;
    // A hub pushed the source, and its new posts are stored.
    virtual void pushed(const config::Newsletter& newsletter, const config::Source& source,
                        const post::IntakeResult& result) = 0;
    virtual void websub(const websub::WebSubEvent& event) = 0;
    virtual void mailing_planned(std::string_view newsletter, std::string_view title, Time not_before) = 0;
    // A digest's moment came, but `waiting` posts were too few.
    virtual void digest_skipped(std::string_view newsletter, std::size_t waiting) = 0;
    virtual void fan_out_finished(std::string_view newsletter, std::int64_t mailing_id) = 0;
    // The last run ended in the middle of so many deliveries, which may have arrived.
    virtual void recovered(int deliveries) = 0;
    // And in the middle of so many others, of which the flight recorder knew how their attempt had ended, or that it had
    // not been begun.
    virtual void recovered_by_recorder(int /*answered*/, int /*not_begun*/) {}
    virtual void no_flight_recorder(std::string_view /*why*/) {}
    // Pictures beside posts that are missing from a mailing: one line each.
    virtual void pictures_lost(const queue::Mailing& /*mailing*/, const std::vector<std::string>& /*lines*/) {
    }
    // The wall clock was set, by so much (positive: ahead). Stored times follow it.
    virtual void clock_set(Duration /*by*/) {}
    // A relay did not cope with an envelope behind a final dot: no more envelopes are sent ahead to it.
    virtual void overlap_failed(std::string_view relay, const queue::Outcome& outcome) = 0;
    // A connection to the relay stands, and nothing has been received over it for seconds; the courier still
    // waits.
    virtual void relay_silent(const config::Relay& /*relay*/) {}
    // A connection broke within a message while the relay seems to work: the message goes over another
    // connection. Called on any courier's thread.
    virtual void connection_broke(std::string_view /*relay*/, const queue::Outcome& /*outcome*/) {}
    // What came back was taken: the mailbox and the report.
    virtual void report_taken(std::string_view /*mailbox*/, const TakenReport& /*taken*/) {}
    // A mail that came back cannot be read, and was put aside.
    virtual void report_unreadable(std::string_view /*mailbox*/, std::string_view /*mail*/,
                                   std::string_view /*why*/) {}
    // A mailbox of what comes back cannot be used; an empty `trouble`: it can be again.
    virtual void bounce_mailbox(std::string_view /*mailbox*/, std::string_view /*trouble*/) {}
    // The topic of this webhook may send to it from now on; or somebody has ended that.
    virtual void webhook_subscription(std::string_view /*webhook*/, bool /*may_send*/) {}
    // The name server for recipient domains does not answer, or answers again.
    virtual void resolver_down() {}
    virtual void resolver_up() {}
};

}  // namespace paperround::pipeline
