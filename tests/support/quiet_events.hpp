// Events that nobody wants to hear of; tests override those that they do.
#pragma once

#include "pipeline/events.hpp"

namespace paperround::test {

struct QuietEvents : pipeline::Events {
    void recorded(const queue::Delivery&, const queue::Outcome&, const queue::Step&,
                  std::string_view) override {}
    void relay_down(std::string_view, const queue::RelayHealth&) override {}
    void relay_up(std::string_view) override {}
    void paused(std::int64_t, std::string_view, std::string_view) override {}
    void write_failed(std::string_view) override {}
    void write_resumed() override {}
    void polled(const config::Newsletter&, const config::Source&, const post::PollResult&) override {}
    void poll_failed_to_write(const config::Newsletter&, std::string_view) override {}
    void pushed(const config::Newsletter&, const config::Source&, const post::IntakeResult&) override {}
    void websub(const websub::WebSubEvent&) override {}
    void mailing_planned(std::string_view, std::string_view, Time) override {}
    void digest_skipped(std::string_view, std::size_t) override {}
    void fan_out_finished(std::string_view, std::int64_t) override {}
    void recovered(int) override {}
    void overlap_failed(std::string_view, const queue::Outcome&) override {}
};

}  // namespace paperround::test
