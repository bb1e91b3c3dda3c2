#include "audience/csv_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "audience/attributes.hpp"
#include "audience/checked_subscriber.hpp"
#include "audience/csv_columns.hpp"
#include "audience/csv_reader.hpp"
#include "audience/own_columns.hpp"
#include "audience/tags.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

constexpr std::size_t batch_rows = 1000;
constexpr std::size_t header_lines = 10;  // among which the header is
constexpr std::size_t batch_octets = 4UL << 20U;
// A transaction that has taken this long commits early: on a slow disk too, the daemon's writes get their
// turn.
constexpr auto transaction_limit = std::chrono::milliseconds(50);

ImportError error(ImportError::Code code, std::uint64_t line, std::string_view message) {
    return {code, fmt::format("line {}: {}", line, message)};
}

std::string address_excerpt(std::string_view text) {
    return std::string(utf8_prefix(without_control_characters(to_valid_utf8(trim(text.substr(0, 400)))), 80));
}

// A row that has been checked, and what is to be done with it.
struct Row {
    Subscriber subscriber;
    ListEntry entry;
};

class Import {
  public:
    Import(db::Database& database, std::istream& input, const ImportOptions& options, Time now)
        : database_(database), store_(database), reader_(input), options_(options), now_(now) {}

    Result<ImportReport, ImportError> run() {
        reader_.begin();
        if (!reader_.foreign().empty()) {
            return failure(error(ImportError::Code::no_list, 1, "this is " + reader_.foreign()));
        }
        CsvRow row;
        auto header = read_columns(row);
        if (!header) return failure(header.error());
        if (const std::string words = standing_.describe(); !words.empty()) note(words);
        is_unicode_ = is_unicode_ || reader_.is_marked_unicode();
        for (bool more = *header == Header::absent || reader_.next(row); more; more = reader_.next(row)) {
            take(row);
            if (batch_.size() >= batch_rows || batch_octets_ >= batch_octets) store_batch();
        }
        store_batch();
        return report_;
    }

  private:
    enum class Header { present, absent };

    // Leaves the first row of data in `row` where the file has no header.
    Result<Header, ImportError> read_columns(CsvRow& row) {
        using Code = ImportError::Code;
        std::optional<ImportError> first_error;
        for (std::size_t i = 0; i < header_lines && reader_.next(row); ++i) {
            auto found = try_header(row);
            if (found) {
                if (first_error)
                    note(fmt::format("line {} is the header; what is before it is skipped", row.line));
                return *found;
            }
            if (!first_error) first_error = found.error();
            if (found.error().code != Code::no_address_column) break;
        }
        return failure(
            first_error.value_or(error(Code::empty, 1, "the file is empty: expected a header line")));
    }

    Result<Header, ImportError> try_header(CsvRow& row) {
        using Code = ImportError::Code;
        if (!row.problem.empty()) return failure(error(Code::bad_header, row.line, row.problem));
        if (!decode(row)) {
            return failure(error(Code::wrong_encoding, row.line,
                                 "neither UTF-8 nor Windows-1252; save the file as UTF-8"));
        }
        if (auto bare = columns_without_header(row.fields)) {
            columns_ = std::move(*bare);
            note("no header line: taken as addresses and names");
            return choose_origin(row, Header::absent);
        }
        auto columns = read_header(row.fields);
        if (!columns) {
            const auto code = columns.error().no_address ? Code::no_address_column : Code::bad_header;
            return failure(error(code, row.line, columns.error().reason));
        }
        columns_ = std::move(*columns);
        return choose_origin(row, Header::present);
    }

    Result<Header, ImportError> choose_origin(const CsvRow& row, Header header) {
        const Origin detected = detect_origin(columns_.names, options_.file_name);
        Origin origin = options_.from.value_or(detected);
        // Of Mailchimp's files the columns say which one it is.
        const bool is_mailchimp = detected >= Origin::mailchimp && detected <= Origin::mailchimp_cleaned;
        if (origin == Origin::mailchimp && is_mailchimp) origin = detected;
        if (origin == Origin::paperround && detected != Origin::paperround) {
            return failure(
                error(ImportError::Code::bad_header, row.line,
                      "not what \"subscribers export\" writes: expected the columns email, state, since, "
                      "ended, source, suppression …"));
        }
        standing_ = StandingColumns(origin, columns_.names, options_.file_name);
        const bool by_columns = origin == Origin::listmonk || origin == Origin::ghost ||
                                origin == Origin::beehiiv || origin == Origin::buttondown ||
                                origin == Origin::kit || origin == Origin::brevo;
        if (by_columns && standing_.is_blind()) {
            return failure(
                error(ImportError::Code::bad_header, row.line,
                      fmt::format("no column says who left, which {}'s export has: export it with all "
                                  "columns, or --from plain to subscribe everybody",
                                  to_string(origin))));
        }
        if (origin == Origin::paperround) {
            own_ = OwnColumns(columns_.names);
            take_own_attributes(columns_, row.fields);
        } else {
            for (std::size_t i = 0; i < columns_.attributes.size(); ++i) {
                if (standing_.takes(i)) columns_.attributes[i].clear();
            }
        }
        bare_ = header == Header::absent;
        return header;
    }

