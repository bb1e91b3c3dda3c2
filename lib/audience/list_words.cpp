#include "audience/list_words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string>

#include "audience/csv_columns.hpp"
#include "base/text.hpp"

namespace paperround::audience {

namespace {

struct Word {
    std::string_view word;
    Standing standing;
};

// As normalised_column_name writes them.
constexpr std::array words{
    Word{"active", Standing::reads},
    Word{"aktiv", Standing::reads},
    Word{"actief", Standing::reads},
    Word{"actif", Standing::reads},
    Word{"activo", Standing::reads},
    Word{"ativo", Standing::reads},
    Word{"attivo", Standing::reads},
    Word{"angemeldet", Standing::reads},
    Word{"aangemeld", Standing::reads},
    Word{"abonné", Standing::reads},
    Word{"inscrit", Standing::reads},
    Word{"inscrito", Standing::reads},
    Word{"iscritto", Standing::reads},
    Word{"suscrito", Standing::reads},
    Word{"bestätigt", Standing::reads},
    Word{"subscribed", Standing::reads},
    Word{"resubscribed", Standing::reads},
    Word{"enabled", Standing::reads},
    Word{"confirmed", Standing::reads},
    Word{"verified", Standing::reads},
    Word{"opted_in", Standing::reads},
    Word{"opt_in", Standing::reads},
    Word{"optin", Standing::reads},
    Word{"yes", Standing::reads},
    Word{"true", Standing::reads},
    Word{"1", Standing::reads},
    Word{"unconfirmed", Standing::unconfirmed},
    Word{"unbestätigt", Standing::unconfirmed},
    Word{"nicht_bestätigt", Standing::unconfirmed},
    Word{"not_confirmed", Standing::unconfirmed},
    Word{"unverified", Standing::unconfirmed},
    Word{"unactivated", Standing::unconfirmed},
    Word{"pending", Standing::unconfirmed},
    Word{"validating", Standing::unconfirmed},
    Word{"needs_attention", Standing::unconfirmed},
    Word{"awaiting_confirmation", Standing::unconfirmed},
    Word{"nonsubscribed", Standing::unconfirmed},
    Word{"non_subscribed", Standing::unconfirmed},
    Word{"not_subscribed", Standing::unconfirmed},
    Word{"never_subscribed", Standing::unconfirmed},
    Word{"transactional", Standing::unconfirmed},
    Word{"unsubscribed", Standing::left},
    Word{"unsubscribe", Standing::left},
    Word{"unsub", Standing::left},
    Word{"unsubbed", Standing::left},
    Word{"cancelled", Standing::left},
    Word{"canceled", Standing::left},
    Word{"inactive", Standing::left},
    Word{"opted_out", Standing::left},
    Word{"opt_out", Standing::left},
    Word{"optout", Standing::left},
    Word{"left", Standing::left},
    Word{"removed", Standing::left},
    Word{"deleted", Standing::left},
    Word{"archived", Standing::left},
    Word{"disabled", Standing::left},
    Word{"suspended", Standing::left},
    Word{"nomail", Standing::left},
    Word{"by_user", Standing::left},
    Word{"abgemeldet", Standing::left},
    Word{"inaktiv", Standing::left},
    Word{"afgemeld", Standing::left},
    Word{"uitgeschreven", Standing::left},
    Word{"inactief", Standing::left},
    Word{"désabonné", Standing::left},
    Word{"désinscrit", Standing::left},
    Word{"inactif", Standing::left},
    Word{"inactivo", Standing::left},
    Word{"dado_de_baja", Standing::left},
    Word{"inativo", Standing::left},
    Word{"descadastrado", Standing::left},
    Word{"inattivo", Standing::left},
    Word{"disiscritto", Standing::left},
    Word{"no", Standing::left},
    Word{"false", Standing::left},
    Word{"0", Standing::left},
    Word{"blocklisted", Standing::blocked},
    Word{"blacklisted", Standing::blocked},
    Word{"blocked", Standing::blocked},
    Word{"by_moderator", Standing::blocked},
    Word{"banned", Standing::blocked},
    Word{"suppressed", Standing::blocked},
    Word{"do_not_email", Standing::blocked},
    Word{"do_not_mail", Standing::blocked},
    Word{"bounced", Standing::bounced},
    Word{"bounce", Standing::bounced},
    Word{"by_bounces", Standing::bounced},
    Word{"gebounced", Standing::bounced},
    Word{"hardbounce", Standing::bounced},
    Word{"hard_bounce", Standing::bounced},
    Word{"hard_bounced", Standing::bounced},
    Word{"hardbounced", Standing::bounced},
    Word{"cleaned", Standing::bounced},
    Word{"undeliverable", Standing::bounced},
    Word{"unreachable", Standing::bounced},
    Word{"invalid", Standing::bounced},
    Word{"complained", Standing::complained},
    Word{"complaint", Standing::complained},
    Word{"spam", Standing::complained},
    Word{"spam_complaint", Standing::complained},
    Word{"marked_as_spam", Standing::complained},
    Word{"reported_spam", Standing::complained},
    Word{"reported_as_spam", Standing::complained},
    Word{"junk", Standing::complained},
    Word{"abuse", Standing::complained},
};

constexpr std::array buttondown_words{
    Word{"regular", Standing::reads}, Word{"premium", Standing::reads}, Word{"trialed", Standing::reads},
    Word{"unpaid", Standing::reads},  Word{"gifted", Standing::reads},  Word{"churning", Standing::reads},
    Word{"churned", Standing::reads}, Word{"paused", Standing::reads},  Word{"past_due", Standing::reads},
    Word{"spammy", Standing::left},
};
// Kit's "inactive" has not confirmed; "cold" reads, and has opened nothing for 90 days.
constexpr std::array kit_words{
    Word{"cold", Standing::reads},
    Word{"cold_subscriber", Standing::reads},
    Word{"inactive", Standing::unconfirmed},
};

const Word* find_word(std::span<const Word> among, std::string_view word) {
    const auto found = std::ranges::find(among, word, &Word::word);
    return found == among.end() ? nullptr : &*found;
}

constexpr std::array<std::string_view, 14> word_columns{
    "status",           "subscription_status",    "subscriber_status", "email_status",    "member_status",
    "list_status",      "global_status",          "contact_status",    "opt_in_status",   "optin_status",
    "marketing_status", "email_marketing_status", "consent_status",    "subscribe_status"};
// Words that mean one thing wherever they stand.
constexpr std::array<std::string_view, 19> plain_words{
    "unsubscribed", "unsubscribe",    "unsub",          "opted_out",   "opt_out",
    "optout",       "do_not_email",   "bounced",        "hard_bounce", "hard_bounced",
    "hardbounced",  "undeliverable",  "blocklisted",    "blacklisted", "complained",
    "complaint",    "spam_complaint", "marked_as_spam", "do_not_mail"};
// Columns in which every word for having left counts, and the others are for something else.
constexpr std::array<std::string_view, 6> hint_columns{
    "state", "type", "subscriber_type", "subscription", "delivery_status", "reception"};
constexpr std::array<std::string_view, 16> yes_columns{"subscribed",
                                                       "is_subscribed",
                                                       "subscribed_to_emails",
                                                       "email_subscribed",
                                                       "newsletter_subscribed",
                                                       "is_active",
                                                       "opted_in",
                                                       "accepts_marketing",
                                                       "email_opt_in",
                                                       "accepts_email_marketing",
                                                       "email_consent",
                                                       "marketing_consent",
                                                       "subscribed_to_newsletter",
                                                       "active",
                                                       "enabled",
                                                       "email_marketing_consent"};

struct NoColumn {
    std::string_view name;
    Standing standing;
};
constexpr std::array no_columns{
    NoColumn{"unsubscribed", Standing::left},
    NoColumn{"is_unsubscribed", Standing::left},
    NoColumn{"unsubscribed_at", Standing::left},
    NoColumn{"unsubscribed_on", Standing::left},
    NoColumn{"unsubscribed_date", Standing::left},
    NoColumn{"unsubscribed_time", Standing::left},
    NoColumn{"unsubscribe_date", Standing::left},
    NoColumn{"unsubscribe_time", Standing::left},
    NoColumn{"unsubscription_date", Standing::left},
    NoColumn{"unsub_time", Standing::left},
    NoColumn{"unsub_date", Standing::left},
    NoColumn{"date_unsubscribed", Standing::left},
    NoColumn{"global_unsubscribe", Standing::left},
    NoColumn{"unsubscribed_from_all_email", Standing::left},
    NoColumn{"opted_out", Standing::left},
    NoColumn{"opted_out_at", Standing::left},
    NoColumn{"opt_out", Standing::left},
    NoColumn{"optout", Standing::left},
    NoColumn{"opt_out_date", Standing::left},
    NoColumn{"optout_date", Standing::left},
    NoColumn{"optout_time", Standing::left},
    NoColumn{"email_opt_out", Standing::left},
    NoColumn{"has_opted_out_of_email", Standing::left},
    NoColumn{"cancelled_at", Standing::left},
    NoColumn{"canceled_at", Standing::left},
    NoColumn{"deleted_at", Standing::left},
    NoColumn{"email_disabled", Standing::left},
    NoColumn{"email_blacklisted", Standing::left},
    NoColumn{"email_blocklisted", Standing::left},
    NoColumn{"blacklisted", Standing::blocked},
    NoColumn{"blocklisted", Standing::blocked},
    NoColumn{"is_blacklisted", Standing::blocked},
    NoColumn{"is_blocklisted", Standing::blocked},
    NoColumn{"suppressed", Standing::blocked},
    NoColumn{"do_not_email", Standing::blocked},
    NoColumn{"bounced", Standing::bounced},
    NoColumn{"is_bounced", Standing::bounced},
    NoColumn{"bounced_at", Standing::bounced},
    NoColumn{"bounce_date", Standing::bounced},
    NoColumn{"hard_bounced", Standing::bounced},
    NoColumn{"email_bounced", Standing::bounced},
    NoColumn{"clean_time", Standing::bounced},
    NoColumn{"undeliverable", Standing::bounced},
    NoColumn{"undeliverability_date", Standing::bounced},
    NoColumn{"complained", Standing::complained},
    NoColumn{"complained_at", Standing::complained},
    NoColumn{"complaint_date", Standing::complained},
    NoColumn{"marked_as_spam", Standing::complained},
};
// What a name holds, blanks and joints aside, that no table has: "Is this subscriber blacklisted",
// "HasOptedOutOfEmail".
constexpr std::array roots_of_no{
    NoColumn{"unsubscri", Standing::left},      NoColumn{"optedout", Standing::left},
    NoColumn{"optout", Standing::left},         NoColumn{"donotemail", Standing::left},
    NoColumn{"donotmail", Standing::left},      NoColumn{"donotcontact", Standing::left},
    NoColumn{"deactivated", Standing::left},    NoColumn{"suspend", Standing::left},
    NoColumn{"emaildisabled", Standing::left},  NoColumn{"blacklist", Standing::blocked},
    NoColumn{"blocklist", Standing::blocked},   NoColumn{"suppress", Standing::blocked},
    NoColumn{"bounced", Standing::bounced},     NoColumn{"hardbounce", Standing::bounced},
    NoColumn{"undeliverab", Standing::bounced}, NoColumn{"complain", Standing::complained},
    NoColumn{"spam", Standing::complained},     NoColumn{"abgemeldet", Standing::left},
    NoColumn{"désabonn", Standing::left},       NoColumn{"désinscri", Standing::left},
};
constexpr std::array<std::string_view, 8> roots_of_yes{
    "optin",      "optedin",      "confirmed",       "activated",
    "subscribed", "emailconsent", "emailpermission", "consenttoemail",
};
constexpr std::array<std::string_view, 7> names_of_yes{
    "consent", "newsletter", "newsletters", "mailing_list", "verified", "email_verified", "is_verified"};
// These columns are about something else: a number, an address, another channel, how he signed up.
constexpr std::array<std::string_view, 19> other_matters{
    "count", "rate",  "link",  "url",      "token",  "reason", "campaign", "soft",  "sms",  "phone",
    "push",  "whats", "mobil", "identity", "double", "single", "payment",  "score", "page",
};
constexpr std::array<std::string_view, 6> reason_columns{"unsub_reason",          "unsub_reason_other",
                                                         "unsubscription_reason", "unsubscribe_reason",
                                                         "bounce_reason",         "undeliverability_reason"};
// Of a known maker only: in a list of one's own these may be for the templates.
constexpr std::array<std::string_view, 8> since_columns{"optin_time",    "confirm_time",  "created_at",
                                                        "creation_date", "subscribed_at", "added_time",
                                                        "created",       "date_added"};
// Ids, places and addresses of the maker's that no template needs.
constexpr std::array<std::string_view, 22> ignored_columns{"id",
                                                           "uuid",
                                                           "leid",
                                                           "euid",
                                                           "optin_ip",
                                                           "confirm_ip",
                                                           "latitude",
                                                           "longitude",
                                                           "gmtoff",
                                                           "dstoff",
                                                           "timezone",
                                                           "cc",
                                                           "region",
                                                           "last_changed",
                                                           "updated_at",
                                                           "modified_time",
                                                           "stripe_customer_id",
                                                           "secondary_id",
                                                           "unsub_campaign_title",
                                                           "unsub_campaign_id",
                                                           "clean_campaign_title",
                                                           "clean_campaign_id"};

template <std::size_t size>
bool is_among(const std::array<std::string_view, size>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// "has_opted_out" -> "hasoptedout"; nothing where the name is about something else.
std::string squeezed(std::string_view name) {
    std::string letters;
    std::ranges::copy_if(name, std::back_inserter(letters), [](char c) { return c != '_'; });
    const bool other = std::ranges::any_of(other_matters, [&letters](std::string_view matter) {
        return letters.find(matter) != std::string::npos;
    });
    return other ? std::string() : letters;
}

}  // namespace

std::optional<Standing> standing_of(Origin origin, std::string_view value) {
    const std::string word = normalised_column_name(value);
    const Word* found = nullptr;
    if (origin == Origin::buttondown) found = find_word(buttondown_words, word);
    if (origin == Origin::kit) found = find_word(kit_words, word);
    if (found == nullptr) found = find_word(words, word);
    return found == nullptr ? std::nullopt : std::optional(found->standing);
}

bool is_plain_word(std::string_view value) {
    return is_among(plain_words, normalised_column_name(value));
}

bool is_word_for_left(std::string_view text) {
    const auto standing = standing_of(Origin::any, text);
    return standing && *standing > Standing::reads;
}

bool is_word_column(std::string_view name) {
    return is_among(word_columns, name);
}

bool is_hint_column(std::string_view name) {
    return is_among(hint_columns, name);
}

bool is_yes_column(std::string_view name) {
    return is_among(yes_columns, name);
}

std::optional<Standing> standing_of_no_column(std::string_view name) {
    const auto found = std::ranges::find(no_columns, name, &NoColumn::name);
    return found == no_columns.end() ? std::nullopt : std::optional(found->standing);
}

std::optional<Standing> standing_told_by_name(std::string_view name) {
    const std::string letters = squeezed(name);
    std::optional<Standing> worst;
    for (const NoColumn& root : roots_of_no) {
        if (letters.find(root.name) != std::string::npos)
            worst = std::max(worst, std::optional(root.standing));
    }
    return worst;
}

bool asks_for_consent(std::string_view name) {
    if (is_among(names_of_yes, name)) return true;
    // When he subscribed is no question; when he confirmed is one.
    const bool is_moment = name.ends_with("_on") || name.ends_with("_date") || name.ends_with("_time") ||
                           (name.ends_with("_at") && name.find("subscribed") != std::string_view::npos);
    if (is_moment) return false;
    const std::string letters = squeezed(name);
    return std::ranges::any_of(
        roots_of_yes, [&letters](std::string_view root) { return letters.find(root) != std::string::npos; });
}

bool is_reason_column(std::string_view name) {
    return is_among(reason_columns, name);
}

bool is_since_column(std::string_view name) {
    return is_among(since_columns, name);
}

bool is_ignored_column(std::string_view name) {
    return is_among(ignored_columns, name);
}

std::optional<Standing> standing_of_file(std::string_view file_name) {
    const std::string name = ascii_lower(file_name);
    const auto holds = [&name](std::string_view part) { return name.find(part) != std::string::npos; };
    if (holds("complain") || holds("spam-report") || holds("spam_report")) return Standing::complained;
    if (holds("bounce") || holds("cleaned")) return Standing::bounced;
    if (holds("suppress") || holds("blocklist") || holds("blacklist")) return Standing::blocked;
    if (holds("nonsubscribed") || holds("non-subscribed") || holds("unconfirmed"))
        return Standing::unconfirmed;
    if (holds("unsub") || holds("opt-out") || holds("optout") || holds("opt_out") || holds("removals")) {
        return Standing::left;
    }
    return std::nullopt;
}

}  // namespace paperround::audience
