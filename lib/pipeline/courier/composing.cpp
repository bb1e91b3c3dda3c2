#include "pipeline/courier/composing.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace paperround::pipeline {

namespace {
constexpr std::size_t letters_at_once = 4;
}  // namespace

void Composing::run(const std::stop_token& stop) {
    while (const std::size_t room = outbox_.wait_for_room(stop)) {
        if (!hand_out_.wait_for_claims(lane_, stop)) return;
        compose(hand_out_.take(lane_, room));
    }
}

void Composing::compose(std::vector<queue::Delivery> deliveries) {
    std::size_t i = 0;  // deliveries before `i` are handled
    std::vector<Letter> few;
    try {
        const auto readers = composer_.readers_of(deliveries);
        for (; i < deliveries.size(); ++i) {
            if (auto letter = letter_for(deliveries[i], readers[i])) few.push_back(std::move(*letter));
            if (few.size() == letters_at_once) outbox_.put(std::exchange(few, {}), true);
        }
        hand_out_.could_read(deliveries.size());
    } catch (const db::Error& error) {
        // The database cannot be read: this is neither the readers' nor the relay's fault.
        hand_out_.cannot_read(error.what());
        composer_.look_again();
        for (; i < deliveries.size(); ++i) hand_out_.give_back(lane_, deliveries[i]);
    }
    outbox_.put(std::move(few));
}

// Returns nothing if there is no letter to send: the delivery or its outcome went back to the ledger.
std::optional<Letter> Composing::letter_for(queue::Delivery& delivery,
                                            const std::optional<audience::Subscriber>& reader) {
    if (recall_.contains(delivery.id)) {
        hand_out_.give_back(lane_, delivery);
        return std::nullopt;
    }
    auto letter = compose_alone(delivery, reader);
    if (letter) {
        if (!*letter) hand_out_.give_back(lane_, delivery);
        return std::move(*letter);
    }
    hand_out_.report(lane_, std::move(delivery), std::move(letter.error()));
    return std::nullopt;
}

// An exception caused by one reader's data ends that delivery, not the thread or the mailing. A db::Error
// concerns everybody and is passed on.
Result<std::optional<Letter>, queue::Outcome> Composing::compose_alone(
    const queue::Delivery& delivery, const std::optional<audience::Subscriber>& reader) {
    try {
        return composer_.compose(delivery, reader);
    } catch (const db::Error&) {
        throw;
    } catch (const std::exception& error) {
        return failure(
            queue::Outcome{.kind = queue::OutcomeKind::rejected_policy,
                           .enhanced = "5.6.0",
                           .text = fmt::format("this reader's copy cannot be made: {}", error.what())});
    }
}

}  // namespace paperround::pipeline
