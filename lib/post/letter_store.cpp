#include "post/letter_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace paperround::post {

namespace {

// What is away for a shorter time is being written anew, or lies on a disk that is coming back.
constexpr Duration soon_back = std::chrono::hours(24);
// A file may have lain there since the last look, and for a while before the first.
constexpr Duration perhaps_there = std::chrono::hours(1);

}  // namespace

std::string name_of_letter(std::string_view post_id) {
    return std::string(post_id.substr(0, post_id.rfind('#')));
}

void LetterStore::take(const SourceState& folder, const feed::FeedResult& found, Time now) {
    std::map<std::string, Known> before;
    for (Known& each : known(folder.newsletter)) before.emplace(each.letter.name, each);
    std::set<std::string> there;
    bool changed = false;
    const Time since = std::min(folder.last_look.value_or(now), now - perhaps_there);
    for (const feed::Post& post : found.posts) {
        const auto after = found.after.find(post.id);
        if (after == found.after.end()) continue;
        there.insert(post.id);
        Known next{.letter = {.name = post.id,
                              .after = after->second,
                              .post_id = text_of(folder, post, now),
                              .joined_from = since - after->second},
                   .gone_since = std::nullopt};
        const auto was = before.find(post.id);
        const bool is_new =
            was == before.end() || (was->second.gone_since && now - *was->second.gone_since >= soon_back);
        if (!is_new) next.letter.joined_from = was->second.letter.joined_from;
        if (!is_new && !was->second.gone_since && was->second.letter == next.letter) continue;
        save(folder.newsletter, next);
        changed =
            changed || is_new || was->second.gone_since || was->second.letter.after != next.letter.after;
    }
    for (auto& [name, known] : before) {
        if (there.contains(name) || known.gone_since) continue;
        known.gone_since = now;
        save(folder.newsletter, known);
        changed = true;
    }
    if (changed) order_changed(folder.newsletter);
}

// A text that it had before is its old row.
std::int64_t LetterStore::text_of(const SourceState& folder, const feed::Post& post, Time now) {
    PostStore posts(database_);
    feed::Post stored = post;
    stored.id = fmt::format("{}#{}", post.id, feed::content_fingerprint(post));
    if (const auto known = posts.id_of(folder.id, stored.id)) return *known;
    return posts.record(folder, stored, PostState::letter, {}, now);
}

std::vector<LetterStore::Known> LetterStore::known(std::string_view newsletter) const {
    auto& query = database_.cached<
        "SELECT name, after, post_id, joined_from, gone_since FROM letters WHERE newsletter = ?1">();
    query.bind(1, newsletter);
    std::vector<Known> found;
    while (query.step()) {
        found.push_back({.letter = {.name = query.text(0),
                                    .after = Duration(query.integer(1)),
                                    .post_id = query.integer(2),
                                    .joined_from = query.time(3)},
                         .gone_since = query.optional_time(4)});
    }
    query.reset();
    return found;
}

std::vector<Letter> LetterStore::letters(std::string_view newsletter) const {
    std::vector<Letter> there;
    for (Known& each : known(newsletter)) {
        if (!each.gone_since) there.push_back(std::move(each.letter));
    }
    std::ranges::sort(there, {}, [](const Letter& letter) { return std::tie(letter.after, letter.name); });
    return there;
}

void LetterStore::save(std::string_view newsletter, const Known& known) {
    database_.transaction()
        .cached<
            "INSERT INTO letters (newsletter, name, after, post_id, joined_from, gone_since) VALUES (?1, ?2, ?3, ?4, "
            "?5, ?6) ON CONFLICT (newsletter, name) DO UPDATE SET after = ?3, post_id = ?4, joined_from = ?5, "
            "gone_since = ?6">()
        .bind_all(newsletter, known.letter.name, known.letter.after.count(), known.letter.post_id,
                  known.letter.joined_from, known.gone_since)
        .run();
}

void LetterStore::order_changed(std::string_view newsletter) {
    database_.transaction()
        .cached<
            "INSERT INTO letter_orders (newsletter, number, timing) VALUES (?1, 1, '') ON CONFLICT (newsletter) DO "
            "UPDATE SET number = letter_orders.number + 1">()
        .bind(1, newsletter)
        .run();
}

void LetterStore::follow_clock(const ClockJump& jump) {
    if (jump.to >= jump.from) return;
    // joined_from lies before the look that found the letter by what its `after` is.
    database_.transaction()
        .cached<
            "UPDATE letters SET joined_from = CASE WHEN joined_from + after > ?1 THEN joined_from + ?2 ELSE joined_from "
            "END, gone_since = CASE WHEN gone_since > ?1 THEN gone_since + ?2 ELSE gone_since END">()
        .bind_all(jump.to, jump.length().count())
        .run();
}

std::int64_t LetterStore::order_of(std::string_view newsletter, std::string_view timing) {
    auto& query = database_.cached<"SELECT number, timing FROM letter_orders WHERE newsletter = ?1">();
    const bool known = query.bind(1, newsletter).step();
    const std::int64_t number = known ? query.integer(0) : 0;
    const bool same = known && query.text(1) == timing;
    query.reset();
    if (same) return number;
    if (!known) order_changed(newsletter);
    database_.transaction()
        .cached<"UPDATE letter_orders SET number = ?2, timing = ?3 WHERE newsletter = ?1">()
        .bind_all(newsletter, number + 1, timing)
        .run();
    return number + 1;
}

}  // namespace paperround::post
