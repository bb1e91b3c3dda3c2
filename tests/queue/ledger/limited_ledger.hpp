// A ledger in memory whose couriers are the test: it moves the clock, takes what is claimed and reports.
#pragma once

#include <map>
#include <stdexcept>

#include "base/address/mailbox.hpp"
#include "db/raw_sql.hpp"
#include "queue/fixture.hpp"
#include "queue/ledger/ledger.hpp"

namespace paperround::test {

struct LimitedLedger : QueueFixture, queue::LedgerDuties, queue::LedgerObserver {
    LimitedLedger() {
        settings.doubt_window = 200;
        settings.lanes = {{.relay = "main", .connections = 10, .newsletters = newsletters}};
    }

    void settle(const queue::Delivery&, const queue::Outcome&, const queue::Step& step, Time) override {
        verdicts += step.verdict == queue::AddressVerdict::nothing ? 0 : 1;
    }
    queue::Remaining prepare_deliveries(Time) override { return queue::Remaining::nothing; }
    void breaker_tripped(std::int64_t mailing) override { tripped.push_back(mailing); }
    void recorded(const queue::Delivery& delivery, const queue::Outcome& outcome, const queue::Step&,
                  std::string_view relay) override {
        if (outcome.kind != queue::OutcomeKind::accepted) return;
        ++sent[std::string(domain_of(delivery.recipient))];
        ++sent_by[std::string(relay)];
    }
    void relay_down(std::string_view relay, const queue::RelayHealth& health) override {
        say(health.resting ? "rests" : "down", relay);
    }
    void relay_up(std::string_view relay) override { say("up", relay); }
    void relay_slowed(std::string_view relay, double per_second, std::string_view words) override {
        say("slowed", relay);
        slowed_to = per_second;
        slowed_words = words;
    }
    void connections_learned(std::string_view relay, unsigned, std::string_view) override {
        say("connections", relay);
    }
    void messages_learned(std::string_view relay, unsigned, std::string_view) override {
        say("messages", relay);
    }
    void relay_paused(std::string_view relay) override { say("paused", relay); }
    void relay_resumed(std::string_view relay) override { say("resumed", relay); }
    void relay_forgotten(std::string_view relay) override { say("forgotten", relay); }
    void paused(std::int64_t, std::string_view, std::string_view reason) override {
        pauses.emplace_back(reason);
    }
    void domain_slowed(std::string_view domain, double per_second, std::string_view) override {
        slowed.emplace_back(domain, per_second);
    }
    void domain_restored(std::string_view domain) override { restored.emplace_back(domain); }
    void write_failed(std::string_view) override {}
    void write_resumed() override {}

    // Makes the ledger, as a start of the daemon does.
    queue::Ledger& start() {
        ledger.reset();
        ledger.emplace(database, settings, *this, *this, recall, clock, random);
        return *ledger;
    }
    void limit_domain(const std::string& domain, const config::Limit& limit) {
        settings.limits.push_back({queue::Scope::domain, domain, limit});
    }
    // A mailing with `count` readers in each of the domains, in turn.
    std::int64_t mailing_in(const std::vector<std::string>& domains, int count, std::int64_t post = 1,
                            const std::string& newsletter = "notes") {
        const auto id = mailings
                            ->create_mailing({.newsletter = newsletter,
                                              .post_id = post,
                                              .title = "t",
                                              .key = "k",
                                              .not_before = clock.now()},
                                             clock.now())
                            .value();
        mailings->start_due(clock.now());
        std::vector<queue::Addressee> addressees;
        for (int i = 0; i < count * static_cast<int>(domains.size()); ++i) {
            addressees.push_back({i + 1, "reader" + std::to_string(i) + "@" +
                                             domains[static_cast<std::size_t>(i) % domains.size()]});
        }
        deliveries->add_deliveries(id, addressees, clock.now(), *settings.providers);
        mailings->finish_fan_out(id, clock.now());
        return id;
    }
    // What each delivery of a lane meets.
    virtual queue::Outcome answer(std::size_t /*lane*/, const queue::Delivery& /*delivery*/) {
        return {.kind = queue::OutcomeKind::accepted, .stage = queue::Stage::final_dot, .code = 250};
    }
    // The ledger and its couriers at work until the clock stands `length` further on.
    void work(Duration length, Duration step = std::chrono::milliseconds(20)) {
        const Time end = clock.now() + length;
        while (clock.now() < end) {
            work_now();
            clock.advance(step);
        }
    }
    // As long as there is something to do without the clock moving.
    void work_now() {
        int rounds = 0;
        for (int idle = 0; idle < 2;) {
            if (++rounds > 10'000) throw std::runtime_error("the ledger never comes to rest");
            const bool more = ledger->step();
            std::size_t taken = 0;
            for (std::size_t lane = 0; lane < settings.lanes.size(); ++lane) {
                for (queue::Delivery& delivery : ledger->hand_out().take(lane, 1000)) {
                    ++taken;
                    auto outcome = answer(lane, delivery);
                    ledger->hand_out().report(lane, std::move(delivery), std::move(outcome));
                }
            }
            idle = more || taken > 0 ? 0 : idle + 1;
        }
    }

    void say(const std::string& what, std::string_view relay) {
        said.push_back(what + " " + std::string(relay));
    }
    std::int64_t integer(const std::string& sql) {
        auto query = db::RawSql(database).prepare(sql);
        query.step();
        return query.integer(0);
    }

    queue::LedgerSettings settings;
    queue::Recall recall;
    std::map<std::string, int> sent;
    std::map<std::string, int> sent_by;
    std::vector<std::pair<std::string, double>> slowed;
    std::vector<std::string> restored;
    std::vector<std::string> pauses;
    std::vector<std::int64_t> tripped;
    std::vector<std::string> said;  // about relays
    double slowed_to = 0.0;
    std::string slowed_words;
    int verdicts = 0;
    std::optional<queue::Ledger> ledger;
};

}  // namespace paperround::test
