#include "control/desk.hpp"

#include <fmt/format.h>

#include "pipeline/data/data_directory.hpp"

namespace paperround::control {

Desk::Desk(const config::Settings& settings, const Clock& clock, std::string actor)
    : settings_(settings),
      database_(pipeline::open_database(settings.data_dir)),
      clock_(clock),
      actor_(std::move(actor)) {}

void Desk::record(std::string_view action, std::string_view subject, std::string_view result) {
    if (!database_.in_transaction()) {
        db::Transaction transaction(database_);
        record(action, subject, result);
        return transaction.commit();
    }
    queue::ActionLog(database_).add({.id = 0,
                                     .at = now(),
                                     .actor = actor_,
                                     .action = std::string(action),
                                     .subject = std::string(subject),
                                     .result = std::string(result)});
}

tl::unexpected<Refusal> Desk::refused(std::string_view action, std::string_view subject, Refusal refusal) {
    record(action, subject, fmt::format("{}: {}", to_string(refusal.code), refusal.message));
    return failure(std::move(refusal));
}

std::vector<queue::Action> Desk::newest_actions(unsigned limit) {
    return queue::ActionLog(database_).newest(limit);
}

}  // namespace paperround::control
