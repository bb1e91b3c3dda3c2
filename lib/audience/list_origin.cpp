// Which list it is. What its values mean: standing_columns.cpp.
#include "audience/list_origin.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "base/text.hpp"

namespace paperround::audience {

namespace {

constexpr std::array<std::pair<Origin, std::string_view>, 15> names_of_origins{{
    {Origin::any, "any"},
    {Origin::plain, "plain"},
    {Origin::paperround, "paperround"},
    {Origin::listmonk, "listmonk"},
    {Origin::mailchimp, "mailchimp"},
    {Origin::mailchimp_unsubscribed, "mailchimp-unsubscribed"},
    {Origin::mailchimp_nonsubscribed, "mailchimp-nonsubscribed"},
    {Origin::mailchimp_cleaned, "mailchimp-cleaned"},
    {Origin::ghost, "ghost"},
    {Origin::substack, "substack"},
    {Origin::beehiiv, "beehiiv"},
    {Origin::buttondown, "buttondown"},
    {Origin::buttondown_unsubscribers, "buttondown-unsubscribers"},
    {Origin::kit, "kit"},
    {Origin::brevo, "brevo"},
}};

// Questions to a header.
class Header {
  public:
    explicit Header(const std::vector<std::string>& names) : names_(names) {}
    [[nodiscard]] bool has(std::string_view name) const {
        return std::ranges::find(names_, name) != names_.end();
    }
    [[nodiscard]] bool has_all(std::initializer_list<std::string_view> wanted) const {
        return std::ranges::all_of(wanted, [this](std::string_view name) { return has(name); });
    }
    [[nodiscard]] bool has_any(std::initializer_list<std::string_view> wanted) const {
        return std::ranges::any_of(wanted, [this](std::string_view name) { return has(name); });
    }

  private:
    const std::vector<std::string>& names_;
};

// "nonsubscribed" and "unsubscribed" contain "subscribed": the order matters.
Origin mailchimp_by_name(std::string_view lower_file_name) {
    const auto holds = [lower_file_name](std::string_view part) {
        return lower_file_name.find(part) != std::string_view::npos;
    };
    if (holds("nonsubscribed") || holds("non-subscribed")) return Origin::mailchimp_nonsubscribed;
    if (holds("unsubscribed")) return Origin::mailchimp_unsubscribed;
    if (holds("cleaned")) return Origin::mailchimp_cleaned;
    return Origin::mailchimp;
}

std::optional<Origin> detect_mailchimp(const Header& header, std::string_view lower_file_name) {
    if (header.has_any({"unsub_campaign_title", "unsub_campaign_id", "unsub_time"})) {
        return Origin::mailchimp_unsubscribed;
    }
    if (header.has_any({"clean_campaign_title", "clean_campaign_id", "clean_time"})) {
        return Origin::mailchimp_cleaned;
    }
    if (header.has_any({"leid", "euid"}) || header.has_all({"optin_time", "confirm_time"}) ||
        header.has("member_rating")) {
        return mailchimp_by_name(lower_file_name);
    }
    return std::nullopt;
}

std::optional<Origin> detect_buttondown(const Header& header) {
    if (header.has("subscriber_type")) return Origin::buttondown;
    const bool theirs = header.has_any({"creation_date", "undeliverability_date", "undeliverability_reason",
                                        "unsubscription_date", "churn_date", "secondary_id", "referrer_url"});
    if (!theirs) return std::nullopt;
    if (header.has("type")) return Origin::buttondown;
    if (header.has_any({"unsubscription_date", "unsubscription_reason"}))
        return Origin::buttondown_unsubscribers;
    return std::nullopt;
}

}  // namespace

std::string_view to_string(Origin origin) {
    const auto* const found =
        std::ranges::find(names_of_origins, origin, &decltype(names_of_origins)::value_type::first);
    return found == names_of_origins.end() ? std::string_view("any") : found->second;
}

std::optional<Origin> parse_origin(std::string_view name) {
    const std::string lower = ascii_lower(trim(name));
    for (const auto& [origin, known] : names_of_origins) {
        if (lower == known) return origin;
    }
    if (lower == "convertkit") return Origin::kit;
    if (lower == "sendinblue") return Origin::brevo;
    return std::nullopt;
}

std::vector<std::string> origin_names() {
    std::vector<std::string> names;
    names.reserve(names_of_origins.size());
    for (const auto& entry : names_of_origins) names.emplace_back(entry.second);
    return names;
}

Origin detect_origin(const std::vector<std::string>& names, std::string_view file_name) {
    const Header header(names);
    if (header.has_all(
            {"email", "state", "since", "ended", "source", "suppression", "suppression_evidence"})) {
        return Origin::paperround;
    }
    if (const auto mailchimp = detect_mailchimp(header, ascii_lower(file_name))) return *mailchimp;
    if (header.has("subscribed_to_emails") || header.has_all({"complimentary_plan", "stripe_customer_id"})) {
        return Origin::ghost;
    }
    if (header.has_all({"active_subscription", "email_disabled"}) ||
        header.has_all({"active_subscription", "expiry"})) {
        return Origin::substack;
    }
    if (header.has_all({"uuid", "status"}) && header.has_any({"attributes", "attribs"}))
        return Origin::listmonk;
    if (header.has("status") && header.has_any({"tier", "subscription_tier", "free_tier", "premium_tier",
                                                "acquisition_source", "subscription_premium_tier_names"})) {
        return Origin::beehiiv;
    }
    if (const auto buttondown = detect_buttondown(header)) return *buttondown;
    if (header.has_all({"state", "created_at"}) && header.has_any({"email_address", "first_name"})) {
        return Origin::kit;
    }
    if (header.has_any({"email_blacklisted", "email_blocklisted"}) ||
        header.has_all({"blocklisted", "subscribed"}) ||
        (header.has("contact_id") && header.has_any({"double_opt_in", "blacklisted", "blocklisted"}))) {
        return Origin::brevo;
    }
    return Origin::any;
}

}  // namespace paperround::audience
