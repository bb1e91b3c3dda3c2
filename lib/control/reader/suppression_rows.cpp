#include "control/reader/suppression_rows.hpp"

#include <fmt/format.h>

#include "audience/csv_columns.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/utf8.hpp"

namespace paperround::control {

namespace {

constexpr std::size_t longest_text = 1000;

std::string tidy(std::string_view text) {
    return std::string(utf8_prefix(without_control_characters(to_valid_utf8(trim(text))), longest_text));
}

}  // namespace

SuppressionRows::SuppressionRows(std::istream& input, std::string evidence, Time now)
    : reader_(input), evidence_(std::move(evidence)), now_(now) {
    reader_.begin();
    audience::CsvRow row;
    if (!reader_.foreign().empty()) {
        problem_ = "this is " + reader_.foreign();
    } else if (!reader_.next(row)) {
        problem_ = "the file is empty: expected addresses, a line each";
    } else if (!row.problem.empty()) {
        problem_ = fmt::format("line {}: {}", row.line, row.problem);
    } else if (!read_header(row)) {
        if (!row.fields.empty() && canonical_address(trim(row.fields.front()))) {
            email_ = 0;
            first_ = std::move(row);
        } else {
            problem_ = fmt::format(
                "line {}: no column email, and none hash: expected email,reason,evidence,since", row.line);
        }
    }
}

bool SuppressionRows::read_header(const audience::CsvRow& row) {
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
        const std::string name = audience::normalised_column_name(row.fields[i]);
        const auto take = [&](Column& column, std::string_view expected) {
            if (!column && name == expected) column = i;
        };
        for (const std::string_view word : {"email", "e_mail", "email_address", "address"})
            take(email_, word);
        take(reason_, "reason");
        take(evidence_column_, "evidence");
        take(since_, "since");
        take(hash_, "hash");
        take(salt_, "salt");
        take(newsletter_, "newsletter");
    }
    return email_ || (hash_ && salt_);
}

std::optional<SuppressionRow> SuppressionRows::next() {
    if (first_) {
        const audience::CsvRow row = std::move(*first_);
        first_.reset();
        return checked(row);
    }
    audience::CsvRow row;
    if (!reader_.next(row)) return std::nullopt;
    return checked(row);
}

std::string SuppressionRows::field(const audience::CsvRow& row, Column column) const {
    return column && *column < row.fields.size() ? tidy(row.fields[*column]) : std::string();
}

SuppressionRow SuppressionRows::checked(const audience::CsvRow& row) const {
    SuppressionRow checked{.line = row.line, .problem = row.problem, .suppression = {}, .forgotten = {}};
    if (!checked.problem.empty()) return checked;
    Time since = now_;
    if (const std::string text = field(row, since_); !text.empty()) {
        const auto time = parse_rfc3339(text);
        if (!time) {
            checked.problem = fmt::format("since is \"{}\": expected a time such as 2026-11-22T08:00:00Z",
                                          utf8_prefix(text, 40));
            return checked;
        }
        since = std::min(*time, now_);
    }
    if (const std::string hash = field(row, hash_); !hash.empty()) {
        checked.forgotten = audience::ForgottenAddress{field(row, salt_), hash, since};
        check_hash(row, checked);
        return checked;
    }
    const auto address = canonical_address(field(row, email_));
    if (!address) {
        checked.problem = address.error().reason;
        return checked;
    }
    const std::string reason = field(row, reason_);
    const std::string evidence = field(row, evidence_column_);
    checked.suppression = {.address_key = address_key(*address),
                           .reason = reason.empty() ? std::string(audience::suppressed_by_hand) : reason,
                           .evidence = evidence.empty() ? evidence_ : evidence,
                           .created_at = since,
                           .newsletter = field(row, newsletter_)};
    return checked;
}

void SuppressionRows::check_hash(const audience::CsvRow& row, SuppressionRow& checked) const {
    if (!field(row, email_).empty()) {
        checked.problem = "an address and a hash: expected one of them";
    } else if (!audience::is_well_formed(*checked.forgotten)) {
        checked.problem = "hash or salt is malformed: expected what \"suppressions export\" writes";
    }
}

}  // namespace paperround::control
