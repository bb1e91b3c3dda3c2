// `check`: the configuration's problems, or what will happen.
#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "audience/audience_store.hpp"
#include "base/address/host_name.hpp"
#include "base/address/mailbox.hpp"
#include "base/address/registrable_domain.hpp"
#include "base/address/url.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/text/duration.hpp"
#include "base/text/terminal_text.hpp"
#include "config/loader.hpp"
#include "config/secret_files.hpp"
#include "daemon/command.hpp"
#include "daemon/warnings.hpp"
#include "email/css/colour.hpp"
#include "email/template/template_set.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/data/data_safety.hpp"
#include "pipeline/intake/mailbox_access.hpp"
#include "pipeline/intake/webhook_access.hpp"
#include "pipeline/plan/wanted_readers.hpp"
#include "pipeline/press/signing.hpp"
#include "post/markdown_folder.hpp"
#include "post/post_store.hpp"
#include "post/websub_subscriber.hpp"
#include "public/archive_feed.hpp"
#include "public/join_routes.hpp"
#include "websub/websub_store.hpp"
#include "websub/websub_timing.hpp"

namespace paperround::daemon {

namespace {

// Looks without making anything: `check` may run as another user, before the daemon ever did.
std::uint64_t count_subscribers(const config::Settings& settings, const std::string& newsletter,
                                const audience::Wanted& wanted = {}) {
    const auto file = settings.data_dir / "paperround.db";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return 0;
    auto database = db::Database::open(file, db::Database::Mode::read_only);
    return audience::AudienceStore(database).count_active_after(newsletter, 0, wanted).mailable;
}

// ", 12 of them in its segment"
std::string describe_segment(const config::Settings& settings, const config::Newsletter& newsletter) {
    if (!newsletter.to) return {};
    try {
        const auto count =
            count_subscribers(settings, newsletter.name, pipeline::wanted_readers(&newsletter));
        return fmt::format(", {} of them match to", with_thousands(count));
    } catch (const db::Error&) {
        // Made by an older version: it has no tags yet.
        return ", of whom those that match to are counted once the daemon has begun";
    }
}

std::string plural(std::uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", with_thousands(number), noun, number == 1 ? "" : "s");
}

std::vector<std::string> template_problems(const config::Settings& settings) {
    std::vector<std::string> problems;
    for (const config::Newsletter& newsletter : settings.newsletters) {
        const auto loaded = email::load_template_set(
            {.installed = installed_templates(), .own = settings.templates}, newsletter.template_name);
        if (loaded) continue;
        for (const auto& problem : loaded.error()) problems.push_back(problem.to_line());
    }
    if (std::ranges::none_of(settings.newsletters, &config::Newsletter::subscribe)) return problems;
    const auto asking =
        email::load_template_set({.installed = installed_templates(), .own = settings.templates},
                                 "confirmation", email::TemplateUse::confirmation);
    if (asking) return problems;
    for (const auto& problem : asking.error()) problems.push_back(problem.to_line());
    return problems;
}

void add_webhook_problems(const config::Settings& settings, std::vector<std::string>& problems) {
    for (const config::BounceWebhook& webhook : settings.bounces.webhooks) {
        if (const auto access = pipeline::read_webhook_access(webhook); !access)
            problems.push_back(access.error());
    }
}

std::vector<std::string> password_problems(const config::Settings& settings) {
    std::vector<std::string> problems;
    for (const config::Relay& relay : settings.relays) {
        if (relay.oauth) {
            if (const auto secrets = config::read_oauth_secrets(relay); !secrets)
                problems.push_back(secrets.error());
        } else if (!relay.username.empty()) {
            if (const auto password = config::read_password(relay); !password)
                problems.push_back(password.error());
        }
    }
    add_webhook_problems(settings, problems);
    for (const config::BounceMailbox& mailbox : settings.bounces.mailboxes) {
        if (mailbox.oauth) {
            if (const auto secrets = config::read_oauth_secrets(mailbox); !secrets)
                problems.push_back(secrets.error());
        } else if (mailbox.kind != config::MailboxKind::maildir) {
            if (const auto password = config::read_password(mailbox); !password)
                problems.push_back(password.error());
        }
    }
    return problems;
}

std::string describe_relays(const config::Newsletter& newsletter) {
    if (newsletter.relays.empty()) return "relay " + newsletter.relay;
    std::string out;
    for (const config::RelayShare& share : newsletter.relays) {
        out += out.empty() ? "relays " : " + ";
        out += share.weight == 0 ? share.relay + " (stands by)"
                                 : fmt::format("{}:{}", share.relay, share.weight);
    }
    return out;
}

// "at most 20/s, 5 at once, 300 today"; empty where nothing is limited.
std::string describe(const config::Limit& limit) {
    std::vector<std::string> parts;
    if (limit.rate) parts.push_back(format_rate(*limit.rate));
    if (limit.connections > 0) parts.push_back(fmt::format("{} at once", limit.connections));
    if (limit.warm_up) {
        if (const auto today = limit.warm_up->ceiling(SystemClock().now()))
            parts.push_back(fmt::format("{} today (UTC)", with_thousands(*today)));
    }
    return parts.empty() ? "" : fmt::format("at most {}", fmt::join(parts, ", "));
}

void print_limits(const config::Settings& settings) {
    const auto print = [](std::string_view what, const std::string& name, const config::Limit& limit) {
        if (const std::string words = describe(limit); !words.empty())
            fmt::print("{} {}: {}\n", what, name, words);
    };
    for (const config::Newsletter& newsletter : settings.newsletters) {
        print("newsletter", newsletter.name, {newsletter.rate, newsletter.connections, std::nullopt});
    }
    for (const config::Relay& relay : settings.relays)
        print("relay", relay.name, {relay.rate, 0, relay.warm_up});
    for (const config::DomainLimit& domain : settings.domains) print("domain", domain.domain, domain.limit);
    for (const config::Provider& provider : settings.providers)
        print("provider", provider.name, provider.limit);
}

// What stands on the accent can always be read, and links are darkened; but a button may be hard to see.
void print_faint_accent(const config::Newsletter& newsletter) {
    const auto accent = email::parse_colour(newsletter.theme.accent);
    if (!accent || email::contrast(*accent, email::paper) >= email::visible_contrast) return;
    fmt::print(
        "note: {}: the accent {} has a contrast of {:.1f} to the white page; 3 and more is easily seen\n",
        newsletter.name, newsletter.theme.accent, email::contrast(*accent, email::paper));
}

void print_return_path(const config::Settings& settings, const config::Newsletter& newsletter) {
    const std::string& domain = settings.bounce_domain_of(newsletter);
    const std::string where = domain.empty() ? newsletter.from.address
                                             : fmt::format("a signed address at {} for each copy", domain);
    fmt::print("note: {}: bounces go to {}\n", newsletter.name, where);
    if (domain.empty()) return;
    const std::string_view from = domain_of(newsletter.from.address);
    if (registrable_domain(domain) != registrable_domain(from))
        fmt::print(
            "warning: {}: {} and {} are not of one domain: SPF is not aligned for DMARC, which then hangs on DKIM "
            "alone\n",
            newsletter.name, domain, from);
}

void print_webhooks(const config::Settings& settings) {
    for (const config::BounceWebhook& webhook : settings.bounces.webhooks)
        fmt::print("{}: {} posts to {}/hook/{}\n", webhook.source(), to_string(webhook.provider),
                   settings.public_url, webhook.name);
    if (settings.bounces.webhooks.empty()) return;
    if (!settings.public_url_given)
        fmt::print("warning: bounces.webhooks: without public_url no mail service can reach them\n");
    else if (!settings.public_url.starts_with("https://"))
        fmt::print(
            "warning: bounces.webhooks: public_url is not https: addresses and secrets come in the clear\n");
}

// Why nothing is collected from there; empty: it is. Access tokens are the daemon's alone, so nobody logs in with one.
std::string trouble_of(const config::BounceMailbox& mailbox) {
    if (mailbox.oauth) return {};
    if (mailbox.kind == config::MailboxKind::maildir) {
        std::error_code unknown;
        const bool there = std::filesystem::is_directory(mailbox.maildir / "new", unknown);
        return there ? "" : "it has no folder \"new\": nothing is collected from there";
    }
    auto password = config::read_password(mailbox);
    if (!password) return std::move(password.error());
    const auto tried = pipeline::try_mailbox({.mailbox = mailbox, .password = std::move(*password)});
    return tried ? "" : "nothing can be collected from there: " + tried.error();
}

void print_mailboxes(const config::Settings& settings) {
    for (const config::BounceMailbox& mailbox : settings.bounces.mailboxes) {
        if (const std::string trouble = trouble_of(mailbox); !trouble.empty())
            fmt::print("warning: {}: {}\n", mailbox.name(), terminal_text(trouble));
        else if (mailbox.oauth)
            fmt::print("note: {}: not tried, since it wants an access token\n", mailbox.name());
    }
}

void print_advice(const config::Settings& settings) {
    print_webhooks(settings);
    for (const std::string& line : warnings_about(settings, full_host_name())) fmt::print("{}\n", line);
    auto files = pipeline::exposed_files_of(settings.data_dir);
    std::ranges::move(pipeline::foreign_files_of(settings.data_dir), std::back_inserter(files));
    for (const std::string& file : files) fmt::print("warning: {}\n", file);
    for (const config::Newsletter& newsletter : settings.newsletters) {
        print_return_path(settings, newsletter);
        print_faint_accent(newsletter);
    }
    print_mailboxes(settings);
}

// "signed as example.org with news (rsa) + ed (ed25519)"
std::string describe_signatures(const std::vector<email::DkimKey>& keys) {
    std::string out;
    for (const email::DkimKey& key : keys) {
        out += out.empty() ? fmt::format("signed as {} with ", key.domain) : " + ";
        out += fmt::format("{} ({})", key.selector, to_string(key.key.type()));
    }
    return out;
}

void print_signing(const config::Settings& settings, const pipeline::Signing& signing) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        const auto& keys = signing.keys_of(newsletter);
        if (keys.empty()) {
            fmt::print("note: {}: mail is not signed; `paperround dkim-key {}` makes a key\n",
                       newsletter.name, domain_of(newsletter.from.address));
            continue;
        }
        fmt::print("{}: {}\n", newsletter.name, describe_signatures(keys));
        for (const config::RelayShare& share : newsletter.effective_relays()) {
            const config::Relay* relay = settings.find_relay(share.relay);
            if (relay == nullptr || relay->rewrites.empty()) continue;
            fmt::print(
                "note: {}: relay {} rewrites {}: the signature does not cover that, so anybody on the way "
                "can change it too\n",
                newsletter.name, relay->name, fmt::join(relay->rewrites, ", "));
        }
    }
}

