#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

constexpr std::size_t most_sources = 100;
constexpr unsigned most_in_a_digest = 100;
constexpr std::size_t most_post_tags = 100;
constexpr Duration letters_every = 1min;  // a look opens no file that is as it was

Source read_source(const Field& field, const std::filesystem::path& folder, Report& report) {
    Source source;
    if (field.node->kind != Node::Kind::mapping) {
        report.add(
            field.line, field.path,
            {fmt::format("expected \"feed: URL\" or \"folder: PATH\", got {}", name_of(field.node->kind)),
             {}});
        return source;
    }
    const Section section(field, source_keys, report);
    if (section.has("feed") == section.has("folder")) {
        const std::string_view came = section.has("feed") ? "both" : "neither";
        report.add(field.line, field.path, {fmt::format("expected either feed or folder, got {}", came), {}});
    }
    section.read("feed", source.location, read_url_text, std::vector<std::string>{"http", "https", "file"});
    if (std::filesystem::path path; section.read("folder", path, read_mounted_folder, folder)) {
        source.kind = SourceKind::folder;
        source.max_age.reset();
        source.location = path.string();
    }
    section.read("every", source.every, read_duration, 1s, 30 * 24h);
    section.read("backlog", source.backlog, read_number, 0U, 1000U);
    if (Duration age{}; section.read("max_age", age, read_duration, 1h, 100 * 365 * 24h))
        source.max_age = age;
    section.read("max_new_posts", source.max_new_posts, read_number, 1U, 1000U);
    section.read("websub", source.websub, read_flag);
    if (section.has("websub") && section.has("folder"))
        section.complain("websub", {"only a feed has it: no hub pushes a folder", {}});
    return source;
}

std::vector<Source> read_sources(const Section& newsletter, const std::filesystem::path& folder) {
    std::vector<Source> sources;
    const Field* list = newsletter.find("sources");
    if (list == nullptr) return sources;
    Report& report = newsletter.report();
    if (list->node->kind != Node::Kind::sequence || list->node->items.empty()) {
        const std::string_view came =
            list->node->kind == Node::Kind::sequence ? "an empty list" : name_of(list->node->kind);
        newsletter.complain("sources",
                            {fmt::format("expected a list of feeds and folders, got {}", came), {}});
        return sources;
    }
    if (list->node->items.size() > most_sources) {
        newsletter.complain("sources", {fmt::format("expected at most {} sources", most_sources), {}});
        return sources;
    }
    for (std::size_t i = 0; i < list->node->items.size(); ++i) {
        const Node& item = list->node->items[i];
        const Field field{&item, fmt::format("{}[{}]", list->path, i), item.line};
        Source source = read_source(field, folder, report);
        const auto same = std::ranges::find(sources, source.location, &Source::location);
        if (!source.location.empty() && same != sources.end()) {
            report.add(field.line, field.path,
                       {fmt::format("the same source as sources[{}]", same - sources.begin()), {}});
        }
        sources.push_back(std::move(source));
    }
    return sources;
}

Value<std::string> read_known_relay(const Node& node, const std::vector<std::string>& relays) {
    auto text = read_text(node, "the name of a relay");
    if (!text || std::ranges::find(relays, *text) != relays.end()) return text;
    return failure(Complaint{fmt::format("there is no relay {}", in_quotes(*text)), nearest(*text, relays)});
}

// The relay's name: as written, or that of the only relay.
std::string read_relay_name(const Section& newsletter, const std::vector<std::string>& relays) {
    if (!newsletter.has("relay")) {
        if (relays.size() == 1) return relays.front();
        if (relays.size() > 1)
            newsletter.complain("relay", {"required key is missing: there is more than one relay", {}});
        return {};
    }
    std::string name;
    newsletter.read("relay", name, read_known_relay, relays);
    return name;
}

// A name, or a name with its weight.
RelayShare read_relay_share(const Field& field, const std::vector<std::string>& relays, Report& report) {
    RelayShare share;
    if (field.node->kind == Node::Kind::scalar) {
        auto name = read_known_relay(*field.node, relays);
        if (name) share.relay = std::move(*name);
        if (!name) report.add(field.line, field.path, std::move(name.error()));
        return share;
    }
    const Section section(field, share_keys, report);
    section.require({"relay"});
    section.read("relay", share.relay, read_known_relay, relays);
    section.read("weight", share.weight, read_number, 0U, 100U);
    return share;
}

