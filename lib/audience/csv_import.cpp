#include "audience/csv_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "audience/checked_subscriber.hpp"
#include "audience/csv_columns.hpp"
#include "audience/csv_reader.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

constexpr std::size_t batch_rows = 1000;
constexpr std::size_t batch_octets = 4UL << 20U;
// A transaction that has taken this long commits early: on a slow disk too, the daemon's writes get their
// turn.
constexpr auto transaction_limit = std::chrono::milliseconds(50);

ImportError error(ImportError::Code code, std::uint64_t line, std::string_view message) {
    return {code, fmt::format("line {}: {}", line, message)};
}

std::string address_excerpt(std::string_view text) {
    return std::string(utf8_prefix(to_valid_utf8(without_control_characters(trim(text.substr(0, 400)))), 80));
}

class Import {
  public:
    Import(db::Database& database, std::istream& input, const ImportOptions& options, Time now)
        : database_(database), store_(database), reader_(input), options_(options), now_(now) {}

    Result<ImportReport, ImportError> run() {
        if (auto header = read_columns(); !header) return failure(header.error());
        CsvRow row;
        while (reader_.next(row)) {
            take(row);
            if (batch_.size() >= batch_rows || batch_octets_ >= batch_octets) store_batch();
        }
        store_batch();
        return report_;
    }

  private:
    Result<void, ImportError> read_columns() {
        using Code = ImportError::Code;
        CsvRow row;
        if (!reader_.next(row))
            return failure(error(Code::empty, 1, "the file is empty: expected a header line"));
        const std::string& first = row.fields.front();
        if (first.starts_with("\xFF\xFE") || first.starts_with("\xFE\xFF") ||
            row.problem == "a NUL character") {
            return failure(error(Code::wrong_encoding, row.line, "this is UTF-16; save the file as UTF-8"));
        }
        if (!row.problem.empty()) return failure(error(Code::bad_header, row.line, row.problem));
        if (!std::ranges::all_of(row.fields, [](const std::string& field) { return is_utf8(field); })) {
            return failure(
                error(Code::wrong_encoding, row.line, "not UTF-8 (Latin-1?); save the file as UTF-8"));
        }
        auto columns = read_header(row.fields);
        if (!columns) {
            const auto code = columns.error().no_address ? Code::no_address_column : Code::bad_header;
            return failure(error(code, row.line, columns.error().reason));
        }
        columns_ = std::move(*columns);
        return {};
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
        const auto is_text = [](const std::string& field) { return is_utf8(field); };
        if (!std::ranges::all_of(row.fields, is_text)) {
            return reject(row, "not UTF-8 (Latin-1?); save the file as UTF-8");
        }
        std::map<std::string, std::string> attributes;
        for (std::size_t column = 0; column < expected; ++column) {
            if (const auto& name = columns_.attributes[column]; !name.empty()) {
                attributes.emplace(name, std::move(row.fields[column]));
            }
        }
        const std::string_view name = columns_.name ? std::string_view(row.fields[*columns_.name]) : "";
        auto subscriber = checked_subscriber(row.fields[columns_.address], name, std::move(attributes));
        if (!subscriber) return reject(row, subscriber.error().reason);
        for (const auto& field : subscriber->attributes) batch_octets_ += field.second.size();
        batch_.push_back(std::move(*subscriber));
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
                count(store_.subscribe(options_.newsletter, *next, now_, options_.source, options_.again));
                ++next;
            } while (next != batch_.end() && std::chrono::steady_clock::now() < end);
            transaction.commit();
        }
        batch_.clear();
        batch_octets_ = 0;
        if (options_.on_progress) options_.on_progress({reader_.octets_read(), report_.rows});
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
        }
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
    std::vector<Subscriber> batch_;
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
