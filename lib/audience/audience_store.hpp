// Who reads what, and who must not be mailed: the tables `subscribers`, `subscriptions` and `suppressions`.
//
// Every call works inside the caller's db::Transaction and opens none itself, so that leaving a newsletter
// and cancelling its waiting deliveries can be one commit. Belongs to the thread of its Database, which must
// outlive it. Failures of the database are db::Error exceptions.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/list_entry.hpp"
#include "audience/subscriber.hpp"
#include "base/clock.hpp"
#include "db/database.hpp"

namespace paperround::audience {

[[nodiscard]] std::string_view to_string(State state);
[[nodiscard]] std::optional<State> parse_state(std::string_view text);

// What subscribe() found or did.
enum class Subscribed {
    added,
    updated,      // was active already: name and attributes were brought up to date, if they differed
    left_before,  // left or was removed, and stays so; name and attributes were brought up to date, unless he
                  // had himself forgotten: then nothing is stored
    suppressed,   // the address must not be mailed; an unknown one is not stored
    ended,        // was active, and a list says that the reader left
};
struct Subscription {
    Subscribed result = Subscribed::added;
    std::int64_t subscriber_id = 0;  // 0: not stored
};

// One who left comes back only when that is asked for in so many words.
enum class Again { no, yes };

struct Member {
    Subscriber subscriber;
    State state = State::active;
    Time since{};
    std::optional<Time> ended_at;
    std::string source;       // "import readers.csv", "command line"
    std::string reason;       // why it ended, where a list from elsewhere said so
    bool suppressed = false;  // active members that are suppressed get no mail
};

// Which readers are meant, by all that is known of each.
using Wanted = std::function<bool(const Subscriber&)>;

// A stretch of a newsletter's active readers, as the fan-out takes them.
struct Reached {
    std::vector<Subscriber> readers;  // that may be mailed, with id and address only, by ascending id
    std::uint64_t suppressed = 0;     // those between them that must not be mailed
    std::int64_t last = 0;            // the stretch's last reader: where to go on
    bool complete = false;            // nobody is behind it
};

struct ActiveCount {
    std::uint64_t mailable = 0;
    std::uint64_t suppressed = 0;
};

struct MemberFilter {
    std::optional<State> state;
    std::string text;  // part of the address or the name, ASCII letters in either case; empty: all
};

// The reason of a suppression that a person made, whose evidence begins with who it was. Only a person lifts it.
inline constexpr std::string_view suppressed_by_hand = "by hand";

struct Suppression {
    std::string address_key;   // base/address/mailbox.hpp
    std::string reason;        // "bounced", "complaint", "by hand"
    std::string evidence;      // the server's words
    bool provisional = false;  // counts like any other, and goes if its mailing's breaker trips
    std::optional<std::int64_t> mailing_id;
    Time created_at{};
    std::string newsletter = {};  // the only one that it holds for; empty: all
    bool operator==(const Suppression&) const = default;
};

class AudienceStore {
  public:
    // Creates or upgrades the tables, in a transaction of its own.
    static void migrate(db::Database& database);

    explicit AudienceStore(db::Database& database) : database_(database) {}

    // The subscriber's address must be canonical (audience/checked_subscriber.hpp). A name that is not empty
    // replaces the stored one. Attributes are merged one by one; an empty value removes its attribute.
    Subscription subscribe(std::string_view newsletter, const Subscriber& subscriber, Time now,
                           std::string_view source, Again again = Again::no);
    // What a list from elsewhere says, taken over without subscribing anybody who left: neither one who left
    // here nor one who left there. A subscription that is active here ends where the list says that he left,
    // unless he came back since by himself. A new subscription is stored as the list has it, in whichever
    // state.
    Subscription take(std::string_view newsletter, const Subscriber& subscriber, const ListEntry& entry,
                      Time now, Again again = Again::no);
    // True when the subscription was active until now. Suppression does not matter here. `reason`: why, where it was
    // no click of the reader's.
    bool leave(std::string_view newsletter, std::int64_t subscriber_id, Time now,
               std::string_view reason = {});
    bool remove(std::string_view newsletter, std::string_view address, Time now);
    // Ends what the reader still has besides `kept`, with the reason on record.
    void leave_others(std::string_view kept, std::int64_t subscriber_id, std::string_view reason, Time now);

    // The stored reader's name and attributes are these from now on, even where they are empty.
    void change(const Subscriber& reader);

