// `posts`: what was found in the sources, and what is to become of it.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/text/date_time.hpp"
#include "control/posts.hpp"
#include "daemon/asking.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"

namespace paperround::daemon {

namespace {

struct PostsOptions : control::PostQuestion {
    std::int64_t id = 0;
    bool json = false;
};

// Why it is where it is, for the listing; perhaps empty.
std::string remarks(const control::PostView& view, Time now) {
    std::string out;
    if (!view.stored.reason.empty()) out += " — " + view.stored.reason;
    if (view.held_until) {
        out += " — on hold until " + local_text(*view.held_until, now);
    } else if (view.waits_until) {
        out += " — waiting until " + local_text(*view.waits_until, now);
    }
    return out;
}

// What a source has and does not publish yet, or no more.
std::string describe(const feed::Unpublished& what, Time now) {
    const std::string time = what.time ? local_text(*what.time, now) : std::string{};
    switch (what.why) {
        case feed::Unpublished::Why::later:
            return "waiting until " + time;
        case feed::Unpublished::Why::expired:
            return "expired " + time;
        default:
            return "a draft";
    }
}

void print_unpublished(const std::vector<post::StoredUnpublished>& unpublished, Time now) {
    if (unpublished.empty()) return;
    Listing listing({"NEWSLETTER", "NOT PUBLISHED", "TITLE"});
    for (const post::StoredUnpublished& each : unpublished) {
        listing.add({each.newsletter, describe(each.what, now),
                     each.what.title.empty() ? each.what.id : each.what.title});
    }
    fmt::print("\n{}", listing.text(terminal_width()));
}

int list_posts(control::Desk& desk, const PostsOptions& options) {
    control::Posts posts(desk);
    const auto views = posts.list(options);
    if (!views) return tell({views.error().code, "--state: " + views.error().message});
    const Time now = desk.now();
    Listing listing({"ID", "NEWSLETTER", "STATE", "PUBLISHED", "TITLE"});
    for (const control::PostView& view : *views) {
        const post::StoredPost& stored = view.stored;
        if (options.json) fmt::print("{}\n", control::to_json(view));
        listing.add({std::to_string(stored.id), stored.newsletter, std::string(post::to_string(stored.state)),
                     stored.post.published ? format_rfc3339(*stored.post.published).substr(0, 10) : "-",
                     stored.post.title + remarks(view, now)});
    }
    if (options.json) return EX_OK;
    fmt::print("{}", listing.empty() ? "No posts yet.\n" : listing.text(terminal_width()));
    if (options.state.empty()) print_unpublished(posts.unpublished(options.newsletter), now);
    return EX_OK;
}

int send(control::Desk& desk, const PostsOptions& options) {
    const auto fate = control::Posts(desk).send(options.id);
    if (!fate) return tell(fate.error());
    fmt::print("post {} {}\n", options.id,
               *fate == control::PostFate::mailed ? "will be mailed" : "will be in the next digest");
    return EX_OK;
}

int skip(control::Desk& desk, const PostsOptions& options) {
    const auto skipped = control::Posts(desk).skip(options.id);
    if (!skipped) return tell(skipped.error());
    fmt::print("post {} is skipped\n", options.id);
    return EX_OK;
}

}  // namespace

void add_posts_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<PostsOptions>();
    auto* command = app.add_subcommand("posts", "Posts that were found; approve or skip those that are held");
    command->require_subcommand(0, 1);
    const auto add_listing_options = [&options](CLI::App& listing) {
        listing.add_option("-n,--newsletter", options->newsletter, "Only of this newsletter");
        listing.add_option("--state", options->state,
                           "recorded, ready, held, mailed, skipped, withdrawn or letter");
        listing.add_option("--limit", options->limit, "The newest N")->capture_default_str();
        listing.add_flag("--json", options->json, "One JSON object a line");
    };
    add_listing_options(*command);
    add_listing_options(*command->add_subcommand("list", "The same as no subcommand"));
    command->callback([&invocation, options] {
        if (invocation.run) return;  // a subcommand has spoken
        invocation.run = [&invocation, options] {
            return at_desk(invocation,
                           [&options](control::Desk& desk) { return list_posts(desk, *options); });
        };
    });
    const auto add_verb = [&](const std::string& verb, const std::string& help,
                              int (*work)(control::Desk&, const PostsOptions&)) {
        auto* action = command->add_subcommand(verb, help);
        action->add_option("post", options->id, "Its number, from the list")->required();
        action->final_callback([&invocation, options, work] {
            invocation.run = [&invocation, options, work] {
                return at_desk(invocation,
                               [&options, work](control::Desk& desk) { return work(desk, *options); });
            };
        });
    };
    add_verb("approve", "Mail a post that is held", send);
    add_verb("send", "Mail a post that was recorded, skipped or withdrawn, or is still on hold", send);
    add_verb("skip", "Never mail it", skip);
}

}  // namespace paperround::daemon
