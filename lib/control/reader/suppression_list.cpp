#include "control/reader/suppression_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audience/csv_export.hpp"
#include "audience/past/forgotten_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/utf8.hpp"
#include "control/json_line.hpp"
#include "control/reader/erasure.hpp"
#include "control/reader/suppression_rows.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::control {

namespace {

constexpr std::size_t suppressions_at_once = 500;
constexpr std::size_t matched_at_once = 2000;
constexpr std::size_t longest_evidence = 1000;

std::vector<SuppressionRow> next_rows(SuppressionRows& rows) {
    std::vector<SuppressionRow> batch;
    while (batch.size() < suppressions_at_once) {
        auto row = rows.next();
        if (!row) break;
        batch.push_back(std::move(*row));
    }
    return batch;
}

}  // namespace

void SuppressionList::list(std::string_view text,
                           const std::function<bool(const audience::Suppression&)>& visit) {
    const std::string part = ascii_lower(text);
    audience::AudienceStore(desk_.database()).list_suppressions([&](const audience::Suppression& one) {
        return one.address_key.find(part) == std::string::npos || visit(one);
    });
}

std::uint64_t SuppressionList::count_forgotten() {
    return audience::ForgottenStore(desk_.database()).count();
}

Answer<void> SuppressionList::add(std::string_view text, std::string_view why) {
    const auto address = canonical_address(text);
    if (!address)
        return refuse(Refusal::Code::malformed, fmt::format("{}: {}", text, address.error().reason));
    const std::string reason(
        utf8_prefix(without_control_characters(to_valid_utf8(trim(why))), longest_evidence));
    if (reason.empty()) return refuse(Refusal::Code::malformed, "say why: it is kept with the suppression");
    db::Transaction transaction(desk_.database());
    suppress({.address_key = address_key(*address),
              .reason = std::string(audience::suppressed_by_hand),
              .evidence = fmt::format("{}: {}", desk_.actor(), reason),
              .created_at = desk_.now()});
    desk_.record("suppressions add", address_key(*address), reason);
    transaction.commit();
    return {};
}

// In the caller's transaction, with what waits for the address.
void SuppressionList::suppress(const audience::Suppression& suppression) {
    audience::AudienceStore audience(desk_.database());
    audience.suppress(suppression);
    const auto reader = audience.find(suppression.address_key);
    if (!reader) return;
    queue::DeliveryStore(desk_.database())
        .withdraw(suppression.newsletter, reader->id, queue::DeliveryState::suppressed, desk_.now());
}

Answer<void> SuppressionList::remove(std::string_view text) {
    const auto address = canonical_address(text);
    if (!address)
        return refuse(Refusal::Code::malformed, fmt::format("{}: {}", text, address.error().reason));
    db::Transaction transaction(desk_.database());
    audience::AudienceStore audience(desk_.database());
    const auto before = audience.suppressions_of(*address);
    const bool lifted = audience.unsuppress_everywhere(*address) > 0;
    const bool remembered = audience::ForgottenStore(desk_.database()).remove(*address);
    if (!lifted && !remembered)
        return refuse(Refusal::Code::unknown, fmt::format("{} is not suppressed", *address));
    desk_.record("suppressions remove", address_key(*address),
                 lifted ? fmt::format("was {}: {}", before.front().reason, before.front().evidence)
                        : "was forgotten, and may join again");
    transaction.commit();
    return {};
}

std::uint64_t SuppressionList::export_to(std::ostream& output) {
    std::uint64_t rows = 0;
    output << "email,reason,evidence,since,hash,salt,newsletter\r\n";
    const auto field = [](std::string_view text) { return audience::csv_field(to_valid_utf8(text)); };
    audience::AudienceStore(desk_.database()).list_suppressions([&](const audience::Suppression& one) {
        if (one.provisional) return true;  // its mailing may still undo it
        output << field(one.address_key) << ',' << field(one.reason) << ',' << field(one.evidence) << ','
               << format_rfc3339_millis(one.created_at) << ",,," << field(one.newsletter) << "\r\n";
        ++rows;
        return output.good();
    });
    audience::ForgottenStore(desk_.database()).list([&](const audience::ForgottenAddress& one) {
        output << ",forgotten,," << format_rfc3339_millis(one.at) << ',' << one.hash << ',' << one.salt
               << ",\r\n";
        ++rows;
        return output.good();
    });
    desk_.record("suppressions export", "all", fmt::format("{} addresses and hashes", rows));
    return rows;
}