// "daily 08:00 UTC as a digest of 1 to 20 posts, window 07:00-22:00 UTC, hold 15m, posts wait for approval"
std::string describe_timing(const config::Newsletter& newsletter) {
    std::string out = config::describe(newsletter.schedule);
    if (newsletter.digest)
        out += fmt::format(" as a digest of {} to {} posts", newsletter.digest->at_least,
                           newsletter.digest->at_most);
    if (newsletter.window) out += ", window " + config::describe(*newsletter.window);
    if (newsletter.hold > Duration{}) out += ", hold " + format_duration(newsletter.hold);
    if (newsletter.approve) out += ", posts wait for approval";
    return out;
}

void print_public_pages(const config::Settings& settings) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        if (newsletter.subscribe) {
            fmt::print("{}: readers join at {}\n", newsletter.name,
                       pages::join_url(settings, newsletter.name));
        }
        if (newsletter.archive) {
            fmt::print("{}: everybody reads what was sent at {}\n", newsletter.name,
                       pages::archive_url(settings, newsletter.name));
        }
    }
}

// A schedule whose moments lie in the quiet hours is a mistake, or at least a surprise.
void print_quiet_moments(const config::Settings& settings) {
    const Time now = SystemClock().now();
    for (const config::Newsletter& newsletter : settings.newsletters) {
        if (!newsletter.window || newsletter.schedule.kind == config::Schedule::Kind::immediately) continue;
        const Time moment = config::next_sending(newsletter.schedule, now);
        const Time opening = config::next_opening(*newsletter.window, moment).begin;
        if (opening <= moment) continue;
        fmt::print("note: {}: its schedule lies outside its window: what is due at {} leaves from {}\n",
                   newsletter.name, format_rfc3339(moment), format_rfc3339(opening));
    }
}

