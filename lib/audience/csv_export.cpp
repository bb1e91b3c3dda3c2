#include "audience/csv_export.hpp"

#include <set>

#include "audience/csv_columns.hpp"
#include "audience/tags.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

std::string csv_field(std::string_view text) {
    const bool has_outer_space =
        !text.empty() && (is_ascii_space(text.front()) || is_ascii_space(text.back()));
    // `;` and tab too: a reader that guesses the separator must not guess wrong.
    if (!has_outer_space && text.find_first_of(",;\t|\"\r\n") == std::string_view::npos)
        return std::string(text);
    return '"' + replace_all(text, "\"", "\"\"") + '"';
}

namespace {

class Export {
  public:
    Export(AudienceStore& store, std::string_view newsletter, std::ostream& output)
        : store_(store),
          newsletter_(newsletter),
          names_(store.attribute_names(newsletter)),
          tags_(store.any_tags(newsletter)),
          output_(output) {}

    void header() {
        output_
            << "email,name,state,since,ended,source,reason,suppression,suppressed_since,suppression_evidence,"
               "suppression_of";
        if (tags_) output_ << ",tags";
        for (const auto& name : names_) output_ << ',' << csv_field(std::string(attribute_prefix) + name);
        output_ << "\r\n";
    }

    bool member(const Member& member) {
        const Subscriber& subscriber = member.subscriber;
        output_ << csv_field(subscriber.address) << ',' << csv_field(subscriber.name) << ','
                << to_string(member.state) << ',' << format_rfc3339_millis(member.since) << ','
                << (member.ended_at ? format_rfc3339_millis(*member.ended_at) : std::string()) << ','
                << text(member.source) << ',' << text(member.reason) << ',';
        const auto suppression =
            member.suppressed ? store_.find_suppression(subscriber.address, newsletter_) : std::nullopt;
        if (suppression && suppression->provisional) ++exported_.provisional;
        write(suppression && !suppression->provisional ? *suppression : Suppression{});
        if (tags_) output_ << ',' << csv_field(replace_all(encode_tags(subscriber.tags), "\n", ", "));
        for (const auto& name : names_) {
            const auto value = subscriber.attributes.find(name);
            output_ << ','
                    << (value == subscriber.attributes.end() ? std::string() : csv_field(value->second));
        }
        output_ << "\r\n";
        ++exported_.members;
        return output_.good();
    }

    bool suppression(const Suppression& suppression) {
        // Another newsletter's own is in that one's list.
        if (!suppression.newsletter.empty() && suppression.newsletter != newsletter_) return true;
        const auto subscriber = store_.find(suppression.address_key);
        const bool is_member = subscriber && store_.member(newsletter_, subscriber->id);
        if (is_member || suppression.provisional) {
            if (!is_member) ++exported_.provisional;
            return true;
        }
        output_ << csv_field(suppression.address_key) << ",,,,,,,";
        write(suppression);
        output_ << std::string(names_.size() + (tags_ ? 1 : 0), ',') << "\r\n";
        ++exported_.suppressed_only;
        return output_.good();
    }

    [[nodiscard]] Exported exported() const { return exported_; }

  private:
    static std::string text(std::string_view words) { return csv_field(to_valid_utf8(words)); }

    void write(const Suppression& suppression) {
        if (suppression.address_key.empty()) {
            output_ << ",,,";
            return;
        }
        output_ << text(suppression.reason) << ',' << format_rfc3339_millis(suppression.created_at) << ','
                << text(suppression.evidence) << ',' << text(suppression.newsletter);
    }

    AudienceStore& store_;
    std::string_view newsletter_;
    std::set<std::string> names_;
    bool tags_;
    std::ostream& output_;
    Exported exported_;
};

}  // namespace

Exported export_csv(AudienceStore& store, std::string_view newsletter, const MemberFilter& filter,
                    std::ostream& output) {
    Export exporting(store, newsletter, output);
    exporting.header();
    store.list(newsletter, filter, [&](const Member& member) { return exporting.member(member); });
    if (!filter.state && filter.text.empty()) {
        store.list_suppressions(
            [&](const Suppression& suppression) { return exporting.suppression(suppression); });
    }
    return exporting.exported();
}

}  // namespace paperround::audience
