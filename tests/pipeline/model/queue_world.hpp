// The real queue beneath a history of operations: database, ledger and planner as the daemon has them, on an injected
// clock and in one thread; couriers are the test. What people do goes over a connection of its own, as commands do.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/fixture.hpp"
#include "pipeline/model/queue_model.hpp"
#include "pipeline/plan/delivery_planner.hpp"
#include "queue/admin/queue_control.hpp"
#include "queue/ledger/ledger.hpp"
#include "queue/recorder/flight_recorder.hpp"
#include "support/seeded_random.hpp"

namespace paperround::test {

// The planner, which can be made to fail inside a commit.
class FailingDuties final : public queue::LedgerDuties {
  public:
    explicit FailingDuties(queue::LedgerDuties& planner) : planner_(planner) {}
    void settle(const queue::Delivery& delivery, const queue::Outcome& outcome, const queue::Step& step,
                Time now) override;
    queue::Remaining prepare_deliveries(Time now) override;
    void breaker_tripped(std::int64_t mailing) override;
    void taken_back(std::int64_t mailing, std::span<const queue::DeliveryRow> rows, Time now) override;
    // Before the planning of the next commit, or behind it.
    enum class Failure { none, before_planning, behind_planning };
    Failure failure = Failure::none;

  private:
    queue::LedgerDuties& planner_;
};

struct Taken {
    std::size_t lane = 0;
    queue::Delivery delivery;
    Copy copy;
    bool dot_left = false;  // its content may have arrived
};

class QueueWorld {
  public:
    // With a flight recorder, or without one.
    QueueWorld(const config::Settings& settings, int readers, Time now, bool records);
    ~QueueWorld();

    // --- What people do, as QueueModel has it
    void publish(int newsletter, bool held);
    void approve(int post);
    void schedule(int newsletter, Time not_before);
    void pause(int mailing);
    void resume(int mailing);
    void cancel(int mailing);
    void retry(int mailing, const std::set<queue::DeliveryState>& states);
    // By the page, which tells the couriers at once; or by a command.
    void leave(int newsletter, int reader, bool by_page);
    void come_back(int newsletter, int reader);
    void suppress(int reader);
    void lift(int reader);
    void control(queue::QueueAction action, int mailing, bool doubtful);
    void pause_relay(int relay);
    void resume_relay(int relay);
    void bounce(Copy copy);

    // --- What couriers do
    std::vector<Copy> take(std::size_t lane, std::size_t most);
    void give_back(std::size_t courier);
    void send_dot(std::size_t courier);
    // Returns the reply's code.
    int report(std::size_t courier, queue::OutcomeKind kind, std::optional<Duration> retry_after);
    [[nodiscard]] bool recalled(std::size_t courier) const;
    std::vector<Taken> couriers;

    // --- What the daemon does
    void step();
    void fail(FailingDuties::Failure failure);
    // Nothing can be written: the database is read only for the ledger.
    void fail_to_write();
    void reload();
    void stop();
    void kill();
    void follow_clock(const ClockJump& jump);
    ManualClock clock;

    [[nodiscard]] std::set<Copy> sending();
    // Where the database is not as the model has it; what is left to the real queue is taken over.
    [[nodiscard]] std::vector<std::string> differences(QueueModel& model);
    [[nodiscard]] std::vector<std::string> broken();

  private:
    struct Daemon;
    void start(const std::vector<std::string>& inherited);
    void recover();
    void end_work();
    void begin_anew();
    [[nodiscard]] std::string address(int reader) const;
    void compare_mailings(QueueModel& model, std::vector<std::string>& wrong);
    void compare_deliveries(QueueModel& model, std::vector<std::string>& wrong);
    void compare_readers(QueueModel& model, std::vector<std::string>& wrong);
    void compare_relays(QueueModel& model, std::vector<std::string>& wrong);

    TempDir dir_;
    config::Settings settings_;
    bool records_;
    SeededRandom random_;
    RememberedEvents events_;
    std::unique_ptr<db::Database> desk_;
    std::unique_ptr<queue::Recall> recall_ = std::make_unique<queue::Recall>();  // dies with its process
    std::shared_ptr<queue::FlightRecorder> recorder_;
    std::vector<std::unique_ptr<Daemon>> daemons_;  // the last one works
    int posts_ = 0;
    int words_ = 0;
};

// Words that nobody else hears: what several readers are told alike has tests of its own.
[[nodiscard]] queue::Outcome model_outcome(queue::OutcomeKind kind, int number);

}  // namespace paperround::test