    // Into UTF-8; false where it is text of no kind.
    bool decode(CsvRow& row) {
        for (std::string& field : row.fields) {
            const Characters characters = characters_of(field);
            if (characters == Characters::ascii) continue;
            if (characters == Characters::utf8) {
                is_unicode_ = true;
                continue;
            }
            if (is_unicode_ || reader_.is_marked_unicode()) return false;
            field = from_windows_1252(field);
            if (!is_utf8(field)) return false;
            if (!std::exchange(said_windows_, true)) {
                note(fmt::format(
                    "line {} is not UTF-8: read as Windows-1252 (if names come out wrong, save the "
                    "file as CSV UTF-8)",
                    row.line));
            }
        }
        return true;
    }

    void take(CsvRow& row) {
        ++report_.rows;
        if (!row.problem.empty()) return reject(row, row.problem);
        const std::size_t expected = columns_.attributes.size();
        const auto is_filled = [](const std::string& field) { return !field.empty(); };
        // Spreadsheets drop empty fields at the end of a row, or add some.
        if (row.fields.size() > expected &&
            std::any_of(row.fields.begin() + static_cast<std::ptrdiff_t>(expected), row.fields.end(),
                        is_filled)) {
            return reject(row, fmt::format("{} fields where the header has {}", row.fields.size(), expected));
        }
        row.fields.resize(expected);
        const bool is_octets = characters_of(row.fields[columns_.address]) == Characters::other;
        if (!decode(row)) return reject(row, "not UTF-8, as earlier lines are; save the file as UTF-8");
        if (auto problem = merge_twins(row.fields); !problem.empty()) return reject(row, problem);
        // A name may come out wrong; an address that does is somebody else's.
        if (is_octets && !is_ascii(local_part_of(row.fields[columns_.address]))) {
            return reject(row, "not UTF-8 before the @; save the file as UTF-8");
        }
        auto entry = own_ ? own_->entry(row.fields) : entry_of(row.fields);
        if (!entry) return reject(row, entry.error());
        auto subscriber = subscriber_of(row.fields);
        if (!subscriber) return reject(row, subscriber.error());
        if (never_confirmed_) {
            ++report_.unconfirmed;
            return;
        }
        for (const auto& field : subscriber->attributes) batch_octets_ += field.second.size();
        batch_.push_back({std::move(*subscriber), std::move(*entry)});
    }

    // Of two columns of one name, the one that is not empty.
    std::string merge_twins(std::vector<std::string>& fields) {
        for (const auto& [first, later] : columns_.twins) {
            if (fields[first].empty()) {
                fields[first].swap(fields[later]);
            } else if (!fields[later].empty() && fields[later] != fields[first] &&
                       (first == columns_.address || standing_.takes(first))) {
                return fmt::format("two columns '{}', which differ", columns_.names[first]);
            }
        }
        return {};
    }

    Result<Subscriber, std::string> subscriber_of(std::vector<std::string>& fields) {
        std::map<std::string, std::string> attributes;
        for (std::size_t column = 0; column < fields.size(); ++column) {
            const auto& name = columns_.attributes[column];
            if (name.empty()) continue;
            if (standing_.origin() == Origin::listmonk && (name == "attributes" || name == "attribs")) {
                attributes.merge(attributes_of_json(fields[column]));
            } else {
                attributes.emplace(name, std::move(fields[column]));
            }
        }
        Tags tags;
        if (const auto listed = attributes.extract("tags"); !listed.empty())
            tags = tags_of_list(listed.mapped());
        const std::string_view name = columns_.name ? std::string_view(fields[*columns_.name]) : "";
        // Without a header nothing says what the second column is.
        if (bare_ && is_word_for_left(name)) {
            return failure(
                fmt::format("\"{}\" next to the address, and no header that says what it is: put a line "
                            "such as \"email,status\" before it",
                            address_excerpt(name)));
        }
        auto checked = checked_subscriber(fields[columns_.address], name, std::move(attributes),
                                          own_ ? Spelling::as_written : Spelling::tidied);
        if (!checked) return failure(checked.error().reason);
        checked->tags = std::move(tags);
        return std::move(*checked);
    }

