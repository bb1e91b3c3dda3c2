// JSON Feed 1.1 (and 1.0).
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/address/url.hpp"
#include "base/text.hpp"
#include "feed/feed_assembly.hpp"
#include "feed/feed_recording.hpp"
#include "feed/text/character_reference.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/text/html_links.hpp"
#include "feed/text/text_to_html.hpp"

namespace paperround::feed {

namespace {

using nlohmann::json;

constexpr std::size_t deepest_json = 64;
// Each takes up to a hundred octets once it is read.
constexpr std::size_t most_json_values = 1'000'000;

FeedIssue issue_at(std::string_view text, std::size_t octet, std::string message) {
    const std::string_view before = text.substr(0, std::min(octet, text.size()));
    const auto line_start = before.rfind('\n');
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t column =
        line_start == std::string_view::npos ? before.size() : before.size() - line_start - 1;
    return {{}, lines + 1, column + 1, std::move(message)};
}

// The place where brackets nest too deep, or where there are more values than any feed has, so that the
// parser never sees it.
std::optional<FeedIssue> too_large_at(std::string_view text) {
    std::size_t depth = 0;
    std::size_t values = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            ++values;
            if (++depth > deepest_json)
                return issue_at(text, i, fmt::format("nested deeper than {}", deepest_json));
        } else if (c == ',' && ++values > most_json_values) {
            return issue_at(text, i, fmt::format("more than {} values", most_json_values));
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return std::nullopt;
}

// A member as text; numbers too, since some ids are written so. Empty for anything else.
std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    return found->is_number() ? found->dump() : std::string{};
}

const json* array_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? &*found : nullptr;
}

std::string authors_of(const json& object) {
    std::string names;
    const auto add = [&names](const json& author) {
        if (!author.is_object() && !author.is_string()) return;
        const std::string said = author.is_string() ? author.get<std::string>() : text_of(author, "name");
        const std::string name = one_line(said, 200);
        if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
    };
    if (const json* authors = array_of(object, "authors")) {
        std::ranges::for_each(*authors, add);
    } else if (const auto author = object.find("author"); author != object.end()) {
        add(*author);
    }
    return names;
}

std::vector<std::string> recordings_of(const json& item) {
    std::vector<std::string> recordings;
    const json* attachments = array_of(item, "attachments");
    if (attachments == nullptr) return recordings;
    for (const json& attachment : *attachments) {
        if (recordings.size() == most_recordings) break;
        if (!attachment.is_object()) continue;
        std::string url = text_of(attachment, "url");
        if (is_recording(text_of(attachment, "mime_type"), url)) recordings.push_back(std::move(url));
    }
    return recordings;
}

std::vector<PictureOffer> pictures_of(const json& item) {
    std::vector<PictureOffer> pictures;
    for (const char* key : {"image", "banner_image"}) {
        const auto image = item.find(key);
        const bool object = image != item.end() && image->is_object();
        pictures.push_back(offer_of(object ? text_of(*image, "url") : text_of(item, key)));
    }
    const json* attachments = array_of(item, "attachments");
    if (attachments == nullptr) return pictures;
    for (const json& attachment : *attachments) {
        if (attachment.is_object() && ascii_istarts_with(text_of(attachment, "mime_type"), "image/"))
            pictures.push_back(offer_of(text_of(attachment, "url")));
    }
    return pictures;
}

// `home`: the site's page, which relative addresses follow where the item has no page of its own there.
RawPost json_post(const json& item, const std::string& base, const std::string& home) {
    RawPost raw;
    raw.base = base;
    raw.id = text_of(item, "id");
    raw.link = text_of(item, "url");
    const bool elsewhere = trim(raw.link).empty();
    if (elsewhere) raw.link = text_of(item, "external_url");
    // Plain text by the letter; plugins that make it of HTML leave the references in.
    raw.title = decode_references(text_of(item, "title"));
    raw.summary = text_to_html(text_of(item, "summary"));
    raw.html = text_of(item, "content_html");
    if (trim(raw.html).empty() && text_of(item, "content_text").empty()) raw.html = text_of(item, "content");
    if (elsewhere) raw.html = absolute_links(raw.html, home.empty() ? base : home, Fragments::kept);
    if (trim(raw.html).empty()) raw.html = text_to_html(text_of(item, "content_text"));
    raw.author = authors_of(item);
    raw.date = text_of(item, "date_published");
    if (raw.date.empty()) raw.date = text_of(item, "date_modified");
    raw.pictures = pictures_of(item);
    raw.recordings = recordings_of(item);
    if (const json* tags = array_of(item, "tags")) {
        for (const json& tag : *tags) {
            if (tag.is_string()) raw.tags.push_back(tag.get<std::string>());
        }
    }
    return raw;
}

// Other kinds of hub (rssCloud) are asked in other ways.
void read_hubs(const json& feed, const std::string& base, FeedAssembly& into) {
    const json* hubs = array_of(feed, "hubs");
    if (hubs == nullptr) return;
    for (const json& hub : *hubs) {
        if (hub.is_object() && ascii_iequals(text_of(hub, "type"), "WebSub"))
            into.add_hub(base, text_of(hub, "url"));
    }
}

std::optional<FeedIssue> read_feed(const json& feed, std::string_view base_url, FeedAssembly& into) {
    const json* items = feed.is_object() ? array_of(feed, "items") : nullptr;
    if (items == nullptr)
        return FeedIssue{{}, 1, 1, "expected a JSON Feed: an object with an array \"items\""};
    if (text_of(feed, "version").find("jsonfeed.org/version/") == std::string::npos) {
        into.warn("no JSON Feed version is named; read as version 1.1");
    }
    into.set_title(decode_references(text_of(feed, "title")));
    into.set_link(base_url, text_of(feed, "home_page_url"));
    std::string base(base_url);
    const auto from = parse_url(base);
    if ((!from || !from->is_web()) && !into.link().empty()) base = into.link();
    into.set_self(base, text_of(feed, "feed_url"));
    read_hubs(feed, base, into);
    const std::string authors = authors_of(feed);
    for (const json& item : *items) {
        if (!item.is_object()) {
            into.warn("an item that is not an object is left out");
            continue;
        }
        RawPost raw = json_post(item, base, into.link());
        if (raw.author.empty()) raw.author = authors;
        into.add(std::move(raw));
    }
    return std::nullopt;
}

}  // namespace

std::optional<FeedIssue> read_json_feed(std::string_view utf8, std::string_view base_url,
                                        FeedAssembly& into) {
    if (auto refusal = too_large_at(utf8)) return refusal;
    try {
        return read_feed(json::parse(utf8), base_url, into);
    } catch (const json::parse_error& error) {
        return issue_at(utf8, error.byte == 0 ? 0 : error.byte - 1,
                        error.byte > utf8.size() ? "the document ends early" : "is not valid JSON");
    } catch (const json::exception& error) {
        return FeedIssue{{}, 1, 1, one_line(error.what(), 200)};
    }
}

}  // namespace paperround::feed
