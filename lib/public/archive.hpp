// What a newsletter with `archive: true` has sent, for everybody to read: the list, and each letter from its stored
// editions, as it was sent. Reads only. Serves several threads, one at a time with the database. Throws db::Error,
// and std::runtime_error where what was kept cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "email/edition.hpp"
#include "queue/store/archive_store.hpp"

namespace paperround::pages {

// A letter as a list shows it.
struct PastLetter {
    std::int64_t mailing = 0;
    std::string title;
    Time sent{};  // its first copy
};

struct KeptLetter {
    email::Edition edition;
    std::string language;  // of the words around the posts
};

struct KeptPicture {
    std::string type;
    std::string octets;
};

class Archive {
  public:
    explicit Archive(db::Database database) : database_(std::move(database)) {}

    // Those with a number below `before`, the newest first. `languages`: what the reader reads, as in
    // Accept-Language; the newsletter's own where there is no edition in one.
    [[nodiscard]] std::vector<PastLetter> list(const config::Newsletter& newsletter, std::size_t limit,
                                               std::optional<std::int64_t> before,
                                               std::string_view languages);
    // Nothing unless the newsletter has sent it.
    [[nodiscard]] std::optional<KeptLetter> letter(const config::Newsletter& newsletter, std::int64_t mailing,
                                                   std::string_view languages);
    [[nodiscard]] bool sent(const config::Newsletter& newsletter, std::int64_t mailing);
    // That was sent with the letter, by email::public_name.
    [[nodiscard]] std::optional<KeptPicture> picture(const config::Newsletter& newsletter,
                                                     std::int64_t mailing, std::string_view name);

  private:
    Mutex mutex_;
    db::Database database_ GUARDED_BY(mutex_);
};

// Which of the editions' languages a reader gets; "" is the newsletter's. `there` has contains(std::string).
[[nodiscard]] std::string edition_for(const std::vector<std::string>& there, std::string_view languages,
                                      std::string_view own);

}  // namespace paperround::pages
