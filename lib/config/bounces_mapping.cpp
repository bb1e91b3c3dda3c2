#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/address/mailbox.hpp"
#include "base/address/url.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_mailboxes = 20;

struct Scheme {
    std::string_view name;
    MailboxKind kind;
    bool implicit_tls;
    std::uint16_t port;
};
constexpr std::array<Scheme, 4> mailbox_schemes{{{"imap", MailboxKind::imap, false, 143},
                                                 {"imaps", MailboxKind::imap, true, 993},
                                                 {"pop3", MailboxKind::pop3, false, 110},
                                                 {"pop3s", MailboxKind::pop3, true, 995}}};

Value<Url> read_mailbox_url(const Node& node) {
    auto url = read_url(node, {"imap", "imaps", "pop3", "pop3s"});
    if (!url) return url;
    if (!url->rest.empty() && url->rest != "/")
        return failure(Complaint{
            "expected nothing behind the host and port of a mailbox's URL; folder names the folder", {}});
    if (!is_host(url->host))
        return failure(
            Complaint{fmt::format("expected a host name in ASCII, got {}", in_quotes(url->host)), {}});
    return url;
}

// What can stand between quotation marks in a command of IMAP.
Value<std::string> read_folder(const Node& node) {
    auto text = read_text(node, "the name of a folder");
    if (!text) return text;
    const bool plain = std::ranges::all_of(*text, [](char c) { return c >= ' ' && c < 0x7F; });
    if (plain && text->find_first_of("\"\\%*") == std::string::npos) return text;
    return failure(Complaint{"expected a folder's name in ASCII, as the server has it", {}});
}

void read_server(const Section& section, const std::filesystem::path& folder, BounceMailbox& mailbox) {
    if (Url url; section.read("url", url, read_mailbox_url)) {
        const auto* scheme = std::ranges::find(mailbox_schemes, url.scheme, &Scheme::name);
        mailbox.kind = scheme->kind;
        mailbox.implicit_tls = scheme->implicit_tls;
        mailbox.host = url.host;
        mailbox.port = url.port != 0 ? url.port : scheme->port;
    }
    section.require({"username"});
    mailbox.tls = read_tls(section);
    section.read("ca_file", mailbox.ca_file, read_existing_file, folder);
    section.read("username", mailbox.username, read_text, "a user name");
    section.read("password_file", mailbox.password_file, read_secret_file, folder);
    read_oauth(section, folder, mailbox.oauth);
    section.read("folder", mailbox.folder, read_folder);
    section.read("unreadable_folder", mailbox.unreadable_folder, read_folder);
    if (section.has("password_file") == section.has("oauth"))
        section.complain("password_file", {"expected either password_file or oauth", {}});
    for (const std::string_view key : {"folder", "unreadable_folder"}) {
        if (section.has(key) && mailbox.kind == MailboxKind::pop3)
            section.complain(key, {"only IMAP has folders", {}});
    }
    if (mailbox.tls == Tls::never && !mailbox.host.empty() && !mailbox.is_local())
        section.complain("tls", {"a password never goes over plain text: set required", {}});
    if (mailbox.implicit_tls && mailbox.tls && *mailbox.tls != Tls::required)
        section.complain("tls",
                         {"an imaps:// or pop3s:// URL is always TLS: set required, or leave it out", {}});
}

BounceMailbox read_mailbox_section(const Field& field, const std::filesystem::path& folder, Report& report) {
    BounceMailbox mailbox;
    if (field.node->kind != Node::Kind::mapping) {
        report.add(
            field.line, field.path,
            {fmt::format("expected \"maildir: PATH\" or \"url: URL\", got {}", name_of(field.node->kind)),
             {}});
        return mailbox;
    }
    const Section section(field, bounce_mailbox_keys, report);
    if (section.has("maildir") == section.has("url")) {
        report.add(
            field.line, field.path,
            {fmt::format("expected either maildir or url, got {}", section.has("url") ? "both" : "neither"),
             {}});
    }
    if (section.has("url")) {
        read_server(section, folder, mailbox);
        return mailbox;
    }
    section.read("maildir", mailbox.maildir, read_path, folder);
    for (const std::string_view key : bounce_mailbox_keys) {
        if (key != "maildir" && section.has(key))
            section.complain(key, {"only a mailbox on a server has it", {}});
    }
    return mailbox;
}

std::vector<BounceMailbox> read_mailboxes(const Section& bounces, const std::filesystem::path& folder) {
    std::vector<BounceMailbox> mailboxes;
    const Field* list = bounces.find("mailboxes");
    if (list == nullptr) return mailboxes;
    if (list->node->kind != Node::Kind::sequence || list->node->items.empty() ||
        list->node->items.size() > most_mailboxes) {
        bounces.complain("mailboxes",
                         {fmt::format("expected a list of 1 to {} mailboxes", most_mailboxes), {}});
        return mailboxes;
    }
    for (std::size_t i = 0; i < list->node->items.size(); ++i) {
        const Node& item = list->node->items[i];
        const Field field{&item, fmt::format("{}[{}]", list->path, i), item.line};
        BounceMailbox mailbox = read_mailbox_section(field, folder, bounces.report());
        const auto same = std::ranges::find(mailboxes, mailbox);
        if (mailbox != BounceMailbox() && same != mailboxes.end())
            bounces.report().add(
                field.line, field.path,
                {fmt::format("the same mailbox as mailboxes[{}]", same - mailboxes.begin()), {}});
        mailboxes.push_back(std::move(mailbox));
    }
    return mailboxes;
}

}  // namespace

// A domain is valid if an address in it is.
Value<std::string> read_bounce_domain(const Node& node) {
    auto text = read_text(node, "a domain such as bounce.example.org");
    if (!text) return text;
    const auto address = canonical_address("x@" + *text);
    if (address) return std::string(domain_of(*address));
    return failure(
        Complaint{fmt::format("expected a domain such as bounce.example.org, got {}", in_quotes(*text)), {}});
}

Bounces read_bounces(const Section& top, const std::filesystem::path& folder) {
    Bounces bounces;
    const Field* field = top.find("bounces");
    if (field == nullptr) return bounces;
    const Section section(*field, bounces_keys, top.report());
    section.read("domain", bounces.domain, read_bounce_domain);
    bounces.mailboxes = read_mailboxes(section, folder);
    bounces.webhooks = read_webhooks(section, folder);
    return bounces;
}

}  // namespace paperround::config
