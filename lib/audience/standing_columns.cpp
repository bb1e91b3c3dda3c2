// What the columns of a list say about its readers.
#include <fmt/format.h>

#include <algorithm>

#include "audience/list_origin.hpp"
#include "audience/list_words.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/text/unseen.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

// "2024-01-01 10:00:00 UTC" too, which Ruby writes.
std::optional<Time> parse_moment(std::string_view text) {
    for (const std::string_view zone : {" UTC", " GMT"}) {
        if (text.ends_with(zone)) text.remove_suffix(zone.size());
    }
    return parse_rfc3339(text);
}

bool is_nothing(std::string_view value) {
    // MySQL's way to write no date.
    if (value.empty() || value.starts_with("0000-00-00")) return true;
    const std::string word = ascii_lower(value.substr(0, 16));
    for (const std::string_view nothing : {"null", "none", "nil", "n/a", "-", "\\n", "nan"}) {
        if (word == nothing) return true;
    }
    return false;
}

bool is_no(std::string_view value) {
    const std::string word = ascii_lower(value.substr(0, 16));
    for (const std::string_view no :
         {"0", "no", "n", "false", "f", "off", "never", "nein", "non", "nee", "nej", "não"}) {
        if (word == no) return true;
    }
    return false;
}

bool is_yes(std::string_view value) {
    const std::string word = ascii_lower(value.substr(0, 16));
    for (const std::string_view yes :
         {"1", "yes", "y", "true", "t", "on", "x", "ja", "oui", "sí", "sì", "si", "sim"}) {
        if (word == yes) return true;
    }
    return parse_moment(value).has_value();
}

// Nothing in "confirmed_at" is a no.
bool is_moment_of_consent(std::string_view column) {
    return column.ends_with("confirmed_at") || column.ends_with("activated_at");
}

// "3/14/2021 9:30", "2021-03-14", or seconds since 1970: it need not be known which moment it is.
bool is_date(std::string_view value) {
    if (value.empty() || value.size() > 40 || !is_ascii_digit(value.front())) return false;
    const auto digits = std::ranges::count_if(value, is_ascii_digit);
    const auto joints = std::ranges::count_if(value, [](char c) { return c == '/' || c == '-' || c == '.'; });
    const auto size = static_cast<std::ptrdiff_t>(value.size());
    return (joints == 2 && digits >= 4) || (digits == size && size >= 9 && size <= 13);
}

// Brevo names the channels: "email_marketing", "sms_marketing".
bool names_channel(std::string_view value, std::string_view channel) {
    return ascii_lower(value.substr(0, 200)).find(channel) != std::string::npos;
}

void raise(RowStanding& row, Standing standing) {
    row.standing = std::max(row.standing, standing);
}

std::string shown(std::string_view value) {
    return without_control_characters(utf8_prefix(value, 40));
}

std::string_view words_for(Standing standing) {
    switch (standing) {
        case Standing::reads:
            return "subscribed";
        case Standing::unconfirmed:
            return "not subscribed";
        case Standing::left:
            return "recorded as having left";
        case Standing::blocked:
        case Standing::bounced:
        case Standing::complained:
            return "suppressed";
    }
    return "not subscribed";
}

// As the maker writes it.
std::string_view makers_name(Origin origin) {
    switch (origin) {
        case Origin::ghost:
            return "Ghost";
        case Origin::substack:
            return "Substack";
        case Origin::buttondown:
            return "Buttondown";
        case Origin::kit:
            return "Kit";
        case Origin::brevo:
            return "Brevo";
        default:
            return to_string(origin);
    }
}

}  // namespace

