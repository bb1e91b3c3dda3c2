// The part of AudienceStore that looks into readers' attributes, which are stored as JSON: SQLite's functions for it
// are not those of PostgreSQL, and reading each reader's attributes here instead would cost a newsletter of a million
// readers seconds.
#include "audience/audience_store.hpp"

namespace paperround::audience {

std::set<std::string> AudienceStore::attribute_names(std::string_view newsletter) {
    auto query = database_.prepare<
        "SELECT DISTINCT a.key FROM subscriptions p CROSS JOIN subscribers s, json_each(s.attributes) a "
        "WHERE p.newsletter = ?1 AND s.id = p.subscriber_id">();
    query.bind(1, newsletter);
    std::set<std::string> names;
    while (query.step()) names.insert(query.text(0));
    return names;
}

std::set<std::string> AudienceStore::languages(std::string_view newsletter) {
    // Most readers have none, and looking for the word costs less than reading their attributes.
    auto query = database_.prepare<
        "SELECT DISTINCT s.attributes ->> 'language' FROM subscriptions p CROSS JOIN subscribers s "
        "WHERE p.newsletter = ?1 AND s.id = p.subscriber_id AND instr(s.attributes, 'language') > 0">();
    query.bind(1, newsletter);
    std::set<std::string> languages;
    while (query.step()) {
        if (!query.is_null(0)) languages.insert(query.text(0));
    }
    return languages;
}

}  // namespace paperround::audience
