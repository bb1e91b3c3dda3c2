// The letters of mailings that have begun, one for each language (email/edition.hpp), and the pictures in
// them: here they are octets. A mailing's are kept in one commit, before its first copy is made, and as long
// as the mailing. Not thread-safe; failures are db::Error.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "db/database.hpp"

namespace paperround::queue {

struct KeptEdition {
    std::string content;  // packed
    std::string subject;  // as text, for lists
};

class EditionStore {
  public:
    explicit EditionStore(db::Database& database) : db_(database) {}
    static void migrate(db::Database& database);

    // By language; "" is the newsletter's own. Needs a transaction of its caller's. What is there stays.
    void keep(std::int64_t mailing_id, const std::map<std::string, KeptEdition>& editions);
    // Of all its letters, in the same commit; a mailing without any has none kept.
    void keep_pictures(std::int64_t mailing_id, std::string_view pictures);
    [[nodiscard]] std::optional<std::string> find_pictures(std::int64_t mailing_id);
    // Empty where the mailing has not begun.
    [[nodiscard]] std::set<std::string> languages(std::int64_t mailing_id);
    [[nodiscard]] std::optional<std::string> find(std::int64_t mailing_id, std::string_view language);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
