// `posts`: what was found in the sources, and what is to become of it.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "base/date_time.hpp"
#include "daemon/command.hpp"
#include "daemon/json_line.hpp"
#include "daemon/listing.hpp"
#include "daemon/local_time.hpp"
#include "pipeline/data_directory.hpp"
#include "pipeline/next_due.hpp"
#include "post/post_store.hpp"

namespace paperround::daemon {

namespace {

struct PostsOptions {
    std::string newsletter;
    std::string state;
    std::size_t limit = 50;
    std::int64_t id = 0;
    bool json = false;
};

bool on_hold(const post::StoredPost& stored) {
    return stored.embargo_until != Time{} &&
           (stored.state == post::PostState::ready || stored.state == post::PostState::held);
}

// When what is ready of each newsletter is mailed.
using Moments = std::map<std::string, std::optional<Time>>;

// Of a post that is ready: its mailing's moment, where that is ahead.
std::optional<Time> waits_until(const post::StoredPost& stored, const Moments& moments, Time now) {
    const auto found = moments.find(stored.newsletter);
    if (stored.state != post::PostState::ready || found == moments.end() || !found->second)
        return std::nullopt;
    return *found->second > now ? found->second : std::nullopt;
}

// Why it is where it is, for the listing; perhaps empty.
std::string remarks(const post::StoredPost& stored, std::optional<Time> moment, Time now) {
    std::string out;
    if (!stored.reason.empty()) out += " — " + stored.reason;
    if (on_hold(stored)) {
        out += " — on hold until " + local_text(stored.embargo_until, now);
    } else if (moment) {
        out += " — waiting until " + local_text(*moment, now);
    }
    return out;
}

// What a source has and does not publish yet, or no more.
std::string describe(const post::Unpublished& what, Time now) {
    const std::string time = what.time ? local_text(*what.time, now) : std::string{};
    switch (what.why) {
        case post::Unpublished::Why::later:
            return "waiting until " + time;
        case post::Unpublished::Why::expired:
            return "expired " + time;
        default:
            return "a draft";
    }
}

void print_unpublished(const post::PostStore& store, const std::string& newsletter, Time now) {
    const auto unpublished = store.unpublished(newsletter);
    if (unpublished.empty()) return;
    Listing listing({"NEWSLETTER", "NOT PUBLISHED", "TITLE"});
    for (const post::StoredUnpublished& each : unpublished) {
        listing.add({each.newsletter, describe(each.what, now),
                     each.what.title.empty() ? each.what.id : each.what.title});
    }
    fmt::print("\n{}", listing.text(terminal_width()));
}

void print_json(const post::StoredPost& stored, std::optional<Time> moment) {
    nlohmann::ordered_json object{{"post", stored.id},
                                  {"newsletter", stored.newsletter},
                                  {"state", post::to_string(stored.state)},
                                  {"reason", stored.reason},
                                  {"id", stored.post.id},
                                  {"link", stored.post.link},
                                  {"title", stored.post.title},
                                  {"author", stored.post.author},
                                  {"published", nullptr},
                                  {"found", format_rfc3339(stored.found_at)},
                                  {"hold_until", nullptr},
                                  {"waits_until", nullptr}};
    if (moment) object["waits_until"] = format_rfc3339(*moment);
    if (on_hold(stored)) object["hold_until"] = format_rfc3339(stored.embargo_until);
    if (stored.post.published) object["published"] = format_rfc3339(*stored.post.published);
    fmt::print("{}\n", json_line(object));
}

int list_posts(const Invocation& invocation, const PostsOptions& options) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    post::PostFilter filter{.newsletter = options.newsletter, .limit = options.limit};
    if (!options.state.empty()) {
        filter.state = post::parse_post_state(options.state);
        if (!filter.state) {
            fmt::print(
                stderr,
                "paperround: --state: \"{}\" is none of recorded, ready, held, mailed, skipped, withdrawn\n",
                options.state);
            return EX_USAGE;
        }
    }
    auto database = pipeline::open_database(settings->data_dir);
    const Time now = SystemClock().now();
    Listing listing({"ID", "NEWSLETTER", "STATE", "PUBLISHED", "TITLE"});
    Moments moments;
    for (const config::Newsletter& newsletter : settings->newsletters)
        moments[newsletter.name] = pipeline::next_mailing(database, newsletter, now);
    const post::PostStore store(database);
    for (const post::StoredPost& stored : store.list(filter)) {
        const auto moment = waits_until(stored, moments, now);
        if (options.json) print_json(stored, moment);
        listing.add({std::to_string(stored.id), stored.newsletter, std::string(post::to_string(stored.state)),
                     stored.post.published ? format_rfc3339(*stored.post.published).substr(0, 10) : "-",
                     stored.post.title + remarks(stored, moment, now)});
    }
    if (options.json) return EX_OK;
    fmt::print("{}", listing.empty() ? "No posts yet.\n" : listing.text(terminal_width()));
    if (!filter.state) print_unpublished(store, options.newsletter, now);
    return EX_OK;
}

int decide(const Invocation& invocation, std::int64_t id, bool send) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    post::PostStore store(database);
    db::Transaction transaction(database);
    const auto decided = send ? store.approve(id) : store.skip(id);
    if (!decided) {
        fmt::print(stderr, "paperround: {}\n", decided.error().message);
        return EX_DATAERR;
    }
    const auto* newsletter = settings->find_newsletter(store.find(id)->newsletter);
    transaction.commit();
    const bool digest = newsletter != nullptr && newsletter->digest;
    fmt::print("post {} {}\n", id,
               !send    ? "is skipped"
               : digest ? "will be in the next digest"
                        : "will be mailed");
    return EX_OK;
}

}  // namespace

void add_posts_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<PostsOptions>();
    auto* command = app.add_subcommand("posts", "Posts that were found; approve or skip those that are held");
    command->require_subcommand(0, 1);
    const auto add_listing_options = [&options](CLI::App& listing) {
        listing.add_option("-n,--newsletter", options->newsletter, "Only of this newsletter");
        listing.add_option("--state", options->state, "recorded, ready, held, mailed, skipped or withdrawn");
        listing.add_option("--limit", options->limit, "The newest N")->capture_default_str();
        listing.add_flag("--json", options->json, "One JSON object a line");
    };
    add_listing_options(*command);
    add_listing_options(*command->add_subcommand("list", "The same as no subcommand"));
    command->callback([&invocation, options] {
        if (invocation.run) return;  // a subcommand has spoken
        invocation.run = [&invocation, options] { return list_posts(invocation, *options); };
    });
    const auto add_verb = [&](const std::string& verb, const std::string& help, bool send) {
        auto* action = command->add_subcommand(verb, help);
        action->add_option("post", options->id, "Its number, from the list")->required();
        action->final_callback([&invocation, options, send] {
            invocation.run = [&invocation, options, send] { return decide(invocation, options->id, send); };
        });
    };
    add_verb("approve", "Mail a post that is held", true);
    add_verb("send", "Mail a post that was recorded, skipped or withdrawn, or is still on hold", true);
    add_verb("skip", "Never mail it", false);
}

}  // namespace paperround::daemon
