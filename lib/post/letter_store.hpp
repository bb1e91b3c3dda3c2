// The letters of a newsletter's welcome series (docs/welcome.md): the tables `letters` and `letter_orders`. A letter is
// known by its name, that of its file. Its text is a post of the state `letter`, a row for each text that it ever had.
// Works in the caller's transaction, and belongs to the thread of its Database. Failures are db::Error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/clock_jump.hpp"
#include "db/database.hpp"
#include "feed/feed_result.hpp"
#include "post/post_store.hpp"

namespace paperround::post {

struct Letter {
    std::string name;
    Duration after{0};         // joining
    std::int64_t post_id = 0;  // its present text
    // It is for readers who joined then or later: for the others its time had passed when its file came.
    Time joined_from{};
    bool operator==(const Letter&) const = default;
};

// Of the letter of which a post of the state `letter` is a text, by that post's id.
[[nodiscard]] std::string name_of_letter(std::string_view post_id);

class LetterStore {
  public:
    // PostStore::migrate makes the tables.
    explicit LetterStore(db::Database& database) : database_(database) {}

    // The folder is so now. A letter that was away for a day or longer is a new one when it is back.
    void take(const SourceState& folder, const feed::FeedResult& found, Time now);
    // Those in the folder, in the order in which a reader gets them: by `after`, then by name.
    [[nodiscard]] std::vector<Letter> letters(std::string_view newsletter) const;
    // A number that changes whenever a reader's next letter, or its time, may have changed: with the letters and their
    // times, and with `timing`, what else they depend on.
    [[nodiscard]] std::int64_t order_of(std::string_view newsletter, std::string_view timing);

    // The clock was ahead: what it dated moves with it.
    void follow_clock(const ClockJump& jump);

  private:
    struct Known {
        Letter letter;
        std::optional<Time> gone_since;
    };
    [[nodiscard]] std::vector<Known> known(std::string_view newsletter) const;
    [[nodiscard]] std::int64_t text_of(const SourceState& folder, const feed::Post& post, Time now);
    void save(std::string_view newsletter, const Known& known);
    void order_changed(std::string_view newsletter);

    db::Database& database_;
};

}  // namespace paperround::post