// "https://hub.example.net/ pushes until 2026-12-07T…, polled every 1h"
std::string describe(const websub::Subscription& subscription, const config::Source& source, Time now) {
    const std::string hub = without_control_characters(subscription.at.hub);
    if (subscription.pushes(now)) {
        return fmt::format("{} pushes until {}, polled every {}", hub, format_rfc3339(subscription.lease_end),
                           format_duration(websub::poll_interval_while_pushed(source.every)));
    }
    return fmt::format("{}: {}{}{}, asked again at {}", hub, to_string(subscription.state),
                       subscription.last_error.empty() ? "" : ": ", subscription.last_error,
                       format_rfc3339(subscription.next_call));
}

void print_subscriptions(const config::Settings& settings) {
    const auto file = settings.data_dir / "paperround.db";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return;
    auto database = db::Database::open(file, db::Database::Mode::read_only);
    const websub::WebSubStore store(database);
    if (!store.exists()) return;
    const Time now = SystemClock().now();
    for (const websub::Subscription& each : store.all()) {
        const config::Newsletter* newsletter = settings.find_newsletter(each.newsletter);
        if (newsletter == nullptr) continue;
        const auto source = std::ranges::find(newsletter->sources, each.location, &config::Source::location);
        if (source == newsletter->sources.end() || !post::wants_websub(settings, *source, each.at)) continue;
        fmt::print("{}: {}: {}\n", each.newsletter, each.location, describe(each, *source, now));
    }
}

