#include "pipeline/plan/series_planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "audience/audience_store.hpp"
#include "base/encoding.hpp"
#include "base/text/duration.hpp"
#include "pipeline/plan/letter_time.hpp"
#include "pipeline/plan/wanted_readers.hpp"
#include "post/post_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;
using audience::SeriesPlace;
using audience::SeriesReader;
using audience::SeriesStore;

namespace {

constexpr std::size_t looked_at_once = 250;
// For so long a text's mailing takes readers.
constexpr Duration mailing_takes = 7 * 24h;
// How soon it is asked again whether the letter before has ended: as long as it has taken, within these.
constexpr Duration soonest_look = 1s;
constexpr Duration latest_look = 10min;
// When it is asked again whether a bounce was believed.
constexpr Duration bounce_look = 24h;

}  // namespace

struct SeriesPlanner::Series {
    const config::Newsletter& newsletter;
    Time now{};
    std::vector<post::Letter> letters;  // in their order
    std::int64_t order = 0;
    audience::Wanted wanted;
    std::map<std::int64_t, std::optional<std::int64_t>> mailings;  // by the letter's text
    std::set<std::int64_t> made_now;
};

queue::Remaining SeriesPlanner::plan_some(const config::Newsletter& newsletter, Time now) {
    post::LetterStore store(database_);
    Series series{.newsletter = newsletter,
                  .now = now,
                  .letters = store.letters(newsletter.name),
                  .order = store.order_of(newsletter.name, letter_timing(newsletter.schedule)),
                  .wanted = wanted_readers(&newsletter),
                  .mailings = {},
                  .made_now = {}};
    auto readers = SeriesStore(database_).due(newsletter.name, now, series.order, looked_at_once);
    const bool all = readers.size() < looked_at_once;
    Copies copies;
    for (SeriesReader& reader : readers) look_at(series, std::move(reader), copies);
    std::size_t waiting = 0;
    for (auto& [mailing, some] : copies) {
        if (!make(series, mailing, some)) waiting += some.size();
    }
    // Who waits is found again first.
    if (!all && waiting < looked_at_once) return queue::Remaining::some;
    return waiting > 0 ? queue::Remaining::waiting : queue::Remaining::nothing;
}

void SeriesPlanner::look_at(Series& series, SeriesReader reader, Copies& copies) {
    const std::string& newsletter = series.newsletter.name;
    audience::AudienceStore audience(database_);
    const auto member = audience.member(newsletter, reader.subscriber_id);
    if (member && member->state == audience::State::active && !member->suppressed)
        return look_at_member(series, std::move(reader), member->subscriber, copies);
    const bool active = member && member->state == audience::State::active;
    const auto suppression =
        active ? audience.find_suppression(member->subscriber.address, newsletter) : std::nullopt;
    if (suppression && suppression->provisional) {
        reader.due = series.now + bounce_look;
    } else {
        reader.due.reset();
        reader.ended_at = series.now;
    }
    SeriesStore(database_).save(newsletter, reader, series.order);
}

void SeriesPlanner::look_at_member(Series& series, SeriesReader reader,
                                   const audience::Subscriber& subscriber, Copies& copies) {
    SeriesStore store(database_);
    for (;;) {
        reader.due = next_due(series, reader);
        if (!reader.due || *reader.due > series.now) break;
        if (reader.place && reader.place->mailing_id != 0 &&
            queue::DeliveryStore(database_).is_on_its_way(reader.place->mailing_id, reader.subscriber_id)) {
            reader.due =
                series.now + std::clamp<Duration>(series.now - reader.place->at, soonest_look, latest_look);
            break;
        }
        const post::Letter& letter = *next_letter(series, reader);
        const auto mailing = mailing_of(series, letter);
        const Time before = reader.place ? reader.place->at : reader.joined_at;
        if (mailing && (!series.wanted || series.wanted(subscriber))) {
            reader.place = SeriesPlace{letter.after, letter.name, series.now, *mailing};
            reader.due = next_due(series, reader);
            copies[*mailing].push_back({std::move(reader), subscriber.address, letter.name});
            return;
        }
        reader.place = SeriesPlace{letter.after, letter.name, before, 0};
    }
    store.save(series.newsletter.name, reader, series.order);
}

const post::Letter* SeriesPlanner::next_letter(const Series& series, const SeriesReader& reader) {
    SeriesStore store(database_);
    for (const post::Letter& letter : series.letters) {
        const bool passed = reader.place && std::tie(letter.after, letter.name) <=
                                                std::tie(reader.place->after, reader.place->letter);
        if (passed || reader.joined_at < letter.joined_from) continue;
        if (!store.had(series.newsletter.name, reader.subscriber_id, letter.name)) return &letter;
    }
    return nullptr;
}

std::optional<Time> SeriesPlanner::next_due(const Series& series, const SeriesReader& reader) {
    const post::Letter* letter = next_letter(series, reader);
    if (letter == nullptr) return std::nullopt;
    const config::Schedule& schedule = series.newsletter.schedule;
    const Time due = letter_due(schedule, reader.joined_at, letter->after);
    if (!reader.place) return due;
    // A clock that was set back makes nobody wait for what it had shown.
    const Time last = std::min(reader.place->at, series.now);
    return std::max(due,
                    earliest_behind(schedule, reader.joined_at, last, letter->after - reader.place->after));
}

std::optional<std::int64_t> SeriesPlanner::mailing_of(Series& series, const post::Letter& letter) {
    const auto [found, is_new] = series.mailings.try_emplace(letter.post_id);
    if (!is_new) return found->second;
    queue::MailingStore mailings(database_);
    const auto newest = mailings.letters_of(letter.post_id);
    if (newest && newest->state == queue::MailingState::cancelled) return std::nullopt;
    // One that a clock made which was ahead is not of this week either.
    if (newest && std::chrono::abs(series.now - newest->created) < mailing_takes)
        return found->second = newest->id;
    const auto post = post::PostStore(database_).find(letter.post_id);
    const std::string title = fmt::format("{} (welcome, after {})", post ? post->post.title : letter.name,
                                          format_duration(letter.after));
    found->second = mailings.create_letters({.newsletter = series.newsletter.name,
                                             .post_id = letter.post_id,
                                             .title = title,
                                             .key = base32(random_.bytes(10)),
                                             .seal = base32(random_.bytes(20))},
                                            series.now);
    series.made_now.insert(*found->second);
    events_.mailing_planned(series.newsletter.name, title, series.now);
    return found->second;
}

// False where they wait; then nothing of them is written.
bool SeriesPlanner::make(const Series& series, std::int64_t mailing, const std::vector<Copy>& copies) {
    std::vector<queue::Addressee> addressees;
    addressees.reserve(copies.size());
    for (const Copy& copy : copies) addressees.push_back({copy.reader.subscriber_id, copy.address});
    std::ranges::sort(addressees, {}, &queue::Addressee::subscriber_id);
    if (must_wait_(mailing, series.made_now.contains(mailing), addressees)) return false;
    queue::DeliveryStore(database_).add_deliveries(mailing, addressees, series.now, providers_);
    queue::MailingStore(database_).go_on(mailing);
    SeriesStore store(database_);
    for (const Copy& copy : copies) {
        store.note_copy(series.newsletter.name, copy.reader.subscriber_id,
                        {.letter = copy.letter, .mailing_id = mailing, .made_at = series.now});
        store.save(series.newsletter.name, copy.reader, series.order);
    }
    return true;
}

}  // namespace paperround::pipeline
