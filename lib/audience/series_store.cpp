#include "audience/series_store.hpp"

namespace paperround::audience {

namespace {

constexpr db::Sql select_readers =
    "SELECT subscriber_id, joined_at, place_after, place_letter, place_at, place_mailing, due, ended_at FROM "
    "series_readers ";

SeriesReader read_reader(const db::Statement& row) {
    SeriesReader reader{.subscriber_id = row.integer(0),
                        .joined_at = row.time(1),
                        .place = std::nullopt,
                        .due = row.optional_time(6),
                        .ended_at = row.optional_time(7)};
    if (!row.is_null(2)) {
        reader.place = SeriesPlace{.after = Duration(row.integer(2)),
                                   .letter = row.text(3),
                                   .at = row.time(4),
                                   .mailing_id = row.integer(5)};
    }
    return reader;
}

void read_readers(db::Statement& query, std::vector<SeriesReader>& into) {
    while (query.step()) into.push_back(read_reader(query));
    query.reset();
}

}  // namespace

void SeriesStore::join(std::string_view newsletter, std::int64_t subscriber_id, Time now) {
    SeriesReader reader{
        .subscriber_id = subscriber_id, .joined_at = now, .place = {}, .due = now, .ended_at = {}};
    if (auto before = find(newsletter, subscriber_id)) {
        reader.place = std::move(before->place);
        if (reader.place) reader.joined_at = now - reader.place->after;
    }
    save(newsletter, reader, 0);
}

std::vector<SeriesReader> SeriesStore::due(std::string_view newsletter, Time now, std::int64_t order,
                                           std::size_t limit) {
    std::vector<SeriesReader> found;
    auto& due =
        database_.cached<select_readers +
                         "WHERE newsletter = ?1 AND due <= ?2 ORDER BY due, subscriber_id LIMIT ?3">();
    read_readers(due.bind_all(newsletter, now, static_cast<std::int64_t>(limit)), found);
    if (found.size() == limit) return found;
    auto& outdated = database_.cached<
        select_readers +
        "WHERE newsletter = ?1 AND letter_order < ?2 AND ended_at IS NULL AND (due IS NULL OR due > "
        "?3) LIMIT ?4">();
    read_readers(outdated.bind_all(newsletter, order, now, static_cast<std::int64_t>(limit - found.size())),
                 found);
    return found;
}

std::optional<Time> SeriesStore::next_due(std::string_view newsletter) {
    auto& query = database_.cached<
        "SELECT due FROM series_readers WHERE newsletter = ?1 AND due IS NOT NULL ORDER BY due LIMIT 1">();
    std::optional<Time> next;
    if (query.bind(1, newsletter).step()) next = query.time(0);
    query.reset();
    return next;
}

void SeriesStore::save(std::string_view newsletter, const SeriesReader& reader, std::int64_t order) {
    const auto& place = reader.place;
    database_.transaction()
        .cached<
            "INSERT INTO series_readers (newsletter, subscriber_id, joined_at, place_after, place_letter, place_at, "
            "place_mailing, due, ended_at, letter_order) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT "
            "(subscriber_id, newsletter) DO UPDATE SET joined_at = ?3, place_after = ?4, place_letter = ?5, place_at "
            "= ?6, place_mailing = ?7, due = ?8, ended_at = ?9, letter_order = ?10">()
        .bind_all(newsletter, reader.subscriber_id, reader.joined_at,
                  place ? std::optional(place->after.count()) : std::nullopt,
                  place ? std::string_view(place->letter) : std::string_view(),
                  place ? std::optional(place->at) : std::nullopt, place ? place->mailing_id : 0, reader.due,
                  reader.ended_at, order)
        .run();
}

void SeriesStore::follow_clock(std::string_view newsletter, const ClockJump& jump) {
    if (jump.to >= jump.from) return;
    database_.transaction()
        .cached<
            "UPDATE series_readers SET joined_at = CASE WHEN joined_at > ?2 THEN joined_at + ?3 ELSE joined_at END, "
            "place_at = CASE WHEN place_at > ?2 THEN place_at + ?3 ELSE place_at END, "
            "due = CASE WHEN due > ?2 THEN ?2 ELSE due END "
            "WHERE newsletter = ?1 AND ended_at IS NULL AND (joined_at > ?2 OR place_at > ?2 OR due > ?2)">()
        .bind_all(newsletter, jump.to, jump.length().count())
        .run();
}

bool SeriesStore::had(std::string_view newsletter, std::int64_t subscriber_id, std::string_view letter) {
    auto& query = database_.cached<
        "SELECT 1 FROM series_copies WHERE subscriber_id = ?1 AND newsletter = ?2 AND letter = ?3">();
    const bool found = query.bind_all(subscriber_id, newsletter, letter).step();
    query.reset();
    return found;
}

void SeriesStore::note_copy(std::string_view newsletter, std::int64_t subscriber_id, const SeriesCopy& copy) {
    database_.transaction()
        .cached<
            "INSERT INTO series_copies (subscriber_id, newsletter, letter, mailing_id, made_at) VALUES (?1, ?2, ?3, "
            "?4, ?5)">()
        .bind_all(subscriber_id, newsletter, copy.letter, copy.mailing_id, copy.made_at)
        .run();
}

std::optional<SeriesReader> SeriesStore::find(std::string_view newsletter, std::int64_t subscriber_id) {
    auto& query = database_.cached<select_readers + "WHERE subscriber_id = ?1 AND newsletter = ?2">();
    std::optional<SeriesReader> found;
    if (query.bind_all(subscriber_id, newsletter).step()) found = read_reader(query);
    query.reset();
    return found;
}

std::vector<SeriesCopy> SeriesStore::copies(std::string_view newsletter, std::int64_t subscriber_id) {
    auto& query = database_.cached<
        "SELECT letter, mailing_id, made_at FROM series_copies WHERE subscriber_id = ?1 AND newsletter = ?2 ORDER BY "
        "made_at, letter">();
    query.bind_all(subscriber_id, newsletter);
    std::vector<SeriesCopy> found;
    while (query.step())
        found.push_back({.letter = query.text(0), .mailing_id = query.integer(1), .made_at = query.time(2)});
    query.reset();
    return found;
}

}  // namespace paperround::audience
