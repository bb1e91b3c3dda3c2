// `mailings`: what was and is being sent, and the operator's hand on it.
#include <fmt/format.h>
#include <poll.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "base/text/terminal_text.hpp"
#include "control/mailings.hpp"
#include "control/posts.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/live_line.hpp"
#include "daemon/local_time.hpp"
#include "queue/reply_line.hpp"

namespace paperround::daemon {

namespace {

using control::Mailings;
using control::MailingView;

std::int64_t waiting_of(const queue::Progress& progress) {
    return progress.waiting + progress.sending + progress.held;
}

// For the listing; empty where it does not wait.
std::string why_it_waits(const MailingView& view, Time now) {
    if (!view.mailing.pause_reason.empty()) return " — paused: " + view.mailing.pause_reason;
    if (view.mailing.state == queue::MailingState::scheduled)
        return " — goes out from " + local_text(view.mailing.not_before, now);
    return view.opens ? " — waits for its window, from " + local_text(*view.opens, now) : "";
}

// Of a line's readers, those who have no delivery: "3 of them passed over by the fan-out: paperround suppressions list"
std::string without_delivery(const control::ClosingLine& line) {
    const std::string readers = count_text(line.without_delivery) + " of them";
    switch (line.place) {
        case queue::Place::suppressed:
            return readers + " passed over by the fan-out: paperround suppressions list";
        case queue::Place::cancelled:
            return readers + " never reached by the fan-out";
        default:
            return readers + " not reached by the fan-out yet";
    }
}

void print_closing(std::int64_t mailing, const control::ClosingStatement& closing) {
    fmt::print("\n{:<14} {:>12}\n", "audience", count_text(closing.audience));
    std::string_view sign = "=";
    for (const control::ClosingLine& line : closing.lines) {
        const std::string_view place = queue::to_string(line.place);
        const std::string how = line.readers > line.without_delivery
                                    ? fmt::format("  paperround mailings readers {} {}", mailing, place)
                                    : "";
        fmt::print("{} {:<14} {:>10}{}\n", std::exchange(sign, "+"), place, count_text(line.readers), how);
        if (line.without_delivery > 0) fmt::print("    {}\n", without_delivery(line));
    }
}

void print_mailing(control::Desk& desk, const MailingView& view) {
    const auto& [mailing, progress, posts, opens, closing] = view;
    fmt::print("mailing {} of {}: {}{}\n{} of {} sent, {} waiting, {} failed\n", mailing.id,
               mailing.newsletter, queue::to_string(mailing.state),
               terminal_text(why_it_waits(view, desk.now())), count_text(progress.sent),
               count_text(progress.total()), count_text(waiting_of(progress)), count_text(progress.failed));
    for (const std::int64_t post : posts) {
        const auto title = control::Posts(desk).title_of(post);
        fmt::print("post {}: {}\n", post, title ? terminal_text(*title) : "not in the database any more");
    }
    if (closing) print_closing(mailing.id, *closing);
}

int list_readers(control::Desk& desk, std::int64_t id, const std::string& place, bool json) {
    const Time now = desk.now();
    const auto listed = control::list_place(desk, id, place, [&](const queue::PlacedDelivery& delivery) {
        if (json) {
            fmt::print("{}\n", control::to_json(delivery));
            return std::ferror(stdout) == 0;
        }
        std::string row = padded(delivery.recipient, 36) + "  ";
        if (!queue::is_final(delivery.state))
            row +=
                fmt::format("{}, due {}  ", queue::to_string(delivery.state), local_text(delivery.due, now));
        if (delivery.tried)
            row +=
                fmt::format("{}  {}", local_text(*delivery.tried, now), queue::reply_line(delivery.outcome));
        fmt::print("{}\n", terminal_text(row));
        return std::ferror(stdout) == 0;
    });
    return listed ? EX_OK : tell(listed.error());
}

// Until the mailing is over, with a live line on a terminal. What it was then.
control::Answer<MailingView> follow(control::Desk& desk, std::int64_t id) {
    auto line = LiveLine::on_terminal(desk.clock(), Duration(0));
    Mailings mailings(desk);
    for (;;) {
        auto view = mailings.look_at(id);
        if (!view || control::is_over(view->mailing)) return view;
        const std::int64_t total = view->progress.total();
        line.show(static_cast<std::uint64_t>(total - waiting_of(view->progress)),
                  static_cast<std::uint64_t>(total), queue::to_string(view->mailing.state));
        ::poll(nullptr, 0, 1000);
    }
}

int show_mailing(control::Desk& desk, std::int64_t id, bool json, bool to_the_end) {
    if (to_the_end) {
        if (const auto over = follow(desk, id); !over) return tell(over.error());
    }
    const auto view = Mailings(desk).show(id);
    if (!view) return tell(view.error());
    if (json) {
        fmt::print("{}\n", control::to_json(*view));
    } else {
        print_mailing(desk, *view);
    }
    return EX_OK;
}

int list_mailings(control::Desk& desk, bool json, unsigned limit) {
    const Time now = desk.now();
    Listing listing({"ID", "NEWSLETTER", "CREATED", "STATE", "SENT", "WAIT", "FAIL", "TITLE"});
    for (const MailingView& view : Mailings(desk).list(limit)) {
        if (json) fmt::print("{}\n", control::to_json(view));
        const auto& [mailing, progress, posts, opens, closing] = view;
        listing.add({std::to_string(mailing.id), mailing.newsletter, local_text(mailing.created, now),
                     std::string(queue::to_string(mailing.state)), count_text(progress.sent),
                     count_text(waiting_of(progress)), count_text(progress.failed),
                     mailing.title + why_it_waits(view, now)});
    }
    if (json) return EX_OK;
    fmt::print("{}", listing.empty() ? "No mailings yet.\n" : listing.text(terminal_width()));
    return EX_OK;
}

int retry_mailing(control::Desk& desk, std::int64_t id, const std::string& state_list, bool lift) {
    auto states = control::parse_retried_states(state_list);
    if (!states) return tell({states.error().code, "--state: " + states.error().message});
    const auto retried = Mailings(desk).retry(id, {std::move(*states), lift});
    if (!retried) return tell(retried.error());
    fmt::print("mailing {} (\"{}\"): {} queued again; left out: {} suppressed, {} no longer subscribed\n", id,
               terminal_text(retried->mailing.title), count_text(retried->count.queued),
               count_text(retried->count.suppressed), count_text(retried->count.left));
    if (retried->now == queue::MailingState::paused)
        fmt::print("It is paused: `paperround mailings resume {}` sends them.\n", id);
    return EX_OK;
}

using MailingVerb = control::Answer<control::MailingChange> (Mailings::*)(std::int64_t);

int change_mailing(control::Desk& desk, std::int64_t id, MailingVerb verb) {
    const auto changed = (Mailings(desk).*verb)(id);
    if (!changed) return tell(changed.error());
    fmt::print("mailing {} (\"{}\") is {}\n", id, terminal_text(changed->mailing.title),
               queue::to_string(changed->now));
    return EX_OK;
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
        std::string place;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "mailings", "What was and is being sent; show, readers, pause, resume, cancel, retry");
    command->require_subcommand(0, 1);
    command->add_flag("--json", options->json, "One JSON object a line");
    command->add_option("--limit", options->limit, "The newest N")->capture_default_str();
    command->callback([&invocation, options] {
        if (invocation.run) return;  // a subcommand has spoken
        invocation.run = [&invocation, options] {
            return at_desk(invocation, [&options](control::Desk& desk) {
                return list_mailings(desk, options->json, options->limit);
            });
        };
    });
    auto* list = command->add_subcommand("list", "The same as no subcommand");
    list->add_flag("--json", options->json, "One JSON object a line");
    const auto add_verb = [&](const std::string& name, const std::string& help, MailingVerb verb) {
        auto* action = command->add_subcommand(name, help);
        action->add_option("mailing", options->id, "Its number, from the list")->required();
        action->final_callback([&invocation, options, verb] {
            invocation.run = [&invocation, options, verb] {
                return at_desk(invocation, [&options, verb](control::Desk& desk) {
                    return change_mailing(desk, options->id, verb);
                });
            };
        });
    };
    auto* show =
        command->add_subcommand("show", "One mailing: its posts, and its closing statement, which adds up");
    show->add_option("mailing", options->id, "Its number, from the list")->required();
    show->add_flag("--json", options->json, "As a JSON object");
    show->add_flag("-f,--follow", options->follow, "Wait until it is over; on a terminal, with a live line");
    show->final_callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation, [&options](control::Desk& desk) {
                return show_mailing(desk, options->id, options->json, options->follow);
            });
        };
    });
    auto* readers =
        command->add_subcommand("readers", "Whose copies are where the closing statement counts them");
    readers->add_option("mailing", options->id, "Its number, from the list")->required();
    readers->add_option("place", options->place, "accepted, bounced, held … as `mailings show` has it")
        ->required();
    readers->add_flag("--json", options->json, "One JSON object a line");
    readers->final_callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation, [&options](control::Desk& desk) {
                return list_readers(desk, options->id, options->place, options->json);
            });
        };
    });
    add_verb("pause", "Send nothing more of it until it is resumed", &Mailings::pause);
    add_verb("resume", "Go on where it stood", &Mailings::resume);
    add_verb("cancel", "Cancel what waits", &Mailings::cancel);
    auto* retry = command->add_subcommand(
        "retry", "Send again to those whose delivery was refused, bounced, expired or was cancelled");
    retry->add_option("mailing", options->id, "Its number, from the list")->required();
    retry->add_option(
        "--state", options->states,
        "Only these, separated by commas: refused, bounced, expired, cancelled, suppressed, left");
    retry->add_flag("--lift-suppressions", options->lift,
                    "Also to those whom this mailing's own bounces suppressed; lifts that");
    retry->final_callback([&invocation, options] {
        invocation.run = [&invocation, options] {
            return at_desk(invocation, [&options](control::Desk& desk) {
                return retry_mailing(desk, options->id, options->states, options->lift);
            });
        };
    });
}

}  // namespace paperround::daemon
