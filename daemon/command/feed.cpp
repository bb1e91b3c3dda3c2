// `feed`: what a source offers, as it would be picked up; needs no configuration.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "base/text/terminal_text.hpp"
#include "control/json_line.hpp"
#include "daemon/command.hpp"
#include "daemon/listing.hpp"
#include "net/curl_http_client.hpp"
#include "post/source_reading.hpp"

namespace paperround::daemon {

namespace {

void print_json(const feed::Post& post) {
    nlohmann::ordered_json object{
        {"id", post.id},         {"link", post.link},    {"title", post.title}, {"subtitle", post.subtitle},
        {"author", post.author}, {"published", nullptr}, {"image", post.image}, {"html", post.html}};
    if (post.published) object["published"] = format_rfc3339(*post.published);
    fmt::print("{}\n", control::json_line(object));
}

int print_feed(const std::string& where, bool json) {
    net::CurlHttpClient http("");
    const post::SourceReading reading = post::read_location(where, http, SystemClock().now());
    for (const auto& warning : reading.feed.warnings)
        fmt::print(stderr, "{}: {}\n", where, terminal_text(warning.to_line()));
    if (!reading.error.empty()) {
        fmt::print(stderr, "paperround: {}\n", terminal_text(reading.error));
        return EX_DATAERR;
    }
    Listing listing({"PUBLISHED", "TITLE"});
    for (const feed::Post& post : reading.feed.posts) {
        if (json) {
            print_json(post);
        } else {
            listing.add({post.published ? format_rfc3339(*post.published) : "-", post.title});
        }
    }
    if (!json) fmt::print("{}", listing.empty() ? "No posts.\n" : listing.text(terminal_width()));
    const std::string& hub = reading.announced.hub;
    if (!json && !hub.empty()) fmt::print("Its hub {} can push it.\n", terminal_text(hub));
    return EX_OK;
}

}  // namespace

void add_feed_command(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::string where;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("feed", "What a source offers, as it would be picked up");
    command->add_option("source", options->where, "A feed's URL or file, or a folder of Markdown files")
        ->required();
    command->add_flag("--json", options->json, "One JSON object per post");
    command->callback([&invocation, options] {
        invocation.run = [options] { return print_feed(options->where, options->json); };
    });
}

}  // namespace paperround::daemon