StandingColumns::StandingColumns(Origin origin, const std::vector<std::string>& names,
                                 std::string_view file_name)
    : origin_(origin) {
    if (origin == Origin::plain || origin == Origin::paperround) return;
    take_roles(names);
    switch (origin) {
        case Origin::mailchimp_unsubscribed:
        case Origin::buttondown_unsubscribers:
            floor_ = Standing::left;
            break;
        case Origin::mailchimp_nonsubscribed:
            floor_ = Standing::unconfirmed;
            break;
        case Origin::mailchimp_cleaned:
            floor_ = Standing::bounced;
            break;
        default:
            if (const auto standing = blind_ ? standing_of_file(file_name) : std::nullopt) {
                floor_ = *standing;
                by_file_name_ = true;
            }
    }
}

void StandingColumns::take_roles(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        columns_.push_back(column_for(name));
        const Role role = columns_.back().role;
        if (role == Role::word || role == Role::yes || role == Role::no) blind_ = false;
    }
}

StandingColumns::Column StandingColumns::column_for(const std::string& name) const {
    const bool known = origin_ != Origin::any;
    const bool is_their_word =
        (origin_ == Origin::kit && name == "state") ||
        (origin_ == Origin::buttondown && (name == "type" || name == "subscriber_type"));
    if (is_their_word || is_word_column(name)) return {Role::word, {}, name};
    if (is_yes_column(name)) return {Role::yes, {}, name};
    if (const auto no = standing_of_no_column(name)) {
        // Brevo's includes all who unsubscribed: they may come back by themselves.
        const bool is_brevo_blocked = origin_ == Origin::brevo && *no == Standing::blocked;
        return {Role::no, is_brevo_blocked ? Standing::left : *no, name};
    }
    if (!known) {
        if (const auto told = standing_told_by_name(name)) return {Role::perhaps_no, *told, name};
        if (asks_for_consent(name)) return {Role::perhaps_yes, {}, name};
    }
    if (is_reason_column(name)) return {Role::reason, {}, name};
    if (known && is_since_column(name)) return {Role::since, {}, name};
    if (known && is_ignored_column(name)) return {Role::ignored, {}, name};
    for (const std::string_view of_person :
         {"", "name", "first_name", "last_name", "email", "email_address"}) {
        if (name == of_person) return {Role::other, {}, name};
    }
    return {Role::hint, {}, name};
}

bool StandingColumns::takes(std::size_t column) const {
    if (column >= columns_.size()) return false;
    switch (columns_[column].role) {
        case Role::other:
        case Role::hint:
        case Role::perhaps_no:
        case Role::perhaps_yes:
            return false;
        case Role::word:
        case Role::yes:
        case Role::no:
        case Role::since:
        case Role::reason:
        case Role::ignored:
            return true;
    }
    return false;
}

Result<RowStanding, std::string> StandingColumns::judge(const std::vector<std::string>& fields) const {
    RowStanding row;
    row.standing = floor_;
    for (std::size_t i = 0; i < columns_.size() && i < fields.size(); ++i) {
        if (columns_[i].role == Role::other || columns_[i].role == Role::ignored) continue;
        if (auto problem = apply(columns_[i], trim_unseen(fields[i]), row))
            return failure(std::move(*problem));
    }
    return row;
}

