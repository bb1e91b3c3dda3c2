// How far each reader is in a newsletter's welcome series (docs/welcome.md): the tables `series_readers` and
// `series_copies`. Who joins by a page is put into them in the transaction that makes him a reader; what he is sent is
// noted in the one that makes the copy. So nobody is lost, and no letter goes to anybody twice.
//
// Works inside the caller's transaction, and belongs to its Database's thread. Failures are db::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/clock_jump.hpp"
#include "db/database.hpp"

namespace paperround::audience {

// The letter that a reader was given last, or that was passed over for him.
struct SeriesPlace {
    Duration after{0};
    std::string letter;
    Time at{};                    // when
    std::int64_t mailing_id = 0;  // of his copy; 0: none was made
    bool operator==(const SeriesPlace&) const = default;
};

struct SeriesReader {
    std::int64_t subscriber_id = 0;
    Time joined_at{};                  // from which the letters' times count
    std::optional<SeriesPlace> place;  // nothing: at the beginning
    std::optional<Time> due;           // of his next letter; nothing: there is none
    std::optional<Time> ended_at;      // he left, or gets no mail
    bool operator==(const SeriesReader&) const = default;
};

struct SeriesCopy {
    std::string letter;
    std::int64_t mailing_id = 0;
    Time made_at{};
    bool operator==(const SeriesCopy&) const = default;
};

class SeriesStore {
  public:
    // AudienceStore::migrate makes the tables.
    explicit SeriesStore(db::Database& database) : database_(database) {}

    // A reader begins, or goes on where he was when he left: the time between then and now does not count.
    void join(std::string_view newsletter, std::int64_t subscriber_id, Time now);
    // Those whose next letter is due, or was found by an `order` before this one (post/letter_store.hpp).
    [[nodiscard]] std::vector<SeriesReader> due(std::string_view newsletter, Time now, std::int64_t order,
                                                std::size_t limit);
    // The earliest; nothing where nobody waits.
    [[nodiscard]] std::optional<Time> next_due(std::string_view newsletter);
    void save(std::string_view newsletter, const SeriesReader& reader, std::int64_t order);
    // The clock was ahead: what it dated moves with it, and who waits for a later time is looked at again.
    void follow_clock(std::string_view newsletter, const ClockJump& jump);
    [[nodiscard]] bool had(std::string_view newsletter, std::int64_t subscriber_id, std::string_view letter);
    // A letter that he had is db::Error (constraint): it must not be sent again.
    void note_copy(std::string_view newsletter, std::int64_t subscriber_id, const SeriesCopy& copy);

    [[nodiscard]] std::optional<SeriesReader> find(std::string_view newsletter, std::int64_t subscriber_id);
    // In the order in which they were made.
    [[nodiscard]] std::vector<SeriesCopy> copies(std::string_view newsletter, std::int64_t subscriber_id);

  private:
    db::Database& database_;
};

}  // namespace paperround::audience
