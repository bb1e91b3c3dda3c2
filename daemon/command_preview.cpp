// `preview`: a post as the email it would be, as HTML, text or a whole .eml.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "audience/secret_key.hpp"
#include "base/file.hpp"
#include "daemon/command.hpp"
#include "pipeline/data_directory.hpp"
#include "pipeline/delivery_planner.hpp"
#include "pipeline/letter.hpp"
#include "post/markdown_folder.hpp"
#include "post/post_store.hpp"

namespace paperround::daemon {

namespace {

struct Options {
    std::string post;
    std::string newsletter;
    std::string format = "html";
    std::string address = "reader@example.org";
    std::string name = "Ada Reader";
    std::string output;
    bool digest = false;
};

// A post's number, "latest", or a Markdown file that need not be in any source yet.
std::optional<post::StoredPost> choose_post(const config::Settings& settings, const Options& options,
                                            db::Database& database) {
    post::PostStore store(database);
    if (options.post == "latest") {
        auto newest = store.list({.newsletter = options.newsletter, .limit = 1});
        if (!newest.empty()) return newest.front();
        fmt::print(stderr, "paperround: no posts yet\n");
        return std::nullopt;
    }
    if (options.post.ends_with(".md")) {
        const auto text = read_file(options.post, 1U << 20U);
        if (!text) {
            fmt::print(stderr, "paperround: {}\n", text.error().message);
            return std::nullopt;
        }
        auto read = post::read_markdown_post(std::filesystem::path(options.post).filename().string(), *text);
        if (!read) {
            fmt::print(stderr, "paperround: {}\n", read.error().to_line());
            return std::nullopt;
        }
        for (const auto& warning : read->warnings) fmt::print(stderr, "{}\n", warning.to_line());
        const config::Newsletter* newsletter = choose_newsletter(settings, options.newsletter);
        if (newsletter == nullptr) return std::nullopt;
        return post::StoredPost{.newsletter = newsletter->name, .post = std::move(read->post)};
    }
    std::int64_t id = 0;
    const auto parsed = std::from_chars(options.post.data(), options.post.data() + options.post.size(), id);
    auto found = parsed.ec == std::errc() ? store.find(id) : std::nullopt;
    if (!found) fmt::print(stderr, "paperround: no post {}; `paperround posts` lists them\n", options.post);
    return found;
}

// What the newsletter's next digest would hold if it were due now.
std::vector<post::StoredPost> choose_digest(const config::Settings& settings, const Options& options,
                                            db::Database& database) {
    const config::Newsletter* newsletter = choose_newsletter(settings, options.newsletter);
    if (newsletter == nullptr) return {};
    auto posts = pipeline::digest_posts(database, *newsletter, SystemClock().now());
    const unsigned at_least = newsletter->digest ? newsletter->digest->at_least : 1;
    if (posts.empty()) {
        fmt::print(stderr, "paperround: {}: nothing is ready for a digest\n", newsletter->name);
    } else if (posts.size() < at_least) {
        fmt::print(stderr, "paperround: {}: {} posts are fewer than at_least ({}); they would wait\n",
                   newsletter->name, posts.size(), at_least);
    }
    return posts;
}

std::vector<post::StoredPost> choose_posts(const config::Settings& settings, const Options& options,
                                           db::Database& database) {
    if (options.digest) return choose_digest(settings, options, database);
    auto post = choose_post(settings, options, database);
    if (!post) return {};
    return {std::move(*post)};
}

int write_output(const Options& options, const std::string& content) {
    if (options.output.empty()) {
        fmt::print("{}", content);
        return EX_OK;
    }
    const auto written = write_file_atomically(options.output, content);
    if (written) return EX_OK;
    fmt::print(stderr, "paperround: {}\n", written.error().message);
    return EX_CANTCREAT;
}

// As the first of its relays gets it; unsigned where a key cannot be read, which another user's must not be.
std::string signed_message(const config::Settings& settings, const config::Newsletter& newsletter,
                           std::string message) {
    std::vector<std::string> problems;
    const pipeline::Signing signing(settings, problems);
    for (const std::string& problem : problems)
        fmt::print(stderr, "paperround: not signed with this key: {}\n", problem);
    const config::Relay* relay = settings.find_relay(newsletter.effective_relays().front().relay);
    auto signer =
        signing.signer_for(newsletter, relay == nullptr ? std::vector<std::string>{} : relay->rewrites);
    message.insert(0, signer.sign(message, SystemClock().now()));
    return message;
}

int preview(const Invocation& invocation, const Options& options) {
    const auto settings = load_settings(invocation);
    if (!settings) return EX_CONFIG;
    auto database = pipeline::open_database(settings->data_dir);
    const auto chosen = choose_posts(*settings, options, database);
    if (chosen.empty()) return EX_DATAERR;
    const config::Newsletter* newsletter = choose_newsletter(*settings, chosen.front().newsletter);
    if (newsletter == nullptr) return EX_CONFIG;
    const auto templates = email::load_template_set(
        {.installed = installed_templates(), .own = settings->templates}, newsletter->template_name);
    if (!templates) {
        for (const auto& problem : templates.error()) fmt::print(stderr, "{}\n", problem.to_line());
        return EX_CONFIG;
    }
    std::vector<post::Post> posts;
    for (const post::StoredPost& stored : chosen) posts.push_back(stored.post);
    auto rendered = pipeline::render_posts(*templates, *settings, *newsletter, std::move(posts), "preview");
    if (!rendered) {
        fmt::print(stderr, "paperround: {}\n", rendered.error().message);
        return EX_DATAERR;
    }
    SystemRandom random;
    const auto secret = audience::load_or_create_secret_key(settings->data_dir, random);
    if (!secret) {
        fmt::print(stderr, "paperround: {}\n", secret.error().message);
        return EX_NOPERM;
    }
    const audience::TokenSigner signer(*secret);
    const auto recipient = pipeline::recipient_of(
        {.mailing = {.newsletter = newsletter->name, .key = "preview", .created = SystemClock().now()},
         .newsletter = *newsletter,
         .rendered = *rendered},
        {.address = options.address, .name = options.name}, 0, *settings, signer);
    if (options.format == "text") return write_output(options, email::text_of(*rendered, recipient));
    if (options.format == "eml")
        return write_output(options,
                            signed_message(*settings, *newsletter, email::compose(*rendered, recipient)));
    return write_output(options, email::html_of(*rendered, recipient));
}

}  // namespace

void add_preview_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("preview", "A post as the email it would be");
    auto* post =
        command->add_option("post", options->post, "Its number from `posts`, \"latest\", or a Markdown file");
    auto* digest =
        command->add_flag("--digest", options->digest, "Instead of a post: the digest that would go out now");
    post->excludes(digest);
    command->add_option("-n,--newsletter", options->newsletter, "The newsletter (for a file, or for latest)");
    command->add_option("-f,--format", options->format, "html, text or eml")
        ->check(CLI::IsMember({"html", "text", "eml"}))
        ->capture_default_str();
    command->add_option("--to", options->address, "The reader that it is addressed to")
        ->capture_default_str();
    command->add_option("--name", options->name, "That reader's name")->capture_default_str();
    command->add_option("-o,--output", options->output, "A file; standard output where it is left out");
    command->callback([&invocation, options] {
        if (options->post.empty() && !options->digest) throw CLI::RequiredError("post, or --digest");
        invocation.run = [&invocation, options] { return preview(invocation, *options); };
    });
}

}  // namespace paperround::daemon