std::optional<std::string> StandingColumns::apply(const Column& column, std::string_view value,
                                                  RowStanding& row) const {
    switch (column.role) {
        case Role::word: {
            const auto standing = standing_of(origin_, value);
            if (!standing) {
                return fmt::format(
                    "{} is \"{}\", which is not known: expected one such as active, "
                    "unsubscribed, bounced, complained or pending",
                    column.name, shown(value));
            }
            raise(row, *standing);
            if (*standing > Standing::unconfirmed && row.reason.empty()) row.reason = shown(value);
            return std::nullopt;
        }
        case Role::hint:
            apply_hint(column, value, row);
            return std::nullopt;
        case Role::yes:
            return apply_yes(column, value, row);
        case Role::no:
            apply_no(column, value, row);
            return std::nullopt;
        case Role::perhaps_no:
            if (is_yes(value) || (is_date(value) && !is_nothing(value))) raise(row, column.standing);
            apply_hint(column, value, row);
            return std::nullopt;
        case Role::perhaps_yes:
            if (is_no(value) || (is_moment_of_consent(column.name) && is_nothing(value)))
                raise(row, Standing::unconfirmed);
            apply_hint(column, value, row);
            return std::nullopt;
        case Role::since:
            if (const auto since = parse_moment(value)) row.since = since;
            return std::nullopt;
        case Role::reason:
            if (!is_nothing(value)) row.reason = shown(value);
            return std::nullopt;
        case Role::other:
        case Role::ignored:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<std::string> StandingColumns::apply_yes(const Column& column, std::string_view value,
                                                      RowStanding& row) const {
    const bool channels = origin_ == Origin::brevo;
    if (is_yes(value) || (channels && names_channel(value, "email"))) return std::nullopt;
    if (is_no(value) || channels) {
        raise(row, Standing::left);
        return std::nullopt;
    }
    if (const auto standing = standing_of(origin_, value)) {
        raise(row, *standing);
        return std::nullopt;
    }
    return fmt::format("{} is \"{}\": expected yes or no", column.name, shown(value));
}

void StandingColumns::apply_hint(const Column& column, std::string_view value, RowStanding& row) const {
    constexpr std::size_t longest = 20;        // of the words
    constexpr std::size_t longest_list = 400;  // of tags that are looked through
    constexpr std::string_view first_letters = "uUoOdDbBhHcCsSmM";
    if (value.empty() || value.size() > longest_list) return;
    if (is_hint_column(column.name)) {
        const auto standing = standing_of(origin_, value);
        if (standing > Standing::unconfirmed && !is_no(value)) raise(row, *standing);
        return;
    }
    const auto look = [&](std::string_view word) {
        word = trim_unseen(word);
        if (word.empty() || word.size() > longest ||
            first_letters.find(word.front()) == std::string_view::npos)
            return;
        if (is_plain_word(word)) raise(row, *standing_of(origin_, word));
    };
    for (std::size_t begin = 0; begin <= value.size();) {
        const std::size_t end = std::min(value.find_first_of(",;|", begin), value.size());
        look(value.substr(begin, end - begin));
        begin = end + 1;
    }
}

void StandingColumns::apply_no(const Column& column, std::string_view value, RowStanding& row) const {
    if (is_nothing(value) || is_no(value)) return;
    if (origin_ == Origin::brevo && !names_channel(value, "email") &&
        (names_channel(value, "sms") || names_channel(value, "whatsapp"))) {
        return;
    }
    raise(row, column.standing);
    if (const auto ended = parse_moment(value)) row.ended_at = ended;
}

std::string StandingColumns::describe() const {
    switch (origin_) {
        case Origin::plain:
            return {};
        case Origin::paperround:
            return "Paperround's export: taken back as it was";
        case Origin::mailchimp:
            if (by_file_name_) break;
            return "Mailchimp's subscribed contacts: subscribed";
        case Origin::mailchimp_unsubscribed:
            return "Mailchimp's unsubscribed contacts: recorded as having left";
        case Origin::mailchimp_nonsubscribed:
            return "Mailchimp's non-subscribed contacts: not subscribed";
        case Origin::mailchimp_cleaned:
            return "Mailchimp's cleaned addresses: suppressed";
        case Origin::buttondown_unsubscribers:
            return "Buttondown's unsubscribers: recorded as having left";
        default:
            break;
    }
    if (by_file_name_) {
        return fmt::format("the file's name says who they are: {} (--from plain subscribes them)",
                           words_for(floor_));
    }
    std::string said;
    for (const Column& column : columns_) {
        const bool speaks = column.role == Role::word || column.role == Role::yes ||
                            column.role == Role::no || column.role == Role::perhaps_no ||
                            column.role == Role::perhaps_yes;
        if (speaks) said += (said.empty() ? "" : ", ") + column.name;
    }
    if (said.empty()) return {};
    if (origin_ == Origin::any) return fmt::format("who reads and who left is taken from {}", said);
    return fmt::format("{}'s export: who reads and who left is taken from {}", makers_name(origin_), said);
}

}  // namespace paperround::audience
