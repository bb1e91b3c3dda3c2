// `preview`: a post as the email it would be: as HTML, text or a whole .eml; in a browser; or sent to one
// address.
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/address/mailbox.hpp"
#include "base/file.hpp"
#include "base/text/terminal_text.hpp"
#include "daemon/command.hpp"
#include "daemon/draft.hpp"
#include "daemon/test_mail.hpp"
#include "queue/reply_line.hpp"
#include "web/preview_server.hpp"

namespace paperround::daemon {

namespace {

struct PreviewOptions {
    DraftRequest draft;
    std::string format = "html";
    std::string output;
    std::string send_to;
    bool serve = false;
    std::uint16_t port = 8026;
};

int write_output(const PreviewOptions& options, const std::string& content) {
    if (options.output.empty()) {
        fmt::print("{}", content);
        return EX_OK;
    }
    const auto written = write_file_atomically(options.output, content);
    if (written) return EX_OK;
    fmt::print(stderr, "paperround: {}\n", written.error().message);
    return EX_CANTCREAT;
}

void print_warnings(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) fmt::print(stderr, "{}\n", terminal_text(warning));
}

int write_draft(const Draft& draft, const PreviewOptions& options) {
    if (options.format == "text")
        return write_output(options, email::text_of(draft.rendered, draft.recipient));
    if (options.format != "eml")
        return write_output(options, email::browsable_html_of(draft.rendered, draft.recipient));
    std::vector<std::string> warnings;
    const std::string message = message_of(draft, warnings);
    print_warnings(warnings);
    return write_output(options, message);
}

int send(const Draft& draft) {
    std::vector<std::string> warnings;
    const std::string message = message_of(draft, warnings);
    print_warnings(warnings);
    const std::string& address = draft.recipient.subscriber.address;
    const queue::Outcome outcome = send_test_mail(draft.settings, draft.newsletter, address, message);
    const std::string reply = terminal_text(queue::reply_line(outcome));
    if (outcome.kind == queue::OutcomeKind::accepted) {
        fmt::print("sent to {} as a test: {}\n", address, reply);
        return EX_OK;
    }
    fmt::print(stderr, "paperround: not sent to {} ({}, at {}): {}\n", address,
               queue::to_string(outcome.kind), queue::to_string(outcome.stage), reply);
    return queue::is_relay_trouble(outcome.kind) ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

web::Preview draw(const Invocation& invocation, const DraftRequest& request) {
    const auto draft = make_draft(invocation.config_file, request);
    if (!draft) return {.subject = {}, .html = {}, .text = {}, .problems = draft.error().lines};
    return {.subject = draft->rendered.subject(),
            .html = email::browsable_html_of(draft->rendered, draft->recipient),
            .text = email::text_of(draft->rendered, draft->recipient),
            .problems = draft->warnings};
}

int serve(const Invocation& invocation, const PreviewOptions& options) {
    const auto server =
        web::PreviewServer::start([&] { return draw(invocation, options.draft); },
                                  installed_templates() / "web" / "preview.html", options.port);
    if (!server) {
        fmt::print(stderr, "paperround: {}\n", server.error().message);
        return EX_UNAVAILABLE;
    }
    fmt::print("http://127.0.0.1:{}/ shows the mail, and every change to it; Ctrl-C ends it\n",
               server->port());
    std::fflush(stdout);
    for (;;) ::pause();
}

int preview(const Invocation& invocation, PreviewOptions options) {
    if (options.serve) return serve(invocation, options);
    if (!options.send_to.empty()) {
        const auto address = canonical_address(options.send_to);
        if (!address) {
            fmt::print(stderr, "paperround: {}: {}\n", options.send_to, address.error().reason);
            return EX_USAGE;
        }
        options.draft.address = *address;
        options.draft.subject_mark = "[Test] ";
    }
    const auto draft = make_draft(invocation.config_file, options.draft);
    if (!draft) return report(draft.error());
    print_warnings(draft->warnings);
    return options.send_to.empty() ? write_draft(*draft, options) : send(*draft);
}

}  // namespace

void add_draft_options(CLI::App& command, DraftRequest& draft) {
    auto* post =
        command.add_option("post", draft.posts,
                           "Its number from `posts`, \"latest\", or a Markdown file; several make a digest");
    auto* digest =
        command.add_flag("--digest", draft.digest, "Instead of a post: the digest that would go out now")
            ->excludes(post);
    command.add_option("-n,--newsletter", draft.newsletter, "The newsletter (for a file, or for latest)");
    auto* look =
        command.add_option("--template", draft.template_name, "Another template than the newsletter's");
    command
        .add_option("--mailing", draft.mailing,
                    "Instead of a post: the letter of this mailing, as it went out")
        ->excludes(post)
        ->excludes(digest)
        ->excludes(look)
        ->check(CLI::PositiveNumber);
    command.add_option("--to", draft.address, "The reader that it is addressed to")->capture_default_str();
    command.add_option("--name", draft.name, "That reader's name")->capture_default_str();
    command.add_option("--language", draft.language, "That reader's language, as in \"de\"");
}

void require_post(const DraftRequest& draft) {
    if (draft.posts.empty() && !draft.digest && draft.mailing == 0)
        throw CLI::RequiredError("post, --digest or --mailing");
}

void add_preview_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<PreviewOptions>();
    auto* command = app.add_subcommand("preview", "A post as the email it would be");
    add_draft_options(*command, options->draft);
    command->add_option("-f,--format", options->format, "html, text or eml")
        ->check(CLI::IsMember({"html", "text", "eml"}))
        ->capture_default_str();
    command->add_option("-o,--output", options->output, "A file; standard output where it is left out");
    // A letter that went out bears no mark of a test.
    command->add_option("--send", options->send_to, "Send it to this address, marked as a test")
        ->excludes("--mailing");
    command->add_flag("--serve", options->serve,
                      "Show it in the browser, with every change to post and templates");
    command
        ->add_option("--port", options->port, "Where --serve listens, on loopback only; 0: any that is free")
        ->capture_default_str();
    command->callback([&invocation, options] {
        require_post(options->draft);
        invocation.run = [&invocation, options] { return preview(invocation, *options); };
    });
}

}  // namespace paperround::daemon
