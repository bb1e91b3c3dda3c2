// Sets of stored states by name, for the SQL of the queue: behind a column's name, as in
// "WHERE state " + delivery_state::sending. The numbers are those of the enumerations.
//
// A partial index serves a query only where the query holds the very words that the index was made with. Those
// words stand in queue/store/queue_schema.cpp as they were released; tests/queue/stored_states_test.cpp sees to it that
// the queries still use the indexes.
#pragma once

#include "db/sql.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"

namespace paperround::queue {

// How far a mailing's deliveries have been created: mailings.fan_out_done.
enum class FanOut {
    under_way = 0,
    done = 1,
    broken_off = 2,  // by a cancelling; the deliveries that exist may be sent all the same
};

namespace fan_out {
inline constexpr auto under_way = db::is<FanOut::under_way>;
inline constexpr auto done = db::is<FanOut::done>;
inline constexpr auto broken_off = db::is<FanOut::broken_off>;
}  // namespace fan_out

// As a value to bind.
[[nodiscard]] constexpr int number(MailingState state) {
    return static_cast<int>(state);
}
[[nodiscard]] constexpr int number(DeliveryState state) {
    return static_cast<int>(state);
}

namespace mailing_state {
inline constexpr auto scheduled = db::is<MailingState::scheduled>;
inline constexpr auto paused = db::is<MailingState::paused>;
inline constexpr auto cancelled = db::is<MailingState::cancelled>;
inline constexpr auto done = db::is<MailingState::done>;
// Its deliveries may be claimed.
inline constexpr auto active = db::in<MailingState::fanning, MailingState::sending>;
// Nothing stops it: neither a person nor itself.
inline constexpr auto under_way =
    db::in<MailingState::scheduled, MailingState::fanning, MailingState::sending>;
inline constexpr auto open = "< " + db::stored<MailingState::cancelled>;
inline constexpr auto over = db::in<MailingState::cancelled, MailingState::done>;
static_assert(MailingState::paused < MailingState::cancelled && MailingState::cancelled < MailingState::done);
}  // namespace mailing_state

namespace delivery_state {
inline constexpr auto sending = db::is<DeliveryState::sending>;
inline constexpr auto deferred = db::is<DeliveryState::deferred>;
inline constexpr auto held = db::is<DeliveryState::held>;
inline constexpr auto sent = db::is<DeliveryState::sent>;
inline constexpr auto bounced = db::is<DeliveryState::bounced>;
// For their time; with the column, as in waiting<"d.state">.
template <db::Sql column>
inline constexpr auto waiting =
    db::any_of<column, DeliveryState::queued, DeliveryState::deferred, DeliveryState::in_doubt>;
// For their time, or for a person.
inline constexpr auto waiting_or_held =
    db::in<DeliveryState::queued, DeliveryState::deferred, DeliveryState::in_doubt, DeliveryState::held>;
inline constexpr auto not_final = "<= " + db::stored<DeliveryState::held>;
// Its content may have left.
inline constexpr auto perhaps_arrived = db::in<DeliveryState::sending, DeliveryState::in_doubt>;
inline constexpr auto ended_unsent = "> " + db::stored<DeliveryState::sent>;
// The relay has said whether it takes the message.
inline constexpr auto answered = db::in<DeliveryState::sent, DeliveryState::bounced, DeliveryState::refused>;
inline constexpr auto refused_for_good = db::in<DeliveryState::bounced, DeliveryState::refused>;
static_assert(DeliveryState::held < DeliveryState::sent && DeliveryState::sent < DeliveryState::bounced);
}  // namespace delivery_state

namespace outcome_kind {
inline constexpr auto accepted = db::is<OutcomeKind::accepted>;
inline constexpr auto about_mailbox = db::in<OutcomeKind::rejected_recipient, OutcomeKind::perhaps_recipient>;
// The relay took no responsibility for the message, for good.
inline constexpr auto refusal =
    db::in<OutcomeKind::rejected_recipient, OutcomeKind::perhaps_recipient, OutcomeKind::rejected_policy>;
// The relay has said whether it takes the message.
inline constexpr auto answer = db::in<OutcomeKind::accepted, OutcomeKind::rejected_recipient,
                                      OutcomeKind::perhaps_recipient, OutcomeKind::rejected_policy>;
}  // namespace outcome_kind

}  // namespace paperround::queue
