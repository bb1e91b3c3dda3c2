#include "queue/store/digest_store.hpp"

namespace paperround::queue {

std::optional<DigestMoment> DigestStore::digest_moment(std::string_view newsletter) {
    auto& query = db_.cached<"SELECT schedule, next FROM digest_moments WHERE newsletter = ?1">();
    query.bind(1, newsletter);
    std::optional<DigestMoment> moment;
    if (query.step()) moment = {.schedule = query.text(0), .next = query.time(1)};
    query.reset();
    return moment;
}

void DigestStore::save_digest_moment(std::string_view newsletter, const DigestMoment& moment) {
    auto& upsert =
        db_.transaction()
            .cached<
                "INSERT INTO digest_moments VALUES (?1, ?2, ?3) ON CONFLICT (newsletter) DO UPDATE "
                "SET schedule = ?2, next = ?3">();
    upsert.bind_all(newsletter, moment.schedule, moment.next);
    upsert.run();
}

}  // namespace paperround::queue
