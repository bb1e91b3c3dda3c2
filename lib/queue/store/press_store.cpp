#include "queue/store/press_store.hpp"

#include <string_view>

#include "queue/store/mailing_store.hpp"

namespace paperround::queue {

namespace {
constexpr std::int64_t deaths_allowed = 1;
constexpr std::string_view why_paused =
    "the daemon ended twice while it was making this mailing; look at the post with `paperround preview`";
}  // namespace

void PressStore::press_begins(std::int64_t mailing) {
    db_.transaction()
        .cached<
            "INSERT INTO mailings_in_press (mailing_id, deaths) VALUES (?1, 0) ON CONFLICT "
            "(mailing_id) DO NOTHING">()
        .bind_all(mailing)
        .run();
}

void PressStore::press_ended(std::int64_t mailing) {
    db_.transaction().cached<"DELETE FROM mailings_in_press WHERE mailing_id = ?1">().bind_all(mailing).run();
}

std::vector<std::int64_t> PressStore::pause_deadly_mailings() {
    db_.transaction().cached<"UPDATE mailings_in_press SET deaths = deaths + 1">().run();
    std::vector<std::int64_t> deadly;
    auto query = db_.prepare<"SELECT mailing_id FROM mailings_in_press WHERE deaths > ?1">();
    query.bind(1, deaths_allowed);
    while (query.step()) deadly.push_back(query.integer(0));
    for (const std::int64_t mailing : deadly) {
        MailingStore(db_).pause(mailing, why_paused);
        press_ended(mailing);
    }
    return deadly;
}

}  // namespace paperround::queue
