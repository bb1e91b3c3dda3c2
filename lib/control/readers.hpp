// What a person may ask of a newsletter's readers: list, show, add, import, export, remove. Each change is on
// record, and so is an export. Failures of the database are db::Error.
#pragma once

#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "audience/audience_store.hpp"
#include "audience/csv_export.hpp"
#include "audience/csv_import.hpp"
#include "audience/join_store.hpp"
#include "config/settings.hpp"
#include "control/desk.hpp"
#include "control/series_view.hpp"
#include "queue/admin/action_log.hpp"

namespace paperround::control {

struct NewReader {
    std::string address;
    std::string name;
    std::vector<std::string> attributes;  // "name=value"
    // One who left before and asked to come back.
    audience::Again again = audience::Again::no;
    std::string source;  // stored with a new subscription: "command line"
};

struct Added {
    std::string address;
    bool was_there = false;  // and was brought up to date
};

// What an import is told, and what it tells as it goes along.
struct ListImport {
    std::string file_name;  // without its folder
    std::string
        from;  // whose export it is, in the words of audience::origin_names(); empty: what its header says
    audience::Again again = audience::Again::no;
    std::function<void(const audience::Rejected&)> on_rejected = {};
    std::function<void(const audience::ImportProgress&)> on_progress = {};
    std::function<void(std::string_view)> on_note = {};
};

struct ReaderFilter {
    std::string state;  // active, left or removed; empty: all
    std::string text;   // part of the address or the name; empty: all
};

struct ReaderView {
    audience::Member member;
    std::optional<audience::Suppression> suppression;
    std::optional<audience::JoinRequest> consent;       // by which page he joined, if by one
    std::map<std::string, audience::Member> elsewhere;  // of other newsletters, by name
    std::vector<audience::JoinRequest> requests;        // all that he asked for by pages, the newest first
    std::vector<queue::Action> actions;  // what people did to this subscription, the newest first
    std::optional<SeriesView> series;    // of welcome letters, if he is in one
};

// Of one newsletter, which outlives it as the desk does.
class Readers {
  public:
    Readers(Desk& desk, const config::Newsletter& newsletter) : desk_(desk), newsletter_(newsletter) {}

    // Calls `visit` for each by ascending number until it returns false; memory stays flat.
    [[nodiscard]] Answer<void> list(const ReaderFilter& filter,
                                    const std::function<bool(const audience::Member&)>& visit);
    [[nodiscard]] Answer<ReaderView> show(std::string_view address);
    [[nodiscard]] Answer<Added> add(const NewReader& reader);
    // Who left stays away. What waits for a reader whom the list ends is cancelled.
    [[nodiscard]] Answer<audience::ImportReport> import(std::istream& list, const ListImport& options);
    // The caller looks after the stream's state.
    [[nodiscard]] Answer<audience::Exported> export_to(std::ostream& list, const ReaderFilter& filter);
    // Tags that he has from now on, and tags that he has no more; of the reader, whatever he reads. What he has then.
    [[nodiscard]] Answer<std::vector<std::string>> tag(std::string_view address,
                                                       const std::vector<std::string>& changes);
    // Ends the subscription, and cancels what waits for it.
    [[nodiscard]] Answer<void> remove(std::string_view address);

  private:
    [[nodiscard]] std::string subject_of(std::string_view address) const;
    [[nodiscard]] Answer<Added> answer_to(const audience::Subscriber& reader, audience::Subscribed result);

    Desk& desk_;
    const config::Newsletter& newsletter_;
};

// One JSON object on a line.
[[nodiscard]] std::string to_json(const audience::Member& member, std::string_view newsletter);
// The same, with the consent.
[[nodiscard]] std::string to_json(const ReaderView& view, std::string_view newsletter);
[[nodiscard]] std::string to_json(const audience::ImportReport& report);

}  // namespace paperround::control