std::vector<RelayShare> read_relay_shares(const Section& newsletter, const std::vector<std::string>& relays) {
    std::vector<RelayShare> shares;
    const Field& list = *newsletter.find("relays");
    Report& report = newsletter.report();
    if (newsletter.has("relay"))
        newsletter.complain("relays", {"expected either relay or relays, got both", {}});
    if (list.node->kind != Node::Kind::sequence || list.node->items.empty()) {
        const std::string_view came =
            list.node->kind == Node::Kind::sequence ? "an empty list" : name_of(list.node->kind);
        newsletter.complain("relays", {fmt::format("expected a list of relays, got {}", came), {}});
        return shares;
    }
    for (std::size_t i = 0; i < list.node->items.size(); ++i) {
        const Node& item = list.node->items[i];
        const Field field{&item, fmt::format("{}[{}]", list.path, i), item.line};
        RelayShare share = read_relay_share(field, relays, report);
        const auto same = std::ranges::find(shares, share.relay, &RelayShare::relay);
        if (!share.relay.empty() && same != shares.end()) {
            report.add(field.line, field.path,
                       {fmt::format("the same relay as relays[{}]", same - shares.begin()), {}});
        }
        shares.push_back(std::move(share));
    }
    if (std::ranges::all_of(shares, [](const RelayShare& share) { return share.weight == 0; })) {
        newsletter.complain("relays", {"expected at least one relay with a weight above 0", {}});
    }
    return shares;
}

std::optional<Digest> read_digest(const Section& section, const Schedule& schedule) {
    bool wanted = false;
    Digest digest;
    section.read("digest", wanted, read_flag);
    section.read("at_least", digest.at_least, read_number, 1U, most_in_a_digest);
    section.read("at_most", digest.at_most, read_number, 1U, most_in_a_digest);
    for (const char* key : {"at_least", "at_most"}) {
        if (!wanted && section.has(key))
            section.complain(key, {"only a digest has it: say digest: true", {}});
    }
    if (!wanted) return std::nullopt;
    if (schedule.kind == Schedule::Kind::immediately)
        section.complain("digest", {"a digest needs a schedule such as daily 08:00", {}});
    if (digest.at_least > digest.at_most)
        section.complain("at_least", {fmt::format("expected at most at_most ({})", digest.at_most), {}});
    return digest;
}

Value<Segment> read_segment(const Node& node) {
    const auto text = read_text(node, "an expression such as lang = 'de'");
    if (!text) return failure(text.error());
    auto segment = Segment::parse(*text);
    if (segment) return std::move(*segment);
    return failure(
        Complaint{fmt::format("column {} of it: {}", segment.error().column, segment.error().message), {}});
}

// A list of tags, or one.
std::vector<std::string> read_post_tags(const Section& section, std::string_view key) {
    std::vector<std::string> tags;
    const Field* field = section.find(key);
    if (field == nullptr) return tags;
    const bool one = field->node->kind == Node::Kind::scalar;
    const std::span<const Node> nodes =
        one ? std::span<const Node>(field->node, 1) : std::span<const Node>(field->node->items);
    if (nodes.empty() || field->node->kind == Node::Kind::mapping || nodes.size() > most_post_tags) {
        section.complain(key, {fmt::format("expected a list of 1 to {} tags", most_post_tags), {}});
        return tags;
    }
    for (const Node& node : nodes) {
        auto tag = read_text(node, "a tag");
        if (tag) {
            tags.push_back(ascii_lower(*tag));
        } else {
            section.report().add(node.line, field->path, std::move(tag.error()));
        }
    }
    return tags;
}

// Reads which posts are sent, and when.
void read_timing(const Section& section, const std::string& default_zone, Newsletter& newsletter) {
    std::string zone = default_zone;
    section.read("schedule", newsletter.schedule, read_schedule);
    section.read("timezone", zone, read_zone);
    newsletter.schedule.zone = zone;
    newsletter.digest = read_digest(section, newsletter.schedule);
    if (SendWindow window; section.read("window", window, read_send_window)) {
        window.zone = zone;
        newsletter.window = window;
    }
    section.read("hold", newsletter.hold, read_duration, 1s, 7 * 24h);
    section.read("approve", newsletter.approve, read_flag);
    newsletter.only = read_post_tags(section, "only");
    newsletter.except = read_post_tags(section, "except");
}

