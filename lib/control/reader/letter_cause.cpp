#include "control/reader/letter_cause.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "control/series_view.hpp"
#include "post/letter_store.hpp"
#include "post/post_store.hpp"

namespace paperround::control {

namespace {

// What a text of a letter is called is in post/letter_store.
std::string letter_of(Desk& desk, const queue::Mailing& mailing) {
    const auto text = post::PostStore(desk.database()).find(mailing.post_id);
    return text ? post::name_of_letter(text->post.id) : std::string();
}

}  // namespace

void explain_no_letter(Desk& desk, const queue::Mailing& mailing, std::int64_t subscriber_id,
                       Explanation& explanation) {
    const auto view = series_of(desk, mailing.newsletter, subscriber_id);
    if (!view) {
        explanation.cause = Cause::not_in_series;
        explanation.words =
            "The mailing is of a welcome letter, and the reader is not in that series: it is for whoever joins by the "
            "page.";
        return;
    }
    const std::string letter = letter_of(desk, mailing);
    for (const audience::SeriesCopy& copy : view->copies)
        explanation.evidence.push_back(
            {copy.made_at, fmt::format("{}: mailing {}", copy.letter, copy.mailing_id)});
    const auto had = std::ranges::find(view->copies, letter, &audience::SeriesCopy::letter);
    if (had != view->copies.end()) {
        explanation.cause = Cause::had_already;
        explanation.words =
            fmt::format("The reader's copy of this welcome letter is of mailing {}, and he gets no other.",
                        had->mailing_id);
        return;
    }
    const std::string state = words_of(*view);
    const bool goes_on = view->reader.due && !view->reader.ended_at;
    explanation.cause = goes_on ? Cause::not_due : Cause::not_in_series;
    explanation.got = goes_on ? Got::not_yet : Got::no;
    explanation.words =
        goes_on ? fmt::format("The reader has not come to this welcome letter, or is beyond it: {}.", state)
                : fmt::format(
                      "The mailing is of a welcome letter that this reader was not sent: of his series, {}.",
                      state);
}

}  // namespace paperround::control
