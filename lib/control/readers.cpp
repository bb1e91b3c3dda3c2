#include "control/readers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "audience/checked_subscriber.hpp"
#include "audience/list_origin.hpp"
#include "audience/tags.hpp"
#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "pipeline/plan/departure.hpp"
#include "queue/store/delivery_store.hpp"

namespace paperround::control {

namespace {

constexpr std::string_view add_action = "readers add";
constexpr unsigned most_actions = 50;  // of a reader that are shown

// In the form in which addresses are stored; one that is none stays as it is, and is found nowhere.
std::string as_stored(std::string_view address) {
    const auto canonical = canonical_address(address);
    return canonical ? *canonical : std::string(address);
}

Answer<std::map<std::string, std::string>> parse_attributes(const std::vector<std::string>& pairs) {
    std::map<std::string, std::string> attributes;
    for (const std::string& pair : pairs) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos || equals == 0) {
            return refuse(Refusal::Code::malformed,
                          fmt::format("an attribute: expected name=value, got \"{}\"", pair));
        }
        attributes[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return attributes;
}

Answer<audience::MemberFilter> member_filter(const ReaderFilter& filter) {
    audience::MemberFilter members{.state = {}, .text = filter.text};
    if (filter.state.empty()) return members;
    members.state = audience::parse_state(filter.state);
    if (members.state) return members;
    return refuse(Refusal::Code::malformed,
                  fmt::format("\"{}\" is none of active, left, removed", filter.state));
}

std::string summary_of(const audience::ImportReport& report) {
    return fmt::format("{} rows: {} added, {} updated, {} ended, {} rejected", report.rows, report.added,
                       report.updated, report.ended, report.rejected);
}

}  // namespace

std::string Readers::subject_of(std::string_view address) const {
    return fmt::format("{} of {}", address, newsletter_.name);
}

Answer<void> Readers::list(const ReaderFilter& filter,
                           const std::function<bool(const audience::Member&)>& visit) {
    const auto members = member_filter(filter);
    if (!members) return failure(members.error());
    audience::AudienceStore(desk_.database()).list(newsletter_.name, *members, visit);
    return {};
}

Answer<ReaderView> Readers::show(std::string_view address) {
    audience::AudienceStore store(desk_.database());
    const auto reader = store.find(as_stored(address));
    auto member = reader ? store.member(newsletter_.name, reader->id) : std::nullopt;
    if (!member) {
        return refuse(Refusal::Code::unknown,
                      fmt::format("{} never subscribed to {}", address, newsletter_.name));
    }
    audience::JoinStore requests(desk_.database());
    ReaderView view{
        .member = std::move(*member),
        .suppression = store.find_suppression(reader->address, newsletter_.name),
        .consent = requests.consent_of(newsletter_.name, reader->address),
        .elsewhere = store.memberships(reader->id),
        .requests = requests.requests_of(reader->address),
        .actions = queue::ActionLog(desk_.database()).about(subject_of(reader->address), most_actions),
        .series = series_of(desk_, newsletter_.name, reader->id)};
    view.elsewhere.erase(newsletter_.name);
    return view;
}

Answer<Added> Readers::add(const NewReader& reader) {
    auto attributes = parse_attributes(reader.attributes);
    if (!attributes) return failure(attributes.error());
    const auto subscriber = audience::checked_subscriber(reader.address, reader.name, std::move(*attributes));
    if (!subscriber) {
        return refuse(Refusal::Code::bad_content,
                      fmt::format("{}: {}", reader.address, subscriber.error().reason));
    }
    db::Transaction transaction(desk_.database());
    const auto subscription =
        audience::AudienceStore(desk_.database())
            .subscribe(newsletter_.name, *subscriber, desk_.now(), reader.source, reader.again);
    auto answer = answer_to(*subscriber, subscription.result);
    transaction.commit();
    return answer;
}

Answer<Added> Readers::answer_to(const audience::Subscriber& reader, audience::Subscribed result) {
    const std::string subject = subject_of(reader.address);
    switch (result) {
        case audience::Subscribed::added:
            desk_.record(add_action, subject, "added");
            return Added{reader.address, false};
        case audience::Subscribed::updated:
            desk_.record(add_action, subject, "brought up to date");
            return Added{reader.address, true};
        case audience::Subscribed::left_before:
            return desk_.refused(add_action, subject,
                                 {Refusal::Code::left_before,
                                  fmt::format("{} left {} before", reader.address, newsletter_.name)});
        case audience::Subscribed::suppressed:
            return desk_.refused(add_action, subject,
                                 {Refusal::Code::suppressed,
                                  fmt::format("{} is suppressed and gets no mail", reader.address)});
        case audience::Subscribed::ended:  // only a list ends a subscription
            break;
    }
    throw std::logic_error("a subscription that adding a reader has ended");
}

Answer<audience::ImportReport> Readers::import(std::istream& list, const ListImport& options) {
    if (!options.from.empty() && !audience::parse_origin(options.from)) {
        return refuse(Refusal::Code::malformed, fmt::format("\"{}\" is none of {}", options.from,
                                                            fmt::join(audience::origin_names(), ", ")));
    }
    const auto withdraw = [&](std::int64_t subscriber, bool everywhere) {
        // The daemon notices within a second.
        queue::DeliveryStore(desk_.database())
            .withdraw(everywhere ? std::string_view() : std::string_view(newsletter_.name), subscriber,
                      everywhere ? queue::DeliveryState::suppressed : queue::DeliveryState::left,
                      desk_.now());
    };
    const audience::ImportOptions taken{.newsletter = newsletter_.name,
                                        .source = "import " + options.file_name,
                                        .again = options.again,
                                        .on_rejected = options.on_rejected,
                                        .on_progress = options.on_progress,
                                        .file_name = options.file_name,
                                        .from = audience::parse_origin(options.from),
                                        .on_note = options.on_note,
                                        .on_ended = withdraw};
    const std::string subject = fmt::format("{} into {}", options.file_name, newsletter_.name);
    auto report = audience::import_csv(desk_.database(), list, taken, desk_.now());
    if (!report) {
        return desk_.refused("readers import", subject, {Refusal::Code::bad_content, report.error().message});
    }
    desk_.record("readers import", subject, summary_of(*report));
    return *report;
}

Answer<audience::Exported> Readers::export_to(std::ostream& list, const ReaderFilter& filter) {
    const auto members = member_filter(filter);
    if (!members) return failure(members.error());
    audience::AudienceStore store(desk_.database());
    const auto exported = audience::export_csv(store, newsletter_.name, *members, list);
    desk_.record(
        "readers export", newsletter_.name,
        fmt::format("{} readers, {} other suppressed addresses", exported.members, exported.suppressed_only));
    return exported;
}

Answer<std::vector<std::string>> Readers::tag(std::string_view address,
                                              const std::vector<std::string>& changes) {
    std::vector<std::string> added;
    std::vector<std::string> removed;
    for (const std::string& change : changes) {
        const bool signed_word = change.starts_with('+') || change.starts_with('-');
        const std::string tag = signed_word ? ascii_lower(trim(std::string_view(change).substr(1))) : "";
        const std::string problem = signed_word ? audience::tag_problem(tag) : "expected +tag or -tag";
        if (!problem.empty())
            return refuse(Refusal::Code::malformed, fmt::format("\"{}\": {}", change, problem));
        (change.front() == '+' ? added : removed).push_back(tag);
    }
    if (changes.empty()) return refuse(Refusal::Code::malformed, "expected +tag or -tag");
    db::Transaction transaction(desk_.database());
    audience::AudienceStore store(desk_.database());
    const auto reader = store.find(as_stored(address));
    if (!reader) return refuse(Refusal::Code::unknown, fmt::format("nobody is known as {}", address));
    auto tags = audience::with_tags(reader->tags, added, removed);
    store.set_tags(reader->id, tags);
    desk_.record("readers tag", reader->address, fmt::format("{}", fmt::join(changes, " ")));
    transaction.commit();
    return tags;
}

Answer<void> Readers::remove(std::string_view address) {
    const auto reader = audience::AudienceStore(desk_.database()).find(as_stored(address));
    const auto record = [&] { desk_.record("readers remove", subject_of(reader->address), "removed"); };
    pipeline::Departure departure(desk_.database(), desk_.clock(), nullptr);
    if (!reader || !departure.remove(newsletter_.name, reader->address, record)) {
        return refuse(Refusal::Code::unknown, fmt::format("{} does not read {}", address, newsletter_.name));
    }
    return {};
}

}  // namespace paperround::control
