// A history: operations drawn from a seed, told to the real queue and to its model, which are compared after each of
// them. A history that fails is shortened to the operations that it needs, and printed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/model/queue_model.hpp"
#include "pipeline/model/queue_world.hpp"

namespace paperround::test {

enum class Act {
    publish,
    hold_post,
    approve,
    schedule,
    step,
    take,
    send_dot,
    report,
    give_back,
    wait,
    pause,
    resume,
    cancel,
    retry,
    leave,
    come_back,
    suppress,
    lift,
    control,
    bounce,
    pause_relay,
    resume_relay,
    fail,
    reload,
    stop,
    kill,
    set_clock,
};

struct Operation {
    Act act = Act::step;
    std::uint64_t lot = 0;  // decides on what, and how
};

[[nodiscard]] std::vector<Operation> drawn(std::uint64_t seed, std::size_t length);

class QueueHistory {
  public:
    explicit QueueHistory(std::uint64_t seed);

    // Runs them up to the first difference, and a calm end behind them. What differs, one line each.
    [[nodiscard]] std::vector<std::string> run(const std::vector<Operation>& operations);
    // What was done, one line each.
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  private:
    void perform(const Operation& operation);
    void perform_on_mailing(const Operation& operation);
    void perform_on_reader(const Operation& operation);
    void perform_on_daemon(const Operation& operation);
    void take();
    void report();
    void report_as(std::size_t courier, queue::OutcomeKind kind);
    void report_all_accepted();
    void give_back();
    void send_dot();
    void step();
    void end_of_work();
    void wait(Duration length);
    void fail();
    void set_clock();
    void calm_down();
    [[nodiscard]] bool at_rest() const;
    void look();
    void check_recalled(const std::set<Copy>& of);
    std::uint64_t draw(std::uint64_t below);
    [[nodiscard]] int any_mailing();
    void say(std::string line) { lines_.push_back(std::move(line)); }

    config::Settings settings_;
    bool records_;  // in a flight recorder
    QueueModel model_;
    QueueWorld world_;
    SeededRandom lots_{0};
    std::vector<std::string> lines_;
    std::vector<std::string> wrong_;
};

// Nothing, or the shortest history found that fails, and how.
[[nodiscard]] std::string failure_of(std::uint64_t seed, std::size_t length);

}  // namespace paperround::test
