// `mailings`: what was and is being sent, and the operator's hand on it.
#include <fmt/format.h>
#include <poll.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "base/date_time.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/live_line.hpp"
#include "daemon/local_time.hpp"
#include "pipeline/data_directory.hpp"
#include "pipeline/redelivery.hpp"
#include "post/post_store.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

void print_json(const queue::Mailing& mailing, const std::vector<std::int64_t>& posts,
                const queue::Progress& progress) {
    nlohmann::ordered_json object{{"mailing", mailing.id},
                                  {"newsletter", mailing.newsletter},
                                  {"title", mailing.title},
                                  {"posts", posts},
                                  {"state", queue::to_string(mailing.state)},
                                  {"reason", mailing.pause_reason},
                                  {"created", format_rfc3339(mailing.created)},
                                  {"not_before", format_rfc3339(mailing.not_before)},
                                  {"finished", nullptr},
                                  {"deliveries", progress.total()},
                                  {"sent", progress.sent},
                                  {"waiting", progress.waiting + progress.sending},
                                  {"held", progress.held},
                                  {"failed", progress.failed},
                                  {"dropped", progress.dropped}};
    if (mailing.finished) object["finished"] = format_rfc3339(*mailing.finished);
    fmt::print("{}\n", json_line(object));
}

// For the listing; empty where it does not wait.
std::string why_it_waits(const queue::Mailing& mailing, const config::Settings& settings, Time now) {
    using queue::MailingState;
    if (!mailing.pause_reason.empty()) return " — paused: " + mailing.pause_reason;
    if (mailing.state == MailingState::scheduled)
        return " — goes out from " + local_text(mailing.not_before, now);
    const config::Newsletter* newsletter = settings.find_newsletter(mailing.newsletter);
    const bool under_way = mailing.state == MailingState::fanning || mailing.state == MailingState::sending;
    if (!under_way || newsletter == nullptr || !newsletter->window) return {};
    if (mailing.kind == queue::MailingKind::personal) return {};
    const Time opening = config::next_opening(*newsletter->window, now).begin;
    return opening > now ? " — waits for its window, from " + local_text(opening, now) : "";
}

void print_mailing(db::Database& database, const config::Settings& settings, const queue::Mailing& mailing,
                   bool json) {
    queue::QueueStore store(database);
    const queue::Progress progress = store.progress(mailing.id);
    const auto posts = store.posts_of(mailing);
    if (json) return print_json(mailing, posts, progress);
    fmt::print("mailing {} of {}: {}{}\n{} of {} sent, {} waiting, {} failed\n", mailing.id,
               mailing.newsletter, queue::to_string(mailing.state),
               terminal_text(why_it_waits(mailing, settings, SystemClock().now())), count_text(progress.sent),
               count_text(progress.total()), count_text(progress.waiting + progress.sending + progress.held),
               count_text(progress.failed));
    for (const std::int64_t post : posts) {
        const auto stored = post::PostStore(database).find(post);
        fmt::print("post {}: {}\n", post,
                   stored ? terminal_text(stored->post.title) : "not in the database any more");
    }
}

// Until the mailing is over, with a live line on a terminal. What it was then.
queue::Mailing follow(db::Database& database, queue::Mailing mailing) {
    const SystemClock clock;
    auto line = LiveLine::on_terminal(clock, Duration(0));
    queue::QueueStore store(database);
    while (mailing.state != queue::MailingState::done && mailing.state != queue::MailingState::cancelled) {
        const queue::Progress progress = store.progress(mailing.id);
        const std::int64_t waiting = progress.waiting + progress.sending + progress.held;
        line.show(static_cast<std::uint64_t>(progress.total() - waiting),
                  static_cast<std::uint64_t>(progress.total()), queue::to_string(mailing.state));
        ::poll(nullptr, 0, 1000);
        mailing = store.mailing(mailing.id).value();
    }
    return mailing;
}

// One mailing with the posts that it holds.
int show_mailing(const Invocation& invocation, std::int64_t id, bool json, bool to_the_end) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    auto mailing = queue::QueueStore(database).mailing(id);
    if (!mailing) {
        fmt::print(stderr, "paperround: no mailing {}\n", id);
        return EX_DATAERR;
    }
    if (to_the_end) mailing = follow(database, std::move(*mailing));
    print_mailing(database, *settings, *mailing, json);
    return EX_OK;
}

int list_mailings(const Invocation& invocation, bool json, unsigned limit) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    queue::QueueStore store(database);
    const Time now = SystemClock().now();
    Listing listing({"ID", "NEWSLETTER", "CREATED", "STATE", "SENT", "WAIT", "FAIL", "TITLE"});
    for (const queue::Mailing& mailing : store.mailings(limit)) {
        const queue::Progress progress = store.progress(mailing.id);
        if (json) print_json(mailing, store.posts_of(mailing), progress);
        const std::string why = why_it_waits(mailing, *settings, now);
        listing.add({std::to_string(mailing.id), mailing.newsletter, local_text(mailing.created, now),
                     std::string(queue::to_string(mailing.state)), count_text(progress.sent),
                     count_text(progress.waiting + progress.sending + progress.held),
                     count_text(progress.failed), mailing.title + why});
    }
    if (json) return EX_OK;
    fmt::print("{}", listing.empty() ? "No mailings yet.\n" : listing.text(terminal_width()));
    return EX_OK;
}

