// Applies one proved report, within the transaction that its caller has open. For pipeline/intake/report_intake.hpp alone.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "pipeline/intake/report_policy.hpp"
#include "pipeline/taken_report.hpp"
#include "queue/mailing.hpp"
#include "queue/store/report_store.hpp"

namespace paperround::pipeline {

class ReportEffects {
  public:
    ReportEffects(db::Database& database, Time now) : database_(database), now_(now) {}

    // `row` is the report on record, and new. Sets what it did, in `taken` too.
    void apply(const queue::ReportRow& row, Consequence consequence, TakenReport& taken);
    // Deliveries that couriers held and must not finish.
    [[nodiscard]] const std::vector<std::int64_t>& recalled() const { return recalled_; }

  private:
    [[nodiscard]] queue::ReportEffect bounce(const queue::ReportRow& row, Consequence consequence,
                                             TakenReport& taken);
    [[nodiscard]] bool is_about_us(const queue::ReportRow& row, Consequence consequence, TakenReport& taken);
    [[nodiscard]] bool told_to_everybody(const queue::ReportRow& row, std::int64_t readers);
    [[nodiscard]] bool was_enough(const queue::ReportRow& row);
    void end_address(const queue::ReportRow& row, const TakenReport& taken, std::string_view prefix);
    void take_back(const queue::ReportRow& row);
    [[nodiscard]] queue::ReportEffect leave(const queue::ReportRow& row, const TakenReport& taken,
                                            bool complaint);
    void withdraw(std::string_view newsletter, std::int64_t subscriber_id, queue::DeliveryState state);

    db::Database& database_;
    Time now_;
    std::vector<std::int64_t> recalled_;
};

}  // namespace paperround::pipeline
