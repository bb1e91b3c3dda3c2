// Makes the due copies of welcome series (docs/welcome.md), on the ledger's thread and inside its commits. A copy is a
// delivery of a mailing of the kind `letters`, so that everything holds for it that holds for others. The copy, the
// note that the reader had this letter (audience/series_store.hpp) and his new place in the series are one commit.
//
// A text of a letter has a mailing for the readers of a week: then the next one is rendered, with the templates and in
// the languages of that day. A reader's next letter waits while the one before is still on its way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audience/series_store.hpp"
#include "audience/subscriber.hpp"
#include "base/random.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/events.hpp"
#include "post/letter_store.hpp"
#include "queue/ledger/ledger_duties.hpp"
#include "queue/limit/providers.hpp"
#include "queue/mailing.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::pipeline {

class SeriesPlanner {
  public:
    // Whether copies of this mailing to them must not be made yet: it is not rendered, or their domains are looked up.
    // `made_now`: the mailing is of this commit.
    using MustWait =
        std::function<bool(std::int64_t mailing, bool made_now, std::span<const queue::Addressee>)>;
    // All references must outlive it.
    SeriesPlanner(db::Database& database, Random& random, Events& events, const queue::Providers& providers,
                  MustWait must_wait)
        : database_(database),
          random_(random),
          events_(events),
          providers_(providers),
          must_wait_(std::move(must_wait)) {}

    // Some of the newsletter's readers whose next letter is due. What it says ends with the caller's transaction.
    [[nodiscard]] queue::Remaining plan_some(const config::Newsletter& newsletter, Time now);

  private:
    struct Series;  // a newsletter's, as it is now
    struct Copy {
        audience::SeriesReader reader;  // as he is afterwards
        std::string address;
        std::string letter;
    };
    // By mailing.
    using Copies = std::map<std::int64_t, std::vector<Copy>>;

    void look_at(Series& series, audience::SeriesReader reader, Copies& copies);
    void look_at_member(Series& series, audience::SeriesReader reader, const audience::Subscriber& subscriber,
                        Copies& copies);
    [[nodiscard]] const post::Letter* next_letter(const Series& series, const audience::SeriesReader& reader);
    [[nodiscard]] std::optional<Time> next_due(const Series& series, const audience::SeriesReader& reader);
    // Nothing where a person has cancelled it.
    [[nodiscard]] std::optional<std::int64_t> mailing_of(Series& series, const post::Letter& letter);
    [[nodiscard]] bool make(const Series& series, std::int64_t mailing, const std::vector<Copy>& copies);

    db::Database& database_;
    Random& random_;
    Events& events_;
    const queue::Providers& providers_;
    MustWait must_wait_;
};

}  // namespace paperround::pipeline
