#include "pipeline/plan/recovery.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "pipeline/plan/clock_jump.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/press_store.hpp"
#include "queue/store/recorder_store.hpp"
#include "queue/store/time_store.hpp"

namespace paperround::pipeline {

std::shared_ptr<queue::FlightRecorder> open_recorder(db::Database& database, const RecorderPlace& place,
                                                     Random& random, Events& events) {
    constexpr std::size_t id_octets = 16;
    const queue::FlightOrigin believed{.boot = place.boot, .id = queue::RecorderStore(database).believed()};
    auto recorder = queue::FlightRecorder::open(place.folder, believed, hex(random.bytes(id_octets)));
    if (recorder) return std::move(*recorder);
    events.no_flight_recorder(recorder.error());
    return nullptr;
}

std::vector<queue::LeftReport> recover(db::Database& database, const config::Settings& settings, Time now,
                                       Random& random, Events& events, queue::FlightRecorder* recorder) {
    if (const auto jump = take_up_clock(database, settings, now)) events.clock_set(jump->length());
    queue::TimeStore times(database);
    queue::RecorderStore files(database);
    queue::PressStore in_press(database);
    queue::MailingStore mailings(database);
    const std::string file = recorder != nullptr ? recorder->id() : "";
    const std::vector<queue::FlightRecord> records =
        recorder != nullptr ? recorder->left() : std::vector<queue::FlightRecord>{};
    db::Transaction transaction(database);
    times.seen(now);
    auto left = queue::settle_left_flights(database, records, settings.retry, settings.on_doubt, now, random);
    if (files.believed() != file) files.believe(file);
    const auto deadly = in_press.pause_deadly_mailings();
    transaction.commit();
    if (recorder != nullptr) {
        std::vector<std::size_t> kept;
        for (const queue::LeftReport& report : left.answered) kept.push_back(report.delivery.flight.number);
        recorder->keep_only(kept);
    }
    if (left.in_doubt > 0) events.recovered(left.in_doubt);
    if (!left.answered.empty() || left.not_begun > 0)
        events.recovered_by_recorder(static_cast<int>(left.answered.size()), left.not_begun);
    for (const std::int64_t id : deadly) {
        if (const auto mailing = mailings.mailing(id))
            events.paused(id, mailing->newsletter, mailing->pause_reason);
    }
    return std::move(left.answered);
}

}  // namespace paperround::pipeline
