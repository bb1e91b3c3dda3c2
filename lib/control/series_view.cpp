#include "control/series_view.hpp"

#include "base/text/date_time.hpp"

namespace paperround::control {

std::optional<SeriesView> series_of(Desk& desk, const std::string& newsletter, std::int64_t subscriber_id) {
    audience::SeriesStore store(desk.database());
    auto reader = store.find(newsletter, subscriber_id);
    if (!reader) return std::nullopt;
    return SeriesView{.reader = std::move(*reader), .copies = store.copies(newsletter, subscriber_id)};
}

std::string words_of(const SeriesView& view) {
    if (view.reader.ended_at) return "it ended at " + format_rfc3339(*view.reader.ended_at);
    if (!view.reader.due) return "there is no further letter";
    return "the next letter is due at " + format_rfc3339(*view.reader.due);
}

}  // namespace paperround::control