    // Of a list that is not our own.
    Result<ListEntry, std::string> entry_of(const std::vector<std::string>& fields) {
        auto verdict = standing_.judge(fields);
        if (!verdict) return failure(std::move(verdict.error()));
        never_confirmed_ = verdict->standing == Standing::unconfirmed;
        ListEntry entry{.source = options_.source};
        if (verdict->since) entry.since = std::min(*verdict->since, now_);
        const auto ended_at =
            verdict->ended_at ? std::optional(std::min(*verdict->ended_at, now_)) : std::nullopt;
        switch (verdict->standing) {
            case Standing::reads:
            case Standing::unconfirmed:
                break;
            case Standing::left:
                entry.state = State::left;
                entry.ended_at = ended_at;
                entry.reason = std::move(verdict->reason);
                break;
            case Standing::blocked:
                suppress(entry, "by hand", verdict->reason, ended_at);
                break;
            case Standing::bounced:
                suppress(entry, "bounced", verdict->reason, ended_at);
                break;
            case Standing::complained:
                suppress(entry, "complaint", verdict->reason, ended_at);
                break;
        }
        return entry;
    }

    void suppress(ListEntry& entry, std::string_view reason, std::string_view words,
                  std::optional<Time> since) {
        entry.state.reset();
        entry.suppressed = {std::string(reason),
                            words.empty() ? options_.source : fmt::format("{}: {}", options_.source, words),
                            since};
    }

    void note(std::string_view words) const {
        if (options_.on_note) options_.on_note(words);
    }

    void reject(const CsvRow& row, std::string_view reason) {
        ++report_.rejected;
        if (!options_.on_rejected) return;
        const bool has_address = row.problem.empty() && columns_.address < row.fields.size();
        options_.on_rejected({row.line, std::string(reason),
                              has_address ? address_excerpt(row.fields[columns_.address]) : std::string()});
    }

    // The rows of a batch are read before its first transaction begins: a slow pipe must not hold the
    // database.
    void store_batch() {
        auto next = batch_.begin();
        while (next != batch_.end()) {
            const auto end = std::chrono::steady_clock::now() + transaction_limit;
            db::Transaction transaction(database_);
            do {
                store(*next);
                ++next;
            } while (next != batch_.end() && std::chrono::steady_clock::now() < end);
            transaction.commit();
        }
        batch_.clear();
        batch_octets_ = 0;
        if (options_.on_progress) options_.on_progress({reader_.octets_read(), report_.rows});
    }

    void store(Row& row) {
        // Where one file says both, he left: its dates decide nothing.
        if (row.entry.ended_at && !own_) {
            const auto known = store_.find(row.subscriber.address);
            if (known && has_seen(known->id)) row.entry.ended_at.reset();
        }
        const auto subscription =
            store_.take(options_.newsletter, row.subscriber, row.entry, now_, options_.again);
        const bool suppressed = row.entry.suppressed.has_value();
        if (options_.on_ended && subscription.subscriber_id != 0 &&
            (suppressed || subscription.result == Subscribed::ended)) {
            options_.on_ended(subscription.subscriber_id, suppressed && !row.entry.suppressed->of_newsletter);
        }
        count(subscription);
    }

    void count(const Subscription& subscription) {
        if (seen_before(subscription.subscriber_id)) {
            ++report_.duplicates;
            return;
        }
        switch (subscription.result) {
            case Subscribed::added:
                ++report_.added;
                break;
            case Subscribed::updated:
                ++report_.updated;
                break;
            case Subscribed::left_before:
                ++report_.left_before;
                break;
            case Subscribed::suppressed:
                ++report_.suppressed;
                break;
            case Subscribed::ended:
                ++report_.ended;
                break;
        }
    }

    [[nodiscard]] bool has_seen(std::int64_t id) const {
        return static_cast<std::size_t>(id) < seen_.size() && seen_[static_cast<std::size_t>(id)];
    }

    // One bit for each subscriber, 125 KB for a million.
    bool seen_before(std::int64_t id) {
        if (id <= 0) return false;
        const auto index = static_cast<std::size_t>(id);
        if (index >= seen_.size()) seen_.resize(std::max(index + 1, seen_.size() * 2));
        const bool before = seen_[index];
        seen_[index] = true;
        return before;
    }

    db::Database& database_;
    AudienceStore store_;
    CsvReader reader_;
    const ImportOptions& options_;
    Time now_;
    CsvColumns columns_;
    StandingColumns standing_;
    std::optional<OwnColumns> own_;
    bool bare_ = false;        // no header line
    bool is_unicode_ = false;  // a row beyond ASCII has been UTF-8
    bool said_windows_ = false;
    bool never_confirmed_ = false;  // the present row's reader
    std::vector<Row> batch_;
    std::size_t batch_octets_ = 0;
    std::vector<bool> seen_;
    ImportReport report_;
};

}  // namespace

Result<ImportReport, ImportError> import_csv(db::Database& database, std::istream& input,
                                             const ImportOptions& options, Time now) {
    return Import(database, input, options, now).run();
}

}  // namespace paperround::audience
