// A transport without a network: the server's replies come from a script, and what the session wrote can be
// read. No time passes in it: when the script is used up, a read ends as `at_end` says.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "smtp/transport.hpp"

namespace paperround::test {

struct Dialogue {
    std::deque<std::string> replies;  // each read returns one
    smtp::Transfer at_end = smtp::Transfer::timed_out;
    std::string written;
    std::size_t writes = 0;
    // The number (from 0) of the write that fails, and how many of its octets still reach the socket.
    std::size_t failing_write = static_cast<std::size_t>(-1);
    std::size_t octets_of_failing_write = 0;
    smtp::Transfer write_failure = smtp::Transfer::failed;
    bool quiet = true;
    std::chrono::nanoseconds patience{0};  // the time-out of the last read
    bool destroyed = false;
    std::string tls;
};

class ScriptedTransport final : public smtp::Transport {
  public:
    explicit ScriptedTransport(std::shared_ptr<Dialogue> dialogue) : dialogue_(std::move(dialogue)) {}
    ~ScriptedTransport() override { dialogue_->destroyed = true; }
    ScriptedTransport(const ScriptedTransport&) = delete;
    ScriptedTransport& operator=(const ScriptedTransport&) = delete;

    [[nodiscard]] smtp::Transferred write(std::string_view octets, smtp::Deadline) override {
        if (dialogue_->writes++ == dialogue_->failing_write) {
            dialogue_->written += octets.substr(0, dialogue_->octets_of_failing_write);
            return {dialogue_->write_failure, dialogue_->octets_of_failing_write, "broken pipe"};
        }
        dialogue_->written += octets;
        return {smtp::Transfer::done, octets.size(), {}};
    }

    [[nodiscard]] smtp::Transferred read(std::span<char> into, smtp::Deadline deadline) override {
        dialogue_->patience = deadline - std::chrono::steady_clock::now();
        if (dialogue_->replies.empty()) return {dialogue_->at_end, 0, {}};
        std::string& next = dialogue_->replies.front();
        const std::size_t count = std::min(next.size(), into.size());
        std::copy_n(next.begin(), count, into.begin());
        next.erase(0, count);
        if (next.empty()) dialogue_->replies.pop_front();
        return {smtp::Transfer::done, count, {}};
    }

    [[nodiscard]] bool quiet() override { return dialogue_->quiet; }
    [[nodiscard]] std::string tls() const override { return dialogue_->tls; }

  private:
    std::shared_ptr<Dialogue> dialogue_;
};

}  // namespace paperround::test