Answer<SuppressionReport> SuppressionList::import(std::istream& input, Random& random,
                                                  const SuppressionImport& options) {
    SuppressionRows rows(input, fmt::format("{}: {}", desk_.actor(), options.file_name), desk_.now());
    if (const std::string problem = rows.problem(); !problem.empty()) {
        return desk_.refused("suppressions import", options.file_name, {Refusal::Code::bad_content, problem});
    }
    SuppressionReport report;
    bool hashes = false;
    audience::AudienceStore audience(desk_.database());
    audience::ForgottenStore forgotten(desk_.database());
    // The rows are read before their transaction begins: a slow pipe must not hold the database.
    for (auto batch = next_rows(rows); !batch.empty(); batch = next_rows(rows)) {
        db::Transaction transaction(desk_.database());
        for (const SuppressionRow& row : batch) {
            ++report.rows;
            if (!row.problem.empty()) {
                ++report.rejected;
                if (options.on_rejected) options.on_rejected(row.line, row.problem);
            } else if (row.forgotten) {
                hashes = true;
                ++(forgotten.take(*row.forgotten) ? report.added : report.known);
            } else if (audience.is_suppressed(row.suppression.address_key, row.suppression.newsletter)) {
                ++report.known;
            } else {
                ++report.added;
                suppress(row.suppression);
            }
        }
        transaction.commit();
    }
    if (hashes) report.forgotten = forget_readers_who_match(random);
    if (report.forgotten > 0) desk_.database().empty_log();
    desk_.record("suppressions import", options.file_name,
                 fmt::format("{} rows: {} added, {} known, {} rejected", report.rows, report.added,
                             report.known, report.rejected));
    return report;
}

// Who reads here was forgotten elsewhere, and did not ask to come back since.
std::uint64_t SuppressionList::forget_readers_who_match(Random& random) {
    audience::AudienceStore audience(desk_.database());
    audience::ForgottenStore forgotten(desk_.database());
    std::uint64_t count = 0;
    for (std::int64_t after = 0;;) {
        const auto readers = audience.subscribers_after(after, matched_at_once);
        for (const audience::Subscriber& reader : readers) {
            after = reader.id;
            const auto found = forgotten.find(reader.address);
            if (!found) continue;
            const auto memberships = audience.memberships(reader.id);
            const bool came_back = std::ranges::any_of(memberships, [&found](const auto& one) {
                return one.second.since > found->at && !one.second.source.starts_with("import ");
            });
            if (came_back) {
                db::Transaction transaction(desk_.database());
                forgotten.remove(reader.address);
                transaction.commit();
            } else if (forget_one_of_many(desk_, random, reader.address)) {
                ++count;
            }
        }
        if (readers.size() < matched_at_once) return count;
    }
}

std::string to_json(const audience::Suppression& suppression) {
    nlohmann::ordered_json object{{"address", suppression.address_key},
                                  {"reason", suppression.reason},
                                  {"evidence", suppression.evidence},
                                  {"since", format_rfc3339(suppression.created_at)},
                                  {"newsletter", nullptr},
                                  {"mailing", nullptr},
                                  {"provisional", suppression.provisional}};
    if (!suppression.newsletter.empty()) object["newsletter"] = suppression.newsletter;
    if (suppression.mailing_id) object["mailing"] = *suppression.mailing_id;
    return json_line(object);
}

std::string to_json(const SuppressionReport& report) {
    return json_line(nlohmann::ordered_json{{"rows", report.rows},
                                            {"added", report.added},
                                            {"known", report.known},
                                            {"rejected", report.rejected},
                                            {"forgotten", report.forgotten}});
}

}  // namespace paperround::control
