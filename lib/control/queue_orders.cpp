#include "control/queue_orders.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/address/mailbox.hpp"
#include "control/json_line.hpp"
#include "control/newsletter_choice.hpp"
#include "queue/admin/address_pattern.hpp"
#include "queue/admin/delivery_log.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::control {

namespace {

bool names_something(const QueueOrder& order) {
    return !order.address.empty() || !order.domain.empty() || !order.newsletter.empty() || order.mailing != 0;
}

// Why it is not clear what is meant; empty where it is.
std::string ambiguity_of(const QueueOrder& order) {
    if (names_something(order) && order.all) return "a choice and all exclude each other";
    if (!order.address.empty() && !order.domain.empty()) return "an address has one domain: give one of both";
    if (names_something(order) || order.all || order.action == queue::QueueAction::flush) return "";
    return fmt::format("{} what? Name an address, a domain, a mailing or a newsletter, or say all",
                       to_string(order.action));
}

std::string subject_of(const QueueOrder& order) {
    std::vector<std::string> parts;
    if (!order.address.empty()) parts.push_back(order.address);
    if (!order.domain.empty()) parts.push_back("domain " + order.domain);
    if (!order.newsletter.empty()) parts.push_back(order.newsletter);
    if (order.mailing != 0) parts.push_back(fmt::format("mailing {}", order.mailing));
    return parts.empty() ? "all deliveries" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Answer<queue::QueueCount> QueueOrders::apply(const QueueOrder& order) {
    const auto selection = selection_of(order);
    if (!selection) return failure(selection.error());
    const std::string action = fmt::format("queue {}", to_string(order.action));
    const auto count =
        queue::QueueControl(desk_.database()).apply(order.action, *selection, order.in_doubt, desk_.now());
    desk_.record(action, subject_of(order), fmt::format("{} changed", count.changed));
    return count;
}

Answer<queue::Selection> QueueOrders::selection_of(const QueueOrder& order) {
    if (std::string why = ambiguity_of(order); !why.empty())
        return refuse(Refusal::Code::malformed, std::move(why));
    if (order.mailing != 0 && !queue::MailingStore(desk_.database()).mailing(order.mailing))
        return refuse(Refusal::Code::unknown, fmt::format("no mailing {}", order.mailing));
    queue::Selection selection{
        .mailing_id = order.mailing, .newsletter = order.newsletter, .recipient_like = {}};
    // One that is configured no more may still have deliveries.
    const bool named = !order.newsletter.empty();
    if (named && !queue::DeliveryLog(desk_.database()).knows_newsletter(order.newsletter)) {
        const auto known = choose_newsletter(desk_.settings(), order.newsletter);
        if (!known) return failure(known.error());
    }
    if (!order.domain.empty()) selection.recipient_like = queue::pattern_of_domain(order.domain);
    if (!order.address.empty()) {
        const auto address = canonical_address(order.address);
        if (!address) return refuse(Refusal::Code::malformed, order.address + ": " + address.error().reason);
        selection.recipient_like = queue::pattern_of_address(*address);
    }
    return selection;
}

std::string_view to_string(queue::QueueAction action) {
    switch (action) {
        case queue::QueueAction::flush:
            return "flush";
        case queue::QueueAction::hold:
            return "hold";
        case queue::QueueAction::release:
            return "release";
        case queue::QueueAction::drop:
            return "drop";
    }
    return "?";
}

std::string to_json(queue::QueueAction action, const queue::QueueCount& count) {
    return json_line(nlohmann::ordered_json{{"action", to_string(action)},
                                            {"changed", count.changed},
                                            {"sending", count.sending},
                                            {"in_doubt", count.in_doubt},
                                            {"paused", count.paused}});
}

}  // namespace paperround::control