    [[nodiscard]] std::optional<Subscriber> find(std::string_view address);
    [[nodiscard]] std::optional<Subscriber> find(std::int64_t subscriber_id);
    // Of all newsletters, by ascending id, with id and address only.
    [[nodiscard]] std::vector<Subscriber> subscribers_after(std::int64_t subscriber_id, std::size_t limit);
    // The ids of those whose addresses match a pattern of SQL's LIKE, with \ before what is meant as it is. Reads all
    // subscribers at worst.
    [[nodiscard]] std::vector<std::int64_t> matching(std::string_view like, std::size_t limit);
    // In the order of `ids`; those that are gone are left out.
    [[nodiscard]] std::vector<Subscriber> get_many(std::span<const std::int64_t> ids);
    [[nodiscard]] std::optional<Member> member(std::string_view newsletter, std::int64_t subscriber_id);
    // All that the reader has or had, by the newsletter's name.
    [[nodiscard]] std::map<std::string, Member> memberships(std::int64_t subscriber_id);
    // Would a mailing go to this reader now: active and not suppressed.
    [[nodiscard]] bool is_active(std::string_view newsletter, std::int64_t subscriber_id);
    [[nodiscard]] std::uint64_t count_active(std::string_view newsletter);

    // Of the active readers with higher ids; of those whom `wanted` holds for, where it is given.
    [[nodiscard]] ActiveCount count_active_after(std::string_view newsletter, std::int64_t subscriber_id,
                                                 const Wanted& wanted = {});

    // For the fan-out: the next `limit` active readers by ascending id. Memory and time of a call depend on
    // `limit`, not on how many readers there are.
    [[nodiscard]] Reached reach(std::string_view newsletter, std::int64_t after_subscriber_id,
                                std::size_t limit, const Wanted& wanted = {});

    // Calls `visit` for each member by ascending id until it returns false. Reads in pages, so memory stays
    // flat and no snapshot is held while the visitor writes to a slow terminal.
    void list(std::string_view newsletter, const MemberFilter& filter,
              const std::function<bool(const Member&)>& visit);
    void set_tags(std::int64_t subscriber_id, const std::vector<std::string>& tags);
    // Whether some member of the newsletter has a tag.
    [[nodiscard]] bool any_tags(std::string_view newsletter);
    // Every attribute name that some member of the newsletter has.
    [[nodiscard]] std::set<std::string> attribute_names(std::string_view newsletter);
    // Every language that some member of the newsletter is known to read, as it was written.
    [[nodiscard]] std::set<std::string> languages(std::string_view newsletter);

    // A provisional suppression never weakens a firm one; a firm one replaces a provisional one. Otherwise
    // the first stays.
    void suppress(const Suppression& suppression);
    // The breaker tripped: what this mailing suppressed provisionally is mailable again. Returns how many.
    int undo_provisional(std::int64_t mailing_id);
    // The same for one address; false where the mailing did not suppress it provisionally.
    bool undo_provisional(std::int64_t mailing_id, std::string_view address);
    // The mailing ended well: its provisional suppressions stand, `limit` of them at a time. Returns how
    // many.
    int confirm_provisional(std::int64_t mailing_id, int limit = std::numeric_limits<int>::max());
    // Whether the newsletter must not be mailed there; with an empty name, whether none must.
    [[nodiscard]] bool is_suppressed(std::string_view address, std::string_view newsletter = {});
    // The one of all newsletters, else that newsletter's own.
    [[nodiscard]] std::optional<Suppression> find_suppression(std::string_view address,
                                                              std::string_view newsletter = {});
    // Lifts the one of all newsletters, and the named newsletter's own.
    bool unsuppress(std::string_view address, std::string_view newsletter = {});
    // All that hold for the address, the one of all newsletters first.
    [[nodiscard]] std::vector<Suppression> suppressions_of(std::string_view address);
    // Lifts all of them; how many.
    int unsuppress_everywhere(std::string_view address);
    // Everything that is stored of him: subscriptions, attributes, what he asked for by pages, his suppressions.
    // False where nothing was.
    bool erase(std::string_view address);
    // By ascending address and newsletter, until `visit` returns false; in pages like list().
    void list_suppressions(const std::function<bool(const Suppression&)>& visit);

  private:
    struct Stored;
    std::optional<Stored> stored(std::string_view key);
    std::int64_t insert(const Subscriber& subscriber, std::string_view key, Time now);
    void update(const Stored& before, const Subscriber& subscriber);
    bool end(std::string_view newsletter, std::int64_t subscriber_id, State state, Time now,
             std::string_view reason = {});
    Subscribed meet(std::string_view newsletter, std::int64_t id, const ListEntry& entry, Time now,
                    Again again);
    ActiveCount count_wanted_after(std::string_view newsletter, std::int64_t subscriber_id,
                                   const Wanted& wanted);
    std::vector<Member> page(std::string_view newsletter, const MemberFilter& filter, std::int64_t after);

    db::Database& database_;
};

}  // namespace paperround::audience
