// Takes a reader's address out of what was sent: deliveries and attempts stay with their states, codes and times, and
// a label stands in place of the address. Works inside the caller's transaction. Failures are db::Error.
#pragma once

#include <cstdint>
#include <string_view>

#include "db/database.hpp"

namespace paperround::queue {

// What every label begins with.
constexpr std::string_view forgotten_label = "forgotten:";

struct ErasedCopies {
    std::int64_t deliveries = 0;
    std::int64_t replies = 0;  // whose words held the address, and other words on record
};

class ReaderErasure {
  public:
    explicit ReaderErasure(db::Database& database) : db_(database) {}

    // `label` names nobody: "forgotten:5f1d…".
    ErasedCopies erase(std::int64_t subscriber_id, std::string_view address, std::string_view label);
    // The same where only the address is known: why mailings paused, and what relays said.
    std::int64_t erase_words(std::string_view address, std::string_view label);

  private:
    std::int64_t erase_replies(std::int64_t delivery_id, std::string_view address, std::string_view label);

    db::Database& db_;
};

}  // namespace paperround::queue