// What waits of a cancelled mailing, in short transactions that let the daemon work. It would finish this
// itself; so the listing is right when the command returns.
void sweep(db::Database& database) {
    constexpr int at_once = 1000;
    for (bool more = true; more;) {
        db::Transaction transaction(database);
        more = queue::QueueStore(database).sweep_cancelled(at_once, SystemClock().now()) > 0;
        transaction.commit();
    }
}

// The states that `--state` names, all that may be sent again where it names none; nothing, and said why,
// where one cannot be.
std::optional<std::set<queue::DeliveryState>> states_from(const std::string& list) {
    using queue::DeliveryState;
    if (list.empty()) return pipeline::RedeliveryOptions{}.states;
    std::set<DeliveryState> states;
    for (const std::string_view word : split(list, ',')) {
        const auto state = queue::parse_delivery_state(trim(word));
        if (!state || !queue::is_final(*state) || *state == DeliveryState::sent) {
            fmt::print(
                stderr,
                "paperround: --state: expected refused, bounced, expired, cancelled or suppressed, got "
                "\"{}\"\n",
                trim(word));
            return std::nullopt;
        }
        states.insert(*state);
    }
    return states;
}

int retry_mailing(const Invocation& invocation, std::int64_t id, const std::string& state_list, bool lift) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    const auto states = states_from(state_list);
    if (!states) return EX_USAGE;
    auto database = pipeline::open_database(settings->data_dir);
    const auto mailing = queue::QueueStore(database).mailing(id);
    if (!mailing) {
        fmt::print(stderr, "paperround: no mailing {}\n", id);
        return EX_DATAERR;
    }
    const SystemClock clock;
    const auto done = pipeline::Redelivery(database, clock).again(*mailing, {*states, lift});
    fmt::print("mailing {} (\"{}\"): {} queued again; left out: {} suppressed, {} no longer subscribed\n", id,
               terminal_text(mailing->title), count_text(done.queued), count_text(done.suppressed),
               count_text(done.left));
    const auto after = queue::QueueStore(database).mailing(id)->state;
    if (after == queue::MailingState::paused)
        fmt::print("It is paused: `paperround mailings resume {}` sends them.\n", id);
    return EX_OK;
}

int change_mailing(const Invocation& invocation, std::int64_t id, const std::string& verb) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    queue::QueueStore store(database);
    db::Transaction transaction(database);
    const auto mailing = store.mailing(id);
    if (!mailing) {
        fmt::print(stderr, "paperround: no mailing {}\n", id);
        return EX_DATAERR;
    }
    bool changed = false;
    if (verb == "pause") changed = store.pause(id, queue::paused_by_hand);
    if (verb == "resume") changed = store.resume(id, SystemClock().now());
    if (verb == "cancel") {
        store.cancel(id, SystemClock().now());
        changed = store.mailing(id)->state != mailing->state;
    }
    transaction.commit();
    if (verb == "cancel") sweep(database);
    const auto after = store.mailing(id)->state;
    fmt::print(changed ? stdout : stderr, "mailing {} (\"{}\") {} {}\n", id, terminal_text(mailing->title),
               changed ? "is" : "stays", queue::to_string(after));
    return changed ? EX_OK : EX_DATAERR;
}

}  // namespace

void add_mailings_command(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::int64_t id = 0;
        unsigned limit = 50;
        bool json = false;
        std::string states;
        bool lift = false;
        bool follow = false;
    };
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("mailings", "What was and is being sent; show, pause, resume, cancel, retry");
    command->require_subcommand(0, 1);
    command->add_flag("--json", options->json, "One JSON object a line");
    command->add_option("--limit", options->limit, "The newest N")->capture_default_str();
    command->callback([&invocation, options] {
        if (invocation.run) return;  // a subcommand has spoken
        invocation.run = [&invocation, options] {
            return list_mailings(invocation, options->json, options->limit);
        };
    });
    auto* list = command->add_subcommand("list", "The same as no subcommand");
    list->add_flag("--json", options->json, "One JSON object a line");
    const auto add_verb = [&](const std::string& verb, const std::string& help) {
        auto* action = command->add_subcommand(verb, help);
        action->add_option("mailing", options->id, "Its number, from the list")->required();
        action->final_callback([&invocation, options, verb] {
            invocation.run = [&invocation, options, verb] {
                return change_mailing(invocation, options->id, verb);
            };
        });
    };
    auto* show = command->add_subcommand("show", "One mailing, with its posts");
    show->add_option("mailing", options->id, "Its number, from the list")->required();
    show->add_flag("--json", options->json, "As a JSON object");
    show->add_flag("-f,--follow", options->follow, "Wait until it is over; on a terminal, with a live line");
    show->final_callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return show_mailing(invocation, options->id, options->json, options->follow);
        };
    });
    add_verb("pause", "Send nothing more of it until it is resumed");
    add_verb("resume", "Go on where it stood");
    add_verb("cancel", "Cancel what waits");
    auto* retry = command->add_subcommand(
        "retry", "Send again to those whose delivery was refused, bounced, expired or was cancelled");
    retry->add_option("mailing", options->id, "Its number, from the list")->required();
    retry->add_option("--state", options->states,
                      "Only these, separated by commas: refused, bounced, expired, cancelled, suppressed");
    retry->add_flag("--lift-suppressions", options->lift,
                    "Also to those whom this mailing's own bounces suppressed; lifts that");
    retry->final_callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return retry_mailing(invocation, options->id, options->states, options->lift);
        };
    });
}

}  // namespace paperround::daemon
