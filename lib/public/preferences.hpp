// What a reader may change by himself: which newsletters of this installation he reads, his name, the language of his
// mails. The link is signed for the reader; whoever has a mail of his has it, as he has the link to leave.
//
// He may leave whatever he reads. He may join what he has left by himself, and what has a page to subscribe: the link
// came by mail, so it proves as much as one that asks to confirm. What an operator or a complaint has ended, and
// everything where the address is suppressed, begins again only by confirming (public/joining.hpp).
//
// Serves one request at a time. Throws db::Error; what was left by then is left, and the same request may come again.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audience/audience_store.hpp"
#include "audience/token.hpp"
#include "base/address/ip_network.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/plan/departure.hpp"
#include "public/preferences_form.hpp"

namespace paperround::pages {

// A newsletter that the reader reads, or may join.
struct Choice {
    std::string newsletter;
    std::string title;
    bool reads = false;
    bool operator==(const Choice&) const = default;
};

struct ReaderChoices {
    std::string newsletter;  // that the link came with
    audience::Subscriber reader;
    std::vector<Choice> choices;  // in the order of the configuration
};

// What the form cannot say by itself.
struct Saving {
    std::string form;            // the page's URL, without the token
    std::string shown_language;  // that the page had chosen: who leaves it so has said nothing
    std::optional<IpAddress> client;
};

class Preferences {
  public:
    // All but the database must outlive it. `recall` is the running daemon's.
    Preferences(db::Database database, const config::Settings& settings, const audience::TokenSigner& signer,
                const Clock& clock, queue::Recall* recall)
        : database_(std::move(database)),
          settings_(settings),
          signer_(signer),
          clock_(clock),
          departure_(database_, clock, recall) {}

    // Nothing if the token is not ours, or its reader is gone. Changes nothing.
    [[nodiscard]] std::optional<ReaderChoices> describe(std::string_view token);
    // Committed when it returns, with what holds then. Only newsletters that the page had are touched.
    [[nodiscard]] std::optional<ReaderChoices> save(std::string_view token, const PreferencesForm& form,
                                                    const Saving& saving);

  private:
    [[nodiscard]] std::optional<ReaderChoices> choices_of(const audience::Token& token) REQUIRES(mutex_);
    [[nodiscard]] bool may_join(const config::Newsletter& newsletter,
                                const std::optional<audience::Member>& member) const;
    void leave_some(const ReaderChoices& before, const PreferencesForm& form) REQUIRES(mutex_);
    void join(const ReaderChoices& reader, const std::string& newsletter, const Saving& saving)
        REQUIRES(mutex_);

    Mutex mutex_;
    db::Database database_ GUARDED_BY(mutex_);
    const config::Settings& settings_;
    const audience::TokenSigner& signer_;
    const Clock& clock_;
    pipeline::Departure departure_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pages
