#include "control/reader/link_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "audience/audience_store.hpp"
#include "audience/csv_columns.hpp"
#include "audience/csv_reader.hpp"
#include "audience/past/taken_over_store.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "control/json_line.hpp"

namespace paperround::control {

namespace {

constexpr std::size_t links_at_once = 500;
constexpr std::size_t longest_path = 200;
// A table of one's own, listmonk and Ghost (a member's uuid), Mailchimp (EUID).
constexpr std::array<std::string_view, 6> token_columns{"token",       "uuid", "subscriber_uuid",
                                                        "member_uuid", "euid", "unique_email_id"};
// Where this program has pages of its own.
constexpr std::array<std::string_view, 10> own_paths{"/u/", "/c/", "/w/",      "/s/",       "/p/",
                                                     "/a/", "/b/", "/websub/", "/healthz/", "/readyz/"};

std::string path_problem(std::string_view path) {
    const bool shaped = path.size() >= 3 && path.size() <= longest_path && path.starts_with('/') &&
                        path.ends_with('/') && path.find("//") == std::string_view::npos;
    const bool plain = std::ranges::all_of(path, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) ||
               std::string_view("/-_.~").find(c) != std::string_view::npos;
    });
    if (!shaped || !plain) return "expected a path such as /subscription/, with a slash at both ends";
    const bool own =
        std::ranges::any_of(own_paths, [path](std::string_view one) { return path.starts_with(one); });
    return own ? "this program has pages of its own there" : "";
}

struct LinkColumns {
    std::size_t address = 0;
    std::size_t token = 0;
};

Result<LinkColumns, std::string> columns_of(const audience::CsvRow& row, const std::string& wanted) {
    if (!row.problem.empty()) return failure(row.problem);
    const auto header = audience::read_header(row.fields);
    if (!header) return failure(header.error().reason);
    const auto column = [&header](std::string_view name) -> std::optional<std::size_t> {
        const auto found = std::ranges::find(header->names, name);
        if (found == header->names.end()) return std::nullopt;
        return static_cast<std::size_t>(found - header->names.begin());
    };
    if (!wanted.empty()) {
        const auto found = column(audience::normalised_column_name(wanted));
        if (!found) return failure(fmt::format("no column {}", wanted));
        return LinkColumns{header->address, *found};
    }
    for (const std::string_view name : token_columns) {
        if (const auto found = column(name)) return LinkColumns{header->address, *found};
    }
    return failure(
        std::string("no column token, uuid or euid: name the one that has the tokens with --column"));
}

// The row's address and token, or what is wrong with it.
struct LinkRow {
    std::string problem;
    std::string address;
    std::string token;
};

LinkRow checked_link(const audience::CsvRow& row, const LinkColumns& columns) {
    if (!row.problem.empty()) return {.problem = row.problem, .address = {}, .token = {}};
    const auto field = [&row](std::size_t column) {
        return column < row.fields.size() ? std::string(trim(row.fields[column])) : std::string();
    };
    LinkRow checked{.problem = {}, .address = {}, .token = field(columns.token)};
    const auto address = canonical_address(field(columns.address));
    if (!address) {
        checked.problem = address.error().reason;
    } else if (checked.token.empty() || checked.token.size() > audience::longest_taken_over_token ||
               !is_utf8(checked.token)) {
        checked.problem =
            fmt::format("expected a token of 1 to {} octets", audience::longest_taken_over_token);
    } else {
        checked.address = *address;
    }
    return checked;
}

class LinkImporting {
  public:
    LinkImporting(Desk& desk, const config::Newsletter& newsletter, const LinkImport& options)
        : audience_(desk.database()), links_(desk.database()), newsletter_(newsletter), options_(options) {}

    void take(const audience::CsvRow& row, const LinkColumns& columns) {
        ++report_.rows;
        const LinkRow link = checked_link(row, columns);
        if (!link.problem.empty()) {
            ++report_.rejected;
            if (options_.on_rejected) options_.on_rejected(row.line, link.problem);
            return;
        }
        const auto reader = audience_.find(link.address);
        if (!reader) {
            ++report_.strangers;
        } else {
            ++(links_.add(link.token, {newsletter_.name, reader->id}) ? report_.added : report_.known);
        }
    }
    [[nodiscard]] const LinkReport& report() const { return report_; }

  private:
    audience::AudienceStore audience_;
    audience::TakenOverStore links_;
    const config::Newsletter& newsletter_;
    const LinkImport& options_;
    LinkReport report_;
};

std::vector<audience::CsvRow> next_links(audience::CsvReader& reader) {
    std::vector<audience::CsvRow> rows;
    audience::CsvRow row;
    while (rows.size() < links_at_once && reader.next(row)) rows.push_back(row);
    return rows;
}

}  // namespace

Answer<LinkReport> import_links(Desk& desk, const config::Newsletter& newsletter, std::istream& input,
                                const LinkImport& options) {
    constexpr std::string_view action = "links import";
    if (const std::string problem = path_problem(options.path); !problem.empty())
        return refuse(Refusal::Code::malformed, fmt::format("\"{}\": {}", options.path, problem));
    audience::TakenOverStore store(desk.database());
    const auto paths = store.paths();
    if (paths.size() >= audience::most_taken_over_paths &&
        std::ranges::find(paths, options.path) == paths.end())
        return refuse(Refusal::Code::not_now,
                      fmt::format("{} paths are taken over already", audience::most_taken_over_paths));
    audience::CsvReader reader(input);
    reader.begin();
    audience::CsvRow row;
    if (!reader.foreign().empty() || !reader.next(row)) {
        return desk.refused(action, options.file_name,
                            {Refusal::Code::bad_content,
                             reader.foreign().empty() ? "the file is empty" : "this is " + reader.foreign()});
    }
    const auto columns = columns_of(row, options.column);
    if (!columns) {
        return desk.refused(
            action, options.file_name,
            {Refusal::Code::bad_content, fmt::format("line {}: {}", row.line, columns.error())});
    }
    LinkImporting importing(desk, newsletter, options);
    // The rows are read before their transaction begins: a slow pipe must not hold the database.
    for (auto rows = next_links(reader); !rows.empty(); rows = next_links(reader)) {
        db::Transaction transaction(desk.database());
        for (const audience::CsvRow& one : rows) importing.take(one, *columns);
        transaction.commit();
    }
    const LinkReport& report = importing.report();
    db::Transaction transaction(desk.database());
    store.add_path(options.path);
    desk.record(action, options.file_name,
                fmt::format("{} rows, below {}, of {}: {} added, {} known, {} of strangers, {} rejected",
                            report.rows, options.path, newsletter.name, report.added, report.known,
                            report.strangers, report.rejected));
    transaction.commit();
    return report;
}

std::string to_json(const LinkReport& report) {
    return json_line(nlohmann::ordered_json{{"rows", report.rows},
                                            {"added", report.added},
                                            {"known", report.known},
                                            {"strangers", report.strangers},
                                            {"rejected", report.rejected}});
}

}  // namespace paperround::control
