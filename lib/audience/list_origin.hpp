// Whose export a list is, which of its columns say whether somebody reads it, and what their values mean.
// docs/importing.md has the facts, with their sources. Pure.
//
// In doubt nobody is subscribed: any column that says that a reader left outweighs one that says he reads,
// and a value that is not known refuses its row.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace paperround::audience {

enum class Origin {
    any,    // a list of no known maker: a column such as `status` is understood all the same
    plain,  // the same, but every column is an attribute; only by --from
    paperround,
    listmonk,
    mailchimp,
    mailchimp_unsubscribed,
    mailchimp_nonsubscribed,
    mailchimp_cleaned,
    ghost,
    substack,
    beehiiv,
    buttondown,
    buttondown_unsubscribers,
    kit,
    brevo,
};
// "mailchimp-cleaned".
[[nodiscard]] std::string_view to_string(Origin origin);
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view name);
[[nodiscard]] std::vector<std::string> origin_names();
// By the header's normalised names (audience/csv_columns.hpp) and the file's name.
[[nodiscard]] Origin detect_origin(const std::vector<std::string>& names, std::string_view file_name);

// Ordered: where columns differ, the greatest holds.
enum class Standing {
    reads,
    unconfirmed,  // never said yes: not subscribed, and nothing is recorded
    left,
    blocked,  // on a list of addresses that must not be mailed
    bounced,
    complained,
};

// Whether a text is a word such as "unsubscribed" or "bounced".
[[nodiscard]] bool is_word_for_left(std::string_view text);

// What a row says of its reader.
struct RowStanding {
    Standing standing = Standing::reads;
    std::optional<Time> since;     // he reads
    std::optional<Time> ended_at;  // he left
    std::string reason;            // in the list's words; may be empty
};

class StandingColumns {
  public:
    StandingColumns() = default;
    StandingColumns(Origin origin, const std::vector<std::string>& names, std::string_view file_name);

    // Whether the column has been understood and is no attribute.
    [[nodiscard]] bool takes(std::size_t column) const;
    // Failure: which field holds what, and what was expected.
    [[nodiscard]] Result<RowStanding, std::string> judge(const std::vector<std::string>& fields) const;
    // One line for the operator, or "" where there is nothing to say.
    [[nodiscard]] std::string describe() const;
    // No column says who reads: all rows have one standing.
    [[nodiscard]] bool is_blind() const { return blind_; }
    [[nodiscard]] Origin origin() const { return origin_; }

  private:
    enum class Role {
        other,
        word,         // a word of the maker's that must be known
        hint,         // an attribute that counts where it, or one of its tags, is a plain word such as
                      // "unsubscribed"
        yes,          // no: left
        no,           // anything but no, nothing and 0: `standing`
        perhaps_no,   // an attribute whose name says that a yes or a date means `standing`
        perhaps_yes,  // an attribute whose name says that a no means that he did not agree
        since,
        reason,
        ignored,
    };
    struct Column {
        Role role = Role::other;
        Standing standing = Standing::left;  // of `no` and `perhaps_no`
        std::string name;
    };
    void take_roles(const std::vector<std::string>& names);
    [[nodiscard]] Column column_for(const std::string& name) const;
    [[nodiscard]] std::optional<std::string> apply(const Column& column, std::string_view value,
                                                   RowStanding& row) const;
    [[nodiscard]] std::optional<std::string> apply_yes(const Column& column, std::string_view value,
                                                       RowStanding& row) const;
    void apply_hint(const Column& column, std::string_view value, RowStanding& row) const;
    void apply_no(const Column& column, std::string_view value, RowStanding& row) const;

    Origin origin_ = Origin::plain;
    bool blind_ = true;
    bool by_file_name_ = false;
    Standing floor_ = Standing::reads;  // what every row is at least
    std::vector<Column> columns_;
};

}  // namespace paperround::audience
