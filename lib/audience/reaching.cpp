// The part of AudienceStore that says whom a mailing reaches: for the fan-out, and to count them.
#include "audience/attributes.hpp"
#include "audience/audience_store.hpp"
#include "audience/tags.hpp"

namespace paperround::audience {

namespace {

constexpr std::size_t counted_at_once = 2000;

}  // namespace

std::uint64_t AudienceStore::count_active(std::string_view newsletter) {
    return count_active_after(newsletter, 0).mailable;
}

ActiveCount AudienceStore::count_active_after(std::string_view newsletter, std::int64_t subscriber_id,
                                              const Wanted& wanted) {
    if (wanted) return count_wanted_after(newsletter, subscriber_id, wanted);
    // Suppressions are few: counting them from their side spares a look-up per reader.
    auto& query = database_.cached<
        "SELECT (SELECT count(*) FROM subscriptions WHERE newsletter = ?1 AND subscriber_id > ?2 AND state = 'active'), "
        "(SELECT count(DISTINCT s.id) FROM suppressions x CROSS JOIN subscribers s CROSS JOIN subscriptions p "
        "WHERE s.address_key = x.address_key AND p.newsletter = ?1 AND p.subscriber_id = s.id AND p.subscriber_id > ?2 "
        "AND p.state = 'active' AND (x.newsletter = '' OR x.newsletter = ?1))">();
    query.bind_all(newsletter, subscriber_id).step();
    const auto active = static_cast<std::uint64_t>(query.integer(0));
    const auto suppressed = static_cast<std::uint64_t>(query.integer(1));
    query.reset();
    return {.mailable = active - suppressed, .suppressed = suppressed};
}

ActiveCount AudienceStore::count_wanted_after(std::string_view newsletter, std::int64_t subscriber_id,
                                              const Wanted& wanted) {
    ActiveCount count;
    for (bool more = true; more;) {
        const Reached reached = reach(newsletter, subscriber_id, counted_at_once, wanted);
        count.mailable += reached.readers.size();
        count.suppressed += reached.suppressed;
        subscriber_id = reached.last;
        more = !reached.complete;
    }
    return count;
}

Reached AudienceStore::reach(std::string_view newsletter, std::int64_t after_subscriber_id, std::size_t limit,
                             const Wanted& wanted) {
    constexpr db::Sql active_behind =
        "(SELECT count(*) FROM suppressions x WHERE x.address_key = s.address_key "
        "AND (x.newsletter = '' OR x.newsletter = p.newsletter)) "
        "FROM subscriptions p CROSS JOIN subscribers s "
        "WHERE p.newsletter = ?1 AND p.subscriber_id > ?2 AND p.state = 'active' AND s.id = p.subscriber_id "
        "ORDER BY p.subscriber_id LIMIT ?3";
    // Who chooses nobody needs no attributes, which are what costs.
    auto& query =
        wanted ? database_.cached<"SELECT s.id, s.address, s.name, s.attributes, s.tags, " + active_behind>()
               : database_.cached<"SELECT s.id, s.address, '', '{}', '', " + active_behind>();
    query.bind_all(newsletter, after_subscriber_id, static_cast<std::int64_t>(limit));
    Reached reached{.readers = {}, .suppressed = 0, .last = after_subscriber_id, .complete = false};
    reached.readers.reserve(limit);
    std::size_t met = 0;
    for (; query.step(); ++met) {
        reached.last = query.integer(0);
        Subscriber reader{query.integer(0), query.text(1), {}, {}, {}};
        if (wanted) {
            reader.name = query.text(2);
            reader.attributes = decode_attributes(query.text(3));
            reader.tags = decode_tags(query.text(4));
            if (!wanted(reader)) continue;
        }
        if (query.integer(5) != 0) {
            ++reached.suppressed;
        } else {
            reached.readers.push_back({reader.id, std::move(reader.address), {}, {}});
        }
    }
    query.reset();
    reached.complete = met < limit;
    return reached;
}

}  // namespace paperround::audience
