#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_keys = 4;

// Header fields that a relay may change without making the message impossible to recognise as ours.
constexpr std::array rewritable{"message-id"sv,   "date"sv,        "reply-to"sv, "list-unsubscribe"sv,
                                "feedback-id"sv,  "list-id"sv,     "to"sv,       "list-unsubscribe-post"sv,
                                "content-type"sv, "mime-version"sv};

Value<std::string> read_selector(const Node& node) {
    auto text = read_text(node, "a selector such as news2026");
    if (!text) return text;
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    const bool sound = !text->empty() && text->size() <= 63 && std::ranges::all_of(*text, plain) &&
                       text->front() != '.' && text->front() != '-' && text->back() != '.' &&
                       text->back() != '-' && text->find("..") == std::string::npos;
    if (sound) return text;
    return failure(
        Complaint{fmt::format("expected a selector of a-z, 0-9, '-' and dots such as news2026, got {}",
                              in_quotes(*text)),
                  {}});
}

std::vector<DkimKeyFile> read_keys(const Field& list, const std::filesystem::path& folder, Report& report) {
    std::vector<DkimKeyFile> keys;
    if (list.node->kind != Node::Kind::sequence || list.node->items.empty() ||
        list.node->items.size() > most_keys) {
        report.add(
            list.line, list.path,
            {fmt::format("expected a list of 1 to {} keys, each with selector and key_file", most_keys), {}});
        return keys;
    }
    for (std::size_t i = 0; i < list.node->items.size(); ++i) {
        const Node& item = list.node->items[i];
        const Field field{&item, fmt::format("{}[{}]", list.path, i), item.line};
        const Section section(field, dkim_keys, report);
        section.require({"selector", "key_file"});
        DkimKeyFile key;
        section.read("selector", key.selector, read_selector);
        section.read("key_file", key.key_file, read_secret_file, folder);
        if (!key.selector.empty() &&
            std::ranges::find(keys, key.selector, &DkimKeyFile::selector) != keys.end())
            section.complain("selector", {"this selector stands here twice", {}});
        keys.push_back(std::move(key));
    }
    return keys;
}

}  // namespace

std::vector<DkimDomain> read_dkim(const Section& top, const std::filesystem::path& folder) {
    std::vector<DkimDomain> domains;
    const Field* field = top.find("dkim");
    if (field == nullptr) return domains;
    for (const Entry& entry : entries_of(*field, top.report())) {
        DkimDomain domain{.domain = {}, .keys = read_keys(entry.field, folder, top.report())};
        // A domain is valid if an address in it is.
        if (const auto address = canonical_address("x@" + entry.name); address) {
            domain.domain = ascii_lower(domain_of(*address));
        } else {
            top.report().add(
                entry.field.line, entry.field.path,
                {fmt::format("expected a sender's domain such as example.org, got {}", in_quotes(entry.name)),
                 {}});
        }
        if (!domain.domain.empty() &&
            std::ranges::find(domains, domain.domain, &DkimDomain::domain) != domains.end())
            top.report().add(entry.field.line, entry.field.path, {"this domain stands here twice", {}});
        domains.push_back(std::move(domain));
    }
    return domains;
}

std::vector<std::string> read_rewrites(const Section& relay) {
    std::vector<std::string> names;
    const Field* list = relay.find("rewrites");
    if (list == nullptr) return names;
    if (list->node->kind != Node::Kind::sequence) {
        relay.complain("rewrites", {fmt::format("expected a list such as [message-id, date], got {}",
                                                name_of(list->node->kind)),
                                    {}});
        return names;
    }
    const std::vector<std::string> known(rewritable.begin(), rewritable.end());
    for (const Node& item : list->node->items) {
        const auto text = read_text(item, "the name of a header field");
        const std::string name = text ? ascii_lower(*text) : std::string();
        if (text && std::ranges::find(known, name) != known.end()) {
            names.push_back(name);
        } else {
            relay.report().add(item.line, list->path, text ? unknown_choice(*text, known) : text.error());
        }
    }
    return names;
}

}  // namespace paperround::config
