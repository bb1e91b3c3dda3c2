#include "public/preferences.hpp"

#include "audience/join_store.hpp"
#include "audience/series_store.hpp"

namespace paperround::pages {

using audience::AudienceStore;
using audience::Member;
using audience::State;

std::optional<ReaderChoices> Preferences::describe(std::string_view text) {
    const auto token = signer_.verify(audience::Purpose::preferences, text);
    if (!token) return std::nullopt;
    const Lock lock(mutex_);
    return choices_of(*token);
}

std::optional<ReaderChoices> Preferences::choices_of(const audience::Token& token) {
    AudienceStore audience(database_);
    auto reader = audience.find(token.subscriber_id);
    if (!reader) return std::nullopt;
    ReaderChoices found{.newsletter = token.newsletter, .reader = std::move(*reader), .choices = {}};
    for (const config::Newsletter& newsletter : settings_.newsletters) {
        const auto member = audience.member(newsletter.name, found.reader.id);
        const bool reads = member && member->state == State::active;
        if (reads ||
            (may_join(newsletter, member) && !audience.is_suppressed(found.reader.address, newsletter.name)))
            found.choices.push_back({newsletter.name, newsletter.title, reads});
    }
    // He can leave a newsletter that is no longer configured.
    if (settings_.find_newsletter(token.newsletter) == nullptr) {
        const auto member = audience.member(token.newsletter, found.reader.id);
        if (member && member->state == State::active)
            found.choices.push_back({token.newsletter, token.newsletter, true});
    }
    return found;
}

bool Preferences::may_join(const config::Newsletter& newsletter, const std::optional<Member>& member) const {
    if (!member) return newsletter.subscribe;
    return member->state == State::left && member->reason.empty();
}

std::optional<ReaderChoices> Preferences::save(std::string_view text, const PreferencesForm& form,
                                               const Saving& saving) {
    const auto token = signer_.verify(audience::Purpose::preferences, text);
    if (!token) return std::nullopt;
    const Lock lock(mutex_);
    // A change in a file that was replaced would be lost.
    if (database_.files_replaced())
        throw db::Error(db::Error::Code::other, "the database was replaced while it was open");
    const auto before = choices_of(*token);
    if (!before) return std::nullopt;
    leave_some(*before, form);
    db::Transaction transaction(database_);
    // What somebody else has changed since counts.
    const auto now = choices_of(*token);
    if (!now) return std::nullopt;
    for (const Choice& choice : now->choices) {
        if (!choice.reads && form.shown.contains(choice.newsletter) && form.read.contains(choice.newsletter))
            join(*now, choice.newsletter, saving);
    }
    audience::Subscriber changed = now->reader;
    changed.name = form.name;
    if (form.language != saving.shown_language) changed.attributes["language"] = form.language;
    if (changed != now->reader) AudienceStore(database_).change(changed);
    auto after = choices_of(*token);
    transaction.commit();
    return after;
}

void Preferences::leave_some(const ReaderChoices& before, const PreferencesForm& form) {
    for (const Choice& choice : before.choices) {
        if (!choice.reads || !form.shown.contains(choice.newsletter) || form.read.contains(choice.newsletter))
            continue;
        departure_.leave({.newsletter = choice.newsletter, .subscriber_id = before.reader.id});
    }
}

void Preferences::join(const ReaderChoices& reader, const std::string& newsletter, const Saving& saving) {
    const Time now = clock_.now();
    audience::JoinStore(database_).add(
        {.newsletter = newsletter,
         .address = reader.reader.address,
         .language = saving.shown_language,
         .form = saving.form,
         .network = saving.client ? to_text(neighbourhood_of(*saving.client)) : "",
         .asked_at = now,
         .state = audience::JoinState::no_mail,
         .due = now});
    static_cast<void>(AudienceStore(database_).subscribe(
        newsletter, {.id = 0, .address = reader.reader.address, .name = {}, .attributes = {}}, now,
        "page " + saving.form, audience::Again::yes));
    const config::Newsletter* joined = settings_.find_newsletter(newsletter);
    if (joined != nullptr && joined->welcome)
        audience::SeriesStore(database_).join(newsletter, reader.reader.id, now);
}

}  // namespace paperround::pages
