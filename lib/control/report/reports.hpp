// What a person may ask of what came back: which reports there were and what each did, how many, and which share of what
// was sent they are. Reads only. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"
#include "queue/store/report_store.hpp"

namespace paperround::control {

// Empty or absent: all.
struct ReportQuestion {
    std::string recipient;  // a reader's address
    std::string newsletter;
    std::string kind;    // of docs/bounces.md
    std::string effect;  // as well
    std::optional<std::int64_t> mailing;
    std::optional<Time> since;
    unsigned limit = 50;  // the newest
};

struct ReportView {
    queue::ReportRow row;
    std::optional<std::string> mail;  // its beginning, while it is kept
};

// Providers refuse who passes the second, and warn of the first.
constexpr double complaints_to_stay_below = 0.001;
constexpr double complaints_that_are_refused = 0.003;

struct ReportShare {
    std::int64_t mailing = 0;   // 0: this is a provider's share
    std::string name;           // the mailing's newsletter, or the provider
    std::int64_t answered = 0;  // deliveries whose server has answered: taken, or bounced
    std::int64_t bounced = 0;
    std::int64_t complaints = 0;
    [[nodiscard]] double bounce_share() const;
    [[nodiscard]] double complaint_share() const;  // of those that were taken
    // "", "high" or "too high": by the limits above.
    [[nodiscard]] std::string_view standing() const;
};

class Reports {
  public:
    explicit Reports(Desk& desk) : desk_(desk) {}

    // The newest first.
    [[nodiscard]] Answer<void> list(const ReportQuestion& question,
                                    const std::function<void(const queue::ReportRow&)>& visit);
    [[nodiscard]] Answer<ReportView> show(std::int64_t id);
    // The last `days`, the newest first.
    [[nodiscard]] std::vector<queue::ReportCount> counts(unsigned days);
    // Of mailings that were made in the last `days`, at most `mailings` of them: the mailings, the newest first, and behind
    // them the providers, the largest first.
    [[nodiscard]] std::vector<ReportShare> shares(unsigned days, unsigned mailings);

  private:
    Desk& desk_;
};

// One JSON object on a line.
[[nodiscard]] std::string to_json(const queue::ReportRow& row);
[[nodiscard]] std::string to_json(const ReportView& view);
[[nodiscard]] std::string to_json(const queue::ReportCount& count);
[[nodiscard]] std::string to_json(const ReportShare& share);

}  // namespace paperround::control