// Whether one is the other, or lies in it.
bool share_files(const std::filesystem::path& one, const std::filesystem::path& other) {
    const auto parts = [](const std::filesystem::path& path) {
        const auto normal = path.lexically_normal();
        std::vector<std::filesystem::path> all(normal.begin(), normal.end());
        if (!all.empty() && all.back().empty()) all.pop_back();  // behind a slash at the end
        return all;
    };
    const auto these = parts(one);
    const auto those = parts(other);
    const std::size_t common = std::min(these.size(), those.size());
    return std::equal(these.begin(), these.begin() + static_cast<std::ptrdiff_t>(common), those.begin());
}

std::optional<Source> read_welcome(const Section& section, const std::filesystem::path& folder,
                                   const Newsletter& newsletter) {
    std::filesystem::path path;
    if (!section.read("welcome", path, read_mounted_folder, folder)) return std::nullopt;
    if (!newsletter.subscribe)
        section.complain("welcome", {"only who joins by a page gets its letters: say subscribe: true", {}});
    for (std::size_t i = 0; i < newsletter.sources.size(); ++i) {
        const Source& source = newsletter.sources[i];
        if (source.kind == SourceKind::folder && share_files(source.location, path)) {
            section.complain("welcome",
                             {fmt::format("shares files with sources[{}]: its letters would be mailed as "
                                          "posts; expected a folder apart",
                                          i),
                              {}});
        }
    }
    Source welcome;
    welcome.kind = SourceKind::folder;
    welcome.location = path.string();
    welcome.every = letters_every;
    welcome.max_age.reset();
    welcome.letters = true;
    return welcome;
}

}  // namespace

Newsletter read_newsletter(const Entry& entry, const MappingContext& context, Report& report) {
    const Section section(entry.field, newsletter_keys, report);
    section.require({"title", "from", "sources"});
    Newsletter newsletter;
    newsletter.name = entry.name;
    if (!is_identifier(entry.name)) {
        report.add(entry.field.line, entry.field.path,
                   {"expected a name of at most 40 characters a-z, 0-9, '-' and '_'", {}});
    }
    section.read("title", newsletter.title, read_text, "a title");
    section.read("from", newsletter.from, read_mailbox);
    section.read("reply_to", newsletter.reply_to, read_mailbox);
    section.read("postal_address", newsletter.postal_address, read_text, "an address");
    section.read("language", newsletter.language, read_language);
    section.read("list_id", newsletter.list_id, read_list_id);
    newsletter.theme = read_theme(section);
    newsletter.share = read_share_services(section);
    newsletter.sources = read_sources(section, context.folder);
    read_timing(section, context.zone, newsletter);
    newsletter.fetch_pictures = context.fetch_pictures;
    section.read("fetch_pictures", newsletter.fetch_pictures, read_flag);
    if (newsletter.digest) newsletter.template_name = "digest";
    section.read("template", newsletter.template_name, read_identifier, "the name of a template");
    section.read("to", newsletter.to, read_segment);
    section.read("subscribe", newsletter.subscribe, read_flag);
    section.read("confirm", newsletter.confirm, read_flag);
    if (section.has("confirm") && !newsletter.subscribe)
        section.complain("confirm", {"only a page to subscribe has it: say subscribe: true", {}});
    section.read("archive", newsletter.archive, read_flag);
    newsletter.welcome = read_welcome(section, context.folder, newsletter);
    section.read("bounce_domain", newsletter.bounce_domain, read_bounce_domain);
    newsletter.rate = read_rate_key(section);
    section.read("connections", newsletter.connections, read_number, 1U, 1000U);
    if (section.has("relays")) {
        newsletter.relays = read_relay_shares(section, context.relays);
    } else {
        newsletter.relay = read_relay_name(section, context.relays);
    }
    return newsletter;
}

}  // namespace paperround::config
