// The mailings of which something was sent, as a newsletter's archive lists them: the table `sent_mailings`. A mailing
// is there from the first copy that a relay has accepted. Writes inside the caller's transaction. Belongs to its
// Database's thread; failures are db::Error.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"

namespace paperround::queue {

struct SentMailing {
    std::int64_t id = 0;
    std::string title;  // what listings show
    std::map<std::string, std::string>
        subjects;  // by the edition's language; empty for mailings of old versions
    Time first_sent{};
};

class ArchiveStore {
  public:
    explicit ArchiveStore(db::Database& database) : db_(database) {}
    // Needs the tables of mailings and editions.
    static void migrate(db::Database& database);

    // A copy was accepted. What is noted stays; personal mail is not noted.
    void note_sent(std::int64_t mailing_id, Time now);
    // With a number below `before`, the newest first. Time and memory depend on `limit`, not on how many there are.
    [[nodiscard]] std::vector<SentMailing> list(
        std::string_view newsletter, std::size_t limit,
        std::int64_t before = std::numeric_limits<std::int64_t>::max());
    // Nothing unless that newsletter sent it.
    [[nodiscard]] std::optional<SentMailing> find(std::string_view newsletter, std::int64_t mailing_id);

  private:
    [[nodiscard]] std::map<std::string, std::string> subjects_of(std::int64_t mailing_id);
    db::Database& db_;
};

}  // namespace paperround::queue
