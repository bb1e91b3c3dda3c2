#include "audience/past/taken_over_store.hpp"

namespace paperround::audience {

bool TakenOverStore::add(std::string_view token, const TakenOverLink& link) {
    return database_.transaction()
               .cached<
                   "INSERT INTO taken_over_links (token, newsletter, subscriber_id) VALUES (?1, ?2, ?3) ON CONFLICT "
                   "DO NOTHING">()
               .bind_all(token, link.newsletter, link.subscriber_id)
               .run() != 0;
}

std::optional<TakenOverLink> TakenOverStore::find(std::string_view token) {
    auto& query =
        database_.cached<"SELECT newsletter, subscriber_id FROM taken_over_links WHERE token = ?1">();
    std::optional<TakenOverLink> found;
    if (query.bind(1, token).step()) found = TakenOverLink{query.text(0), query.integer(1)};
    query.reset();
    return found;
}

void TakenOverStore::add_path(std::string_view path) {
    database_.transaction()
        .cached<"INSERT INTO taken_over_paths (path) VALUES (?1) ON CONFLICT DO NOTHING">()
        .bind(1, path)
        .run();
}

std::vector<std::string> TakenOverStore::paths() {
    auto query = database_.prepare<"SELECT path FROM taken_over_paths ORDER BY path">();
    std::vector<std::string> paths;
    while (query.step()) paths.push_back(query.text(0));
    return paths;
}

}  // namespace paperround::audience
