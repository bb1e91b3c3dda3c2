// What came back: each mail once, each report of it with what it did, and how many of which kind came on which day. A
// mail's octets, compressed, stay for 90 days, and those of mails that proved nothing are not kept at all.
// Writes inside the transaction that its caller has open. Not thread-safe: one for each connection. Failures are
// db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "queue/report_effect.hpp"

namespace paperround::queue {

// So much of a mail's beginning is kept.
constexpr std::size_t kept_of_a_mail = 32U << 10U;
constexpr auto mails_kept_for = std::chrono::days(90);
// A mail of which nothing is kept is known again for so long: nobody may fill the disk with such mails.
constexpr auto mails_known_for = std::chrono::days(7);
// Reports without a proof that are listed of a day; more are only counted.
constexpr int listed_unproved = 100;

struct ReportRow {
    std::int64_t id = 0;
    std::int64_t mail_id = 0;
    Time at{};           // when it was taken
    std::string source;  // "pipe", "maildir /var/mail/bounces"
    std::string kind;    // of docs/bounces.md, as the next four
    std::string of_class;
    std::string reason;
    std::string status;
    int code = 0;
    std::string recipient;  // as the report has it
    std::string diagnostic;
    std::string words;             // the key of its words, alike for all readers who were told the same
    std::int64_t delivery_id = 0;  // 0: not proved; then so are the next two
    std::int64_t mailing_id = 0;
    std::int64_t subscriber_id = 0;
    std::string newsletter;
    ReportEffect effect = ReportEffect::none;
    bool operator==(const ReportRow&) const = default;
};

struct ReportFilter {
    std::optional<std::int64_t> mailing_id;
    std::optional<std::int64_t> subscriber_id;
    std::string newsletter;
    std::string kind;
    std::optional<ReportEffect> effect;
    std::optional<Time> since;
    unsigned limit = 50;
};

// Reports of one day, kind and effect.
struct ReportCount {
    Time day{};
    std::string source;
    std::string kind;
    ReportEffect effect = ReportEffect::none;
    std::int64_t count = 0;
};

class ReportStore {
  public:
    explicit ReportStore(db::Database& database) : db_(database) {}
    static void migrate(db::Database& database);

    // The mail's number; nothing where the very same octets were taken before.
    std::optional<std::int64_t> add_mail(std::string_view octets, std::string_view source, Time now);
    void keep_octets(std::int64_t mail_id, std::string_view octets);
    // Nothing where `said` was on record for this delivery. Unproved reports always are added; `said` is ignored.
    std::optional<std::int64_t> add(const ReportRow& report, std::string_view said);
    void set_effect(std::int64_t report_id, ReportEffect effect);
    void count(Time now, std::string_view source, std::string_view kind, ReportEffect effect,
               std::int64_t reports = 1);
    // Of this day, so far.
    [[nodiscard]] std::int64_t counted(Time now, ReportEffect effect);

    // One more reader of the mailing was told these words: how many by now.
    std::int64_t tell(std::int64_t mailing_id, std::string_view words);
    [[nodiscard]] std::int64_t readers_told(std::int64_t mailing_id, std::string_view words);
    // Reports with these words that suppressed somebody.
    [[nodiscard]] std::vector<ReportRow> suppressing(std::int64_t mailing_id, std::string_view words);
    // Mailings whose reports were counted against the reader since then, the newest first, each once.
    [[nodiscard]] std::vector<ReportRow> counted_against(std::int64_t subscriber_id, Time since);
    // Mailings between these two that reached the reader as far as is known, the newest first.
    [[nodiscard]] std::vector<std::int64_t> mailings_received(std::int64_t subscriber_id,
                                                              std::int64_t after_mailing,
                                                              std::int64_t before_mailing);

    // The newest first.
    void each(const ReportFilter& filter, const std::function<void(const ReportRow&)>& visit);
    [[nodiscard]] std::optional<ReportRow> find(std::int64_t report_id);
    // What was kept of the mail; nothing where nothing is any more.
    [[nodiscard]] std::optional<std::string> octets_of(std::int64_t mail_id);
    [[nodiscard]] std::vector<ReportCount> counts_since(Time since);

    // Reports about this reader (0: none), or that name this address, keep what they did and lose who it was: the mails
    // themselves, the server's words and the address, for which `label` stands.
    void erase(std::int64_t subscriber_id, std::string_view address, std::string_view label);
    // Forgets up to `limit` mails' octets, and of mails without a proof all but the counts, that are too old by now;
    // how many.
    int forget_old(Time now, int limit);

  private:
    db::Database& db_;
};

}  // namespace paperround::queue
