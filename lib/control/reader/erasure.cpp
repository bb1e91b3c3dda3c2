#include "control/reader/erasure.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audience/audience_store.hpp"
#include "audience/join_store.hpp"
#include "audience/past/forgotten_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "queue/admin/action_log.hpp"
#include "queue/admin/reader_erasure.hpp"
#include "queue/store/delivery_store.hpp"
#include "queue/store/report_store.hpp"

namespace paperround::control {

namespace {

constexpr std::size_t label_digits = 32;

std::int64_t erase_copies(Desk& desk, const audience::Subscriber& reader, Receipt& receipt) {
    queue::DeliveryStore deliveries(desk.database());
    const std::int64_t open = deliveries.count_open(reader.id);
    deliveries.withdraw("", reader.id, queue::DeliveryState::left, desk.now());
    const auto copies = queue::ReaderErasure(desk.database()).erase(reader.id, reader.address, receipt.label);
    receipt.deliveries = copies.deliveries;
    receipt.replies = copies.replies;
    return open;
}

}  // namespace

Answer<Receipt> forget(Desk& desk, Random& random, std::string_view address) {
    auto receipt = forget_one_of_many(desk, random, address);
    if (receipt) desk.database().empty_log();
    return receipt;
}

Answer<Receipt> forget_one_of_many(Desk& desk, Random& random, std::string_view text) {
    const auto address = canonical_address(text);
    if (!address)
        return refuse(Refusal::Code::malformed, fmt::format("{}: {}", text, address.error().reason));
    db::Database& database = desk.database();
    database.overwrite_deleted();
    db::Transaction transaction(database);
    audience::AudienceStore audience(database);
    audience::ForgottenStore forgotten(database);
    const auto reader = audience.find(*address);
    Receipt receipt{.at = desk.now(), .was_suppressed = !audience.suppressions_of(*address).empty()};
    receipt.requests = static_cast<std::int64_t>(audience::JoinStore(database).requests_of(*address).size());
    if (!reader && receipt.requests == 0 && !receipt.was_suppressed) {
        if (const auto before = forgotten.find(*address)) {
            return refuse(Refusal::Code::not_now,
                          fmt::format("it was forgotten at {} already", format_rfc3339(before->at)));
        }
        return refuse(Refusal::Code::unknown, fmt::format("nothing is stored of {}", *address));
    }
    receipt.label = std::string(queue::forgotten_label) +
                    forgotten.add(*address, receipt.at, random).hash.substr(0, label_digits);
    if (reader) {
        receipt.was_reader = true;
        receipt.subscriptions = static_cast<std::int64_t>(audience.memberships(reader->id).size());
        receipt.cancelled = erase_copies(desk, *reader, receipt);
    }
    queue::ReportStore(database).erase(reader ? reader->id : 0, *address, receipt.label);
    receipt.replies += queue::ReaderErasure(database).erase_words(*address, receipt.label);
    audience.erase(*address);
    receipt.actions = queue::ActionLog(database).erase(*address, receipt.label);
    desk.record(queue::forget_action, receipt.label,
                fmt::format("erased: {} subscriptions, {} requests; {} deliveries without the address",
                            receipt.subscriptions, receipt.requests, receipt.deliveries));
    transaction.commit();
    return receipt;
}

std::string to_json(const Receipt& receipt) {
    return json_line(nlohmann::ordered_json{{"forgotten", format_rfc3339_millis(receipt.at)},
                                            {"label", receipt.label},
                                            {"reader", receipt.was_reader},
                                            {"subscriptions", receipt.subscriptions},
                                            {"requests", receipt.requests},
                                            {"suppression", receipt.was_suppressed},
                                            {"deliveries", receipt.deliveries},
                                            {"cancelled", receipt.cancelled},
                                            {"replies", receipt.replies},
                                            {"actions", receipt.actions}});
}

}  // namespace paperround::control