void print_websub(const config::Settings& settings) {
    const bool any = std::ranges::any_of(settings.newsletters, [](const config::Newsletter& newsletter) {
        return std::ranges::any_of(newsletter.sources, [](const config::Source& source) {
            const auto url = parse_url(source.location);
            return source.kind == config::SourceKind::feed && source.websub && url && url->is_web();
        });
    });
    if (!any) return;
    if (!settings.public_url_given) {
        fmt::print("note: feeds are only polled: a hub (WebSub) can push them once public_url is set\n");
        return;
    }
    fmt::print("feeds that name a hub (WebSub) are pushed to {}{}…\n", settings.public_url,
               post::callback_path);
    print_subscriptions(settings);
}

// What a folder has that is no post, or not wholly read; keys of front matter that are not read.
void print_folder(const config::Newsletter& newsletter, const config::Source& source) {
    const feed::FeedResult result = post::read_markdown_folder(
        source.location, SystemClock().now(), newsletter.schedule.zone, post::FreshFiles::read,
        source.letters ? post::FolderOf::letters : post::FolderOf::posts);
    const auto say = [&](std::string_view kind, const std::string& words) {
        fmt::print("{}: {}: {}: {}\n", kind, newsletter.name, source.location, words);
    };
    if (result.error) say("warning", terminal_text(result.error->to_line()));
    for (const feed::FeedIssue& warning : result.warnings) say("note", terminal_text(warning.to_line()));
    std::vector<std::string> keys;
    for (const auto& [key, files] : result.ignored_keys)
        keys.push_back(fmt::format("{} ({})", terminal_text(key), plural(files, "file")));
    if (!keys.empty())
        say("note", fmt::format("keys of front matter that are not read: {}", fmt::join(keys, ", ")));
}

// Looks without making anything, and passes over a database that an older program made.
void print_sources(const config::Settings& settings) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        for (const config::Source* source : newsletter.all_sources()) {
            if (source->kind == config::SourceKind::folder) print_folder(newsletter, *source);
        }
    }
    const auto file = settings.data_dir / "paperround.db";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return;
    try {
        auto database = db::Database::open(file, db::Database::Mode::read_only);
        const post::PostStore store(database);
        for (const config::Newsletter& newsletter : settings.newsletters) {
            for (const config::Source* source : newsletter.all_sources()) {
                const auto state = store.find_source(newsletter.name, source->location);
                if (!state || state->last_error.empty()) continue;
                fmt::print("warning: {}: {}\n", newsletter.name, terminal_text(state->last_error));
            }
        }
    } catch (const db::Error&) {
    }
}

// What keeps the daemon from its data directory, whatever the configuration says. EX_OK where nothing does.
int check_data_directory(const std::filesystem::path& data_dir) {
    const auto closed = pipeline::closed_files_of(data_dir);
    for (const std::string& file : closed) fmt::print(stderr, "{}\n", file);
    if (!closed.empty()) return EX_NOPERM;
    const std::string emptiness = pipeline::emptiness_of(data_dir);
    if (!emptiness.empty()) fmt::print(stderr, "{}\n", emptiness);
    return emptiness.empty() ? EX_OK : EX_DATAERR;
}

int check(const Invocation& invocation) {
    const auto settings = read_settings(invocation);
    if (!settings) return settings.error();
    auto problems = template_problems(*settings);
    std::ranges::move(password_problems(*settings), std::back_inserter(problems));
    const pipeline::Signing signing(*settings, problems);
    if (std::string danger = pipeline::danger_of(settings->data_dir); !danger.empty())
        problems.push_back(std::move(danger));
    for (const std::string& problem : problems) fmt::print(stderr, "{}\n", problem);
    const int data = check_data_directory(settings->data_dir);
    if (!problems.empty()) return EX_CONFIG;
    if (data != EX_OK) return data;
    for (const config::Newsletter& newsletter : settings->newsletters) {
        fmt::print("{}: {}, {}{}, {}, {}\n", newsletter.name, plural(newsletter.sources.size(), "source"),
                   plural(count_subscribers(*settings, newsletter.name), "subscriber"),
                   describe_segment(*settings, newsletter), describe_timing(newsletter),
                   describe_relays(newsletter));
    }
    print_public_pages(*settings);
    print_sources(*settings);
    print_websub(*settings);
    print_limits(*settings);
    print_signing(*settings, signing);
    print_advice(*settings);
    print_quiet_moments(*settings);
    return EX_OK;
}

}  // namespace

void add_check_command(CLI::App& app, Invocation& invocation) {
    app.add_subcommand("check", "The configuration's problems, or what will happen")->callback([&invocation] {
        invocation.run = [&invocation] { return check(invocation); };
    });
}

}  // namespace paperround::daemon
