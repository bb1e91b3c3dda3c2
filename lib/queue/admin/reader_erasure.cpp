#include "queue/admin/reader_erasure.hpp"

#include <string>
#include <vector>

#include "base/address/without_address.hpp"

namespace paperround::queue {

namespace {

struct Text {
    std::string key;
    std::string words;
};

// Rows of two columns, a key and words; those whose words hold the address, without it.
std::vector<Text> cleansed(db::Statement& query, std::string_view address, std::string_view label) {
    std::vector<Text> found;
    while (query.step()) {
        const std::string words = query.text(1);
        std::string without = without_address(words, address, label);
        if (without != words) found.push_back({query.text(0), std::move(without)});
    }
    query.reset();
    return found;
}

}  // namespace

ErasedCopies ReaderErasure::erase(std::int64_t subscriber_id, std::string_view address,
                                  std::string_view label) {
    struct Copy {
        std::int64_t id;
        std::int64_t mailing_id;
    };
    auto query = db_.prepare<
        "SELECT d.id, d.mailing_id FROM mailings m CROSS JOIN deliveries d WHERE d.mailing_id = m.id AND "
        "d.subscriber_id = ?1">();
    query.bind(1, subscriber_id);
    std::vector<Copy> copies;
    while (query.step()) copies.push_back({query.integer(0), query.integer(1)});
    ErasedCopies erased{.deliveries = static_cast<std::int64_t>(copies.size())};
    for (const Copy& copy : copies) {
        db_.transaction()
            .cached<"UPDATE deliveries SET recipient = ?2 WHERE id = ?1">()
            .bind_all(copy.id, label)
            .run();
        db_.transaction()
            .cached<"DELETE FROM provisional_drops WHERE mailing_id = ?1 AND subscriber_id = ?2">()
            .bind_all(copy.mailing_id, subscriber_id)
            .run();
        erased.replies += erase_replies(copy.id, address, label);
    }
    return erased;
}

std::int64_t ReaderErasure::erase_replies(std::int64_t delivery_id, std::string_view address,
                                          std::string_view label) {
    auto& query = db_.cached<"SELECT id, text FROM attempts WHERE delivery_id = ?1">();
    const auto texts = cleansed(query.bind(1, delivery_id), address, label);
    for (const Text& text : texts) {
        db_.transaction()
            .cached<"UPDATE attempts SET text = ?2 WHERE id = ?1">()
            .bind_all(std::stol(text.key), text.words)
            .run();
    }
    return static_cast<std::int64_t>(texts.size());
}

std::int64_t ReaderErasure::erase_words(std::string_view address, std::string_view label) {
    std::int64_t erased = 0;
    const auto count = [&erased](int rows) { erased += rows; };
    auto paused = db_.prepare<"SELECT id, pause_reason FROM mailings WHERE pause_reason <> ''">();
    for (const Text& text : cleansed(paused, address, label)) {
        count(db_.transaction()
                  .cached<"UPDATE mailings SET pause_reason = ?2 WHERE id = ?1">()
                  .bind_all(std::stol(text.key), text.words)
                  .run());
    }
    auto health = db_.prepare<"SELECT name, reason FROM relays">();
    for (const Text& text : cleansed(health, address, label)) {
        count(db_.transaction()
                  .cached<"UPDATE relays SET reason = ?2 WHERE name = ?1">()
                  .bind_all(text.key, text.words)
                  .run());
    }
    auto rates = db_.prepare<"SELECT name, rate_words FROM relay_lessons">();
    for (const Text& text : cleansed(rates, address, label)) {
        count(db_.transaction()
                  .cached<"UPDATE relay_lessons SET rate_words = ?2 WHERE name = ?1">()
                  .bind_all(text.key, text.words)
                  .run());
    }
    auto connections = db_.prepare<"SELECT name, connections_words FROM relay_lessons">();
    for (const Text& text : cleansed(connections, address, label)) {
        count(db_.transaction()
                  .cached<"UPDATE relay_lessons SET connections_words = ?2 WHERE name = ?1">()
                  .bind_all(text.key, text.words)
                  .run());
    }
    auto messages = db_.prepare<"SELECT name, messages_words FROM relay_lessons">();
    for (const Text& text : cleansed(messages, address, label)) {
        count(db_.transaction()
                  .cached<"UPDATE relay_lessons SET messages_words = ?2 WHERE name = ?1">()
                  .bind_all(text.key, text.words)
                  .run());
    }
    return erased;
}

}  // namespace paperround::queue
