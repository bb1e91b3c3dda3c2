#include "control/desk.hpp"

#include <fmt/format.h>

#include "control/action_log.hpp"
#include "pipeline/data/data_directory.hpp"

namespace paperround::control {

namespace {

db::Database open(const config::Settings& settings) {
    auto database = pipeline::open_database(settings.data_dir);
    ActionLog::migrate(database);
    return database;
}

}  // namespace

Desk::Desk(const config::Settings& settings, const Clock& clock, std::string actor)
    : settings_(settings), database_(open(settings)), clock_(clock), actor_(std::move(actor)) {}

void Desk::record(std::string_view action, std::string_view subject, std::string_view result) {
    if (!database_.in_transaction()) {
        db::Transaction transaction(database_);
        record(action, subject, result);
        return transaction.commit();
    }
    ActionLog(database_).add({.id = 0,
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

}  // namespace paperround::control
