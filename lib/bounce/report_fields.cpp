#include "bounce/report_fields.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::bounce {

namespace {

constexpr std::size_t most_groups = 3000;
constexpr std::size_t most_fields = 100;
constexpr std::size_t longest_name = 40;

// Their letters; the longest one first where one begins with another.
constexpr std::array<std::string_view, 24> known_names{"finalrecipient",
                                                       "originalrecipient",
                                                       "xactualrecipient",
                                                       "action",
                                                       "status",
                                                       "diagnosticcode",
                                                       "remotemta",
                                                       "reportingmta",
                                                       "receivedfrommta",
                                                       "dsngateway",
                                                       "arrivaldate",
                                                       "lastattemptdate",
                                                       "willretryuntil",
                                                       "originalenvelopeid",
                                                       "finallogid",
                                                       "disposition",
                                                       "originalmessageid",
                                                       "feedbacktype",
                                                       "useragent",
                                                       "originalrcptto",
                                                       "originalmailfrom",
                                                       "removalrecipient",
                                                       "reportedupi",
                                                       "xoriginalmessageid"};

// No distance above `most` is needed, so the work is bounded by the lengths of names.
bool within_distance(std::string_view a, std::string_view b, std::size_t most) {
    if (a.size() > b.size() + most || b.size() > a.size() + most) return false;
    std::array<std::size_t, longest_name + 2> row{};
    for (std::size_t j = 0; j <= b.size(); ++j) row.at(j) = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row.at(0), i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row.at(j);
            row.at(j) = std::min({changed, row.at(j) + 1, row.at(j - 1) + 1});
        }
    }
    return row.at(b.size()) <= most;
}

// The name of a field at the front of a line, up to its colon; empty where the line is none.
std::string_view name_of(std::string_view line) {
    const auto colon = line.substr(0, longest_name + 1).find(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    const std::string_view name = trim(line.substr(0, colon));
    const bool plain = std::ranges::all_of(name, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == ' ' || c == '_';
    });
    return plain && !name.empty() && is_ascii_alpha(name.front()) ? name : std::string_view();
}

class Grouping {
  public:
    void line(std::string_view line) {
        if (trim(line).empty()) return end_group();
        const std::string_view bare = trim(line);
        const bool indented = is_ascii_space(line.front());
        const std::string_view name = name_of(bare);
        const bool begins = !name.empty() && (!indented || !known_field(name).empty());
        if (!begins) return go_on(bare);
        if (groups_.empty() || closed_) begin_group();
        if (groups_.back().size() >= most_fields) return;
        groups_.back().push_back(
            {std::string(name), std::string(trim(bare.substr(bare.find(':') + 1)).substr(0, field_limit))});
    }
    std::vector<FieldGroup> take() { return std::move(groups_); }

  private:
    void end_group() { closed_ = true; }
    void begin_group() {
        if (groups_.size() < most_groups) groups_.emplace_back();
        closed_ = false;
    }
    // Senders wrap long values without indenting them.
    void go_on(std::string_view bare) {
        if (closed_ || groups_.empty() || groups_.back().empty()) return;
        std::string& value = groups_.back().back().value;
        if (value.size() + bare.size() < field_limit) value.append(" ").append(bare);
    }

    std::vector<FieldGroup> groups_;
    bool closed_ = true;
};

}  // namespace

std::vector<FieldGroup> field_groups(std::string_view text) {
    Grouping grouping;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        grouping.line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return grouping.take();
}

std::string_view known_field(std::string_view name) {
    if (name.size() > longest_name) return {};
    std::string letters;
    for (const char c : name) {
        if (is_ascii_alpha(c)) letters += ascii_lower(c);
    }
    for (const std::string_view known : known_names) {
        if (letters == known) return known;
    }
    for (const std::string_view known : known_names) {
        const std::size_t most = known.size() >= 12 ? 2 : known.size() >= 6 ? 1 : 0;
        if (letters.size() > 4 && within_distance(letters, known, most)) return known;
    }
    return {};
}

bool looks_like_delivery_status(std::string_view text) {
    bool recipient = false;
    bool state = false;
    while (!text.empty() && !(recipient && state)) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view name = name_of(trim(text.substr(0, std::min<std::size_t>(end, 200))));
        if (name.size() >= 5) {
            const std::string_view known = known_field(name);
            recipient = recipient || known == "finalrecipient" || known == "originalrecipient";
            state = state || known == "action" || known == "status";
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return recipient && state;
}

std::string_view known_value(const FieldGroup& group, std::string_view known) {
    const auto found =
        std::ranges::find_if(group, [&](const Field& field) { return known_field(field.name) == known; });
    return found == group.end() ? std::string_view() : std::string_view(found->value);
}

}  // namespace paperround::bounce
