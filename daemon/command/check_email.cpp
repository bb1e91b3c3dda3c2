// `check-email`: what an editor should know about a mail before readers do.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/picture/picture_tone.hpp"
#include "control/json_line.hpp"
#include "daemon/command.hpp"
#include "daemon/draft.hpp"
#include "daemon/spam_score.hpp"
#include "email/mail_check.hpp"
#include "net/curl_http_client.hpp"

namespace paperround::daemon {

namespace {

using email::Finding;
using email::Severity;

constexpr std::size_t heavy_picture = 1U << 20U;
constexpr std::size_t heavy_mail = 3U << 20U;
constexpr std::size_t most_fetches = 200;

struct EmailCheckOptions {
    DraftRequest draft;
    bool links = false;
    bool offline = false;
    bool json = false;
};

// Above `required` it would be taken for spam; half of that leaves little room for what receivers add.
Finding judge(const SpamScore& spam) {
    const Severity severity = spam.score >= spam.required       ? Severity::error
                              : spam.score >= spam.required / 2 ? Severity::warning
                                                                : Severity::note;
    return {severity, "spamassassin",
            fmt::format("SpamAssassin gives it {:.1f} points of {:.1f}{}", spam.score, spam.required,
                        spam.tests.empty() || spam.tests == "none" ? "" : ": " + spam.tests)};
}

// What came; nothing, and a finding, where it did not. Of what is larger than the limit only its size is
// told.
struct Fetched {
    std::size_t size;
    std::string body;
};

std::optional<Fetched> fetch(net::HttpClient& http, const std::string& url, std::string_view what,
                             std::vector<Finding>& findings) {
    auto response = http.get({.url = url, .timeout = std::chrono::seconds(20)});
    if (!response) {
        if (response.error().code == net::HttpError::Code::too_large) return Fetched{10U << 20U, {}};
        findings.push_back({Severity::warning, "unreachable", response.error().message});
        return std::nullopt;
    }
    if (response->status < 400) return Fetched{response->body.size(), std::move(response->body)};
    // Some sites turn away whoever is no browser; a page that is gone is another matter.
    const bool gone = response->status == 404 || response->status == 410;
    findings.push_back({gone ? Severity::error : Severity::warning, "dead-" + std::string(what),
                        fmt::format("{} answers {}", url, response->status)});
    return std::nullopt;
}

// `logo`: the address of one that has no other for the dark.
void weigh_pictures(net::HttpClient& http, const std::vector<std::string>& urls, const std::string& logo,
                    std::vector<Finding>& findings) {
    std::size_t total = 0;
    for (std::size_t i = 0; i < std::min(urls.size(), most_fetches); ++i) {
        const auto picture = fetch(http, urls[i], "picture", findings);
        if (!picture) continue;
        if (urls[i] == logo && is_dark_on_nothing(picture->body)) {
            findings.push_back({Severity::warning, "dark-logo",
                                "the logo is dark, and its ground shines through: where mail programs turn "
                                "colours around it vanishes; theme.logo_dark names another for the dark"});
        }
        total += picture->size;
        if (picture->size > heavy_picture) {
            findings.push_back({Severity::warning, "heavy",
                                fmt::format("the picture {} has {:.1f} MiB", urls[i],
                                            static_cast<double>(picture->size) / (1U << 20U))});
        }
    }
    if (total > heavy_mail) {
        findings.push_back(
            {Severity::warning, "heavy",
             fmt::format("the pictures have {:.1f} MiB together", static_cast<double>(total) / (1U << 20U))});
    }
}

void follow_links(net::HttpClient& http, const std::vector<std::string>& urls, const std::string& unsubscribe,
                  std::vector<Finding>& findings) {
    std::size_t followed = 0;
    for (const std::string& url : urls) {
        if (url == unsubscribe) continue;
        if (++followed > most_fetches) break;
        (void)fetch(http, url, "link", findings);
    }
}

void print(const std::vector<Finding>& findings, bool json) {
    for (const Finding& finding : findings) {
        if (json) {
            const nlohmann::ordered_json object{{"severity", email::to_string(finding.severity)},
                                                {"code", finding.code},
                                                {"message", finding.message}};
            fmt::print("{}\n", control::json_line(object));
        } else {
            fmt::print("{}: {}\n", email::to_string(finding.severity), finding.message);
        }
    }
}

int check_email(const Invocation& invocation, const EmailCheckOptions& options) {
    DraftRequest request = options.draft;
    request.fetch_pictures = !options.offline;
    const auto draft = make_draft(invocation.config_file, request);
    if (!draft) return report(draft.error());
    std::vector<std::string> warnings = draft->warnings;
    const std::string message = message_of(*draft, warnings);
    const std::string html = email::html_of(draft->rendered, draft->recipient);
    const std::string text = email::text_of(draft->rendered, draft->recipient);
    auto findings = email::check_mail({draft->rendered.subject(), html, text});
    for (const std::string& warning : warnings) findings.push_back({Severity::warning, "post", warning});
    net::CurlHttpClient http(draft->settings.public_url);
    const email::References references = email::references_of(html);
    const config::Theme& theme = draft->newsletter.theme;
    if (!options.offline)
        weigh_pictures(http, references.images, theme.logo_dark.empty() ? theme.logo : "", findings);
    if (options.links) follow_links(http, references.links, draft->recipient.unsubscribe_url, findings);
    if (const auto spam = spam_score(message)) findings.push_back(judge(*spam));
    print(findings, options.json);
    if (!options.json && findings.empty()) fmt::print("Nothing to mend.\n");
    return std::ranges::count(findings, Severity::error, &Finding::severity) == 0 ? EX_OK : EX_DATAERR;
}

}  // namespace

void add_check_email_command(CLI::App& app, Invocation& invocation) {
    auto options = std::make_shared<EmailCheckOptions>();
    auto* command =
        app.add_subcommand("check-email", "What is wrong with a post's email, before readers see it");
    add_draft_options(*command, options->draft);
    auto* offline =
        command->add_flag("--offline", options->offline, "Do not fetch the pictures to weigh them");
    command->add_flag("--links", options->links, "Follow the links too")->excludes(offline);
    command->add_flag("--json", options->json, "One JSON object per finding");
    command->callback([&invocation, options] {
        require_post(options->draft);
        invocation.run = [&invocation, options] { return check_email(invocation, *options); };
    });
}

}  // namespace paperround::daemon
