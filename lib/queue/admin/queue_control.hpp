// The operator's hand on deliveries that wait: try them now, hold them, let them go, drop them; by address,
// domain, mailing or newsletter. Beside a running daemon, whose ledger notices within a fraction of a second.
//
// Each call works through the queue in short transactions, and each row is judged again by the statement that
// changes it: what the ledger has claimed or settled meanwhile is left as it is. A call that is cut short has
// done some; asking again does the rest. Failures are db::Error.
//
// A delivery that is being sent cannot be held back any more, and is left alone; dropping it is what a
// reader's leaving is: recalled where its body has not left yet, and `sent` where the relay accepts it all
// the same.
#pragma once

#include <cstdint>
#include <string>

#include "db/database.hpp"
#include "queue/mailing.hpp"

namespace paperround::queue {

// Which deliveries; of each field that is given, all must hold.
struct Selection {
    std::int64_t mailing_id = 0;
    std::string newsletter;
    std::string recipient_like;  // see queue/admin/address_pattern.hpp
};

enum class QueueAction {
    flush,    // deferred ones are due now
    hold,     // nothing is sent until released
    release,  // held ones are due now
    drop,     // cancelled
};

struct QueueCount {
    std::int64_t changed = 0;
    std::int64_t sending = 0;   // left alone (but for drop: recalled, and among `changed`)
    std::int64_t in_doubt = 0;  // may have arrived: left as they were
    std::int64_t paused = 0;    // of those changed: their mailing is paused, so they wait on
    bool operator==(const QueueCount&) const = default;
};

class QueueControl {
  public:
    explicit QueueControl(db::Database& database) : db_(database) {}

    // `doubtful`: with release, also what may have arrived already. Without it a doubt is never sent again
    // because of a flush or a release.
    QueueCount apply(QueueAction action, const Selection& selection, bool doubtful, Time now);

  private:
    struct Page;
    struct Row;
    [[nodiscard]] Page next_page(const Selection& selection, std::int64_t mailing, std::int64_t after);
    void change(QueueAction action, const Page& page, bool doubtful, Time now, QueueCount& count);
    bool change_row(QueueAction action, const Row& row, Time now);

    db::Database& db_;
};

}  // namespace paperround::queue
