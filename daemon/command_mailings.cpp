// `mailings`: what was and is being sent, and the operator's hand on it.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "base/text.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "pipeline/data_directory.hpp"
#include "queue/queue_store.hpp"

namespace paperround::daemon {

namespace {

std::string count(std::int64_t number) {
    return with_thousands(static_cast<std::uint64_t>(number));
}

void print_json(const queue::Mailing& mailing, const queue::Progress& progress) {
    nlohmann::ordered_json object{{"mailing", mailing.id},
                                  {"newsletter", mailing.newsletter},
                                  {"title", mailing.title},
                                  {"post", mailing.post_id},
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
    fmt::print("{}\n", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

int list_mailings(const Invocation& invocation, bool json, unsigned limit) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    queue::QueueStore store(database);
    Listing listing({"ID", "NEWSLETTER", "CREATED", "STATE", "SENT", "WAIT", "FAIL", "TITLE"});
    for (const queue::Mailing& mailing : store.mailings(limit)) {
        const queue::Progress progress = store.progress(mailing.id);
        if (json) print_json(mailing, progress);
        const std::string why = mailing.pause_reason.empty() ? "" : " — paused: " + mailing.pause_reason;
        listing.add({std::to_string(mailing.id), mailing.newsletter, format_short(mailing.created),
                     std::string(queue::to_string(mailing.state)), count(progress.sent),
                     count(progress.waiting + progress.sending + progress.held), count(progress.failed),
                     mailing.title + why});
    }
    if (json) return EX_OK;
    fmt::print("{}", listing.empty() ? "No mailings yet.\n" : listing.text(terminal_width()));
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
    if (verb == "pause") changed = store.pause(id, "by hand");
    if (verb == "resume") changed = store.resume(id, SystemClock().now());
    if (verb == "cancel") {
        store.cancel(id, SystemClock().now());
        changed = store.mailing(id)->state != mailing->state;
    }
    transaction.commit();
    const auto after = store.mailing(id)->state;
    fmt::print(changed ? stdout : stderr, "mailing {} (\"{}\") {} {}\n", id, mailing->title,
               changed ? "is" : "stays", queue::to_string(after));
    return changed ? EX_OK : EX_DATAERR;
}

}  // namespace

void add_mailings_command(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::int64_t id = 0;
        unsigned limit = 50;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("mailings", "What was and is being sent; pause, resume, cancel");
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
    add_verb("pause", "Send nothing more of it until it is resumed");
    add_verb("resume", "Go on where it stood");
    add_verb("cancel", "Cancel what waits, for good");
}

}  // namespace paperround::daemon
