#include "pipeline/intake/hub_intake.hpp"

namespace paperround::pipeline {

HubIntake::HubIntake(db::Database database, const config::Settings& settings, const websub::WebSubKey& key,
                     const Clock& clock, Random& random, Events& events, queue::HandOut& hand_out)
    : database_(std::move(database)),
      key_(key),
      events_(events),
      hand_out_(hand_out),
      callbacks_(database_, settings, key, clock, random) {}

std::optional<std::string> HubIntake::confirm(std::string_view id, std::string_view query) {
    const auto asked = websub::parse_hub_query(query);
    if (!asked || !knows(id)) return std::nullopt;
    const Lock lock(mutex_);
    const post::Confirmation said = callbacks_.confirm(id, *asked);
    if (said.event) events_.websub(*said.event);
    return said.confirmed ? std::optional(asked->challenge) : std::nullopt;
}

bool HubIntake::receive(std::string_view id, const post::Push& push) {
    const Lock lock(mutex_);
    const post::PushResult result = callbacks_.receive(id, push);
    if (result.event) events_.websub(*result.event);
    if (result.kind == post::PushResult::Kind::taken) {
        events_.pushed(*result.newsletter, *result.source, result.intake);
        if (!result.intake.ready.empty()) hand_out_.wake();
    }
    return result.kind != post::PushResult::Kind::gone;
}

}  // namespace paperround::pipeline
