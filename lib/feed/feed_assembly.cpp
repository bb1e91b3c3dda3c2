#include "feed/feed_assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/address/url.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "feed/feed_recording.hpp"
#include "feed/opening_title.hpp"
#include "feed/subtitle.hpp"
#include "feed/text/character_reference.hpp"
#include "feed/text/feed_date.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/text/html_links.hpp"
#include "feed/text/text_to_html.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t longest_id = 1000;
constexpr std::size_t longest_url = 2000;
constexpr std::size_t longest_category = 100;
constexpr std::size_t most_tags = 50;
constexpr std::size_t most_warnings = 100;
constexpr std::size_t most_hubs = 8;

std::string subtitle_of(const RawPost& raw, const PostPlace& place) {
    std::string said = one_line(raw.subtitle, longest_subtitle);
    if (!said.empty()) return said == place.title || repeats_beginning(said, raw.html) ? std::string{} : said;
    if (raw.html.empty() || raw.summary.empty()) return {};
    return subtitle_in(raw.summary, raw.html, place);
}

std::vector<std::string> tags_of(const std::vector<std::string>& raw) {
    std::vector<std::string> tags;
    for (const std::string& text : raw) {
        std::string tag = one_line(text, longest_category);
        if (tag.empty() || tags.size() >= most_tags || std::ranges::find(tags, tag) != tags.end()) continue;
        tags.push_back(std::move(tag));
    }
    return tags;
}

// Whether a tag begins here, also one that no mail will have. `<ann@harbour.example>` is none, and
// `List<String>` is read as one only where it is closed.
bool begins_tag(std::string_view html, std::size_t at) {
    const char first = at + 1 < html.size() ? html[at + 1] : ' ';
    if (first == '/' || first == '!') return true;
    const auto end =
        html.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:", at + 1);
    if (!is_ascii_alpha(first) || end == std::string_view::npos) return false;
    const std::string_view name = html.substr(at + 1, end - at - 1);
    const bool bare = html[end] == '>';
    return (bare && name.find('-') != std::string_view::npos) || is_ascii_space(html[end]) ||
           html[end] == '/' || (bare && has_tags(html.substr(at, end + 1 - at)));
}

bool has_any_tag(std::string_view html) {
    for (auto at = html.find('<'); at < html.size(); at = html.find('<', at + 1)) {
        if (begins_tag(html, at)) return true;
    }
    return false;
}

// Markup that was escaped once more than it had to be: all of it, from its first tag to its last.
bool is_escaped_markup(std::string_view decoded) {
    decoded = trim(decoded);
    const auto end = decoded.find("</");
    return decoded.starts_with('<') && decoded.ends_with('>') && end != std::string_view::npos &&
           has_tags(decoded.substr(end));
}

bool has_picture(std::string_view html) {
    return ascii_lower(html).find("<img") != std::string::npos;
}

// A body or summary. Without tags it is plain text that was put where HTML is due: its lines stay lines.
std::string html_of_body(std::string_view raw) {
    std::string html = body_text(without_cdata_marks(raw));
    if (has_any_tag(html)) return html;
    if (std::string decoded = decode_references(html); is_escaped_markup(decoded)) return decoded;
    const bool of_one_line = html.find('\n') == std::string::npos && html.find("://") == std::string::npos;
    return of_one_line ? html : text_to_html(decode_references(html));
}

std::string identity(const RawPost& raw, const Post& post) {
    std::string id = one_line(raw.id, longest_id + 1);
    // A longer one is still an identity, but not one to keep in an index.
    if (id.size() > longest_id) return "sha256:" + hex(sha256(raw.id));
    if (!id.empty()) return id;
    if (!post.link.empty()) return post.link;
    return "sha256:" + content_fingerprint(post);
}

constexpr std::size_t most_pictures = 20;

// What was posted for its pictures shows them all: nothing but pictures, or a few words without a title.
void take_pictures(const RawPost& raw, Post& post) {
    // Who writes a few words without a title puts the pictures in order, and none is the feed's.
    const auto order = post.title.empty() ? PictureOrder::as_given : PictureOrder::best_first;
    const auto pictures = chosen_pictures(raw.pictures, post.author, order);
    const bool of_pictures = (post.html.empty() || post.title.empty()) && !has_picture(post.html);
    std::size_t shown = 0;
    for (const PictureOffer& picture : pictures) {
        const std::string url = strict_web_url(picture.url, BaseUrl(raw.base));
        if (url.empty()) continue;
        if (shown++ == 0) post.image = url;
        if (!of_pictures || shown > most_pictures) break;
        // The first one stands at the top of the mail, but without its description.
        const bool described = post.title.empty() && !picture.alt.empty();
        if (shown > 1 || described) post.html += picture_html(picture, url);
    }
}

void take_recordings(const RawPost& raw, Post& post) {
    std::vector<std::string> addresses;
    for (const std::string& recording : raw.recordings)
        addresses.push_back(strict_web_url(recording, BaseUrl(raw.base)));
    post.html += recordings_html(addresses, post.html, post.link);
}

}  // namespace

std::string strict_web_url(std::string_view reference, BaseUrl base) {
    reference = trim(reference);
    if (reference.empty() || reference.size() > longest_url) return {};
    std::string absolute =
        replace_all(one_line(resolve_url(base.url, reference), longest_url + 1), " ", "%20");
    // Escaped once more than XML wants: in no address does this stand for itself.
    absolute = replace_all(absolute, "&amp;", "&");
    const auto url = parse_url(absolute);
    return url && url->is_web() && absolute.size() <= longest_url ? absolute : std::string{};
}

void FeedAssembly::set_title(std::string_view plain) {
    result_.title = one_line(plain);
}

void FeedAssembly::set_link(std::string_view base, std::string_view link) {
    result_.link = strict_web_url(link, BaseUrl(base));
}

void FeedAssembly::add_hub(std::string_view base, std::string_view link) {
    std::string hub = strict_web_url(link, BaseUrl(base));
    if (!hub.empty() && result_.hubs.size() < most_hubs) result_.hubs.push_back(std::move(hub));
}

void FeedAssembly::set_self(std::string_view base, std::string_view link) {
    if (result_.self.empty()) result_.self = strict_web_url(link, BaseUrl(base));
}

void FeedAssembly::warn(std::string_view message) {
    if (result_.warnings.size() < most_warnings)
        result_.warnings.push_back({{}, 0, 0, one_line(message, 300)});
}

void FeedAssembly::add(RawPost raw) {
    if (full_) return;
    if (result_.posts.size() >= most_posts) {
        full_ = true;
        return warn(fmt::format("more than {} posts: the rest is left out", most_posts));
    }
    Post post;
    post.title = said_title(one_line(raw.title));
    post.link = strict_web_url(raw.link, BaseUrl(raw.base));
    raw.html = html_of_body(raw.html);
    raw.summary = html_of_body(raw.summary);
    const PostPlace place{post.title, post.link, result_.title, result_.link};
    post.subtitle = subtitle_of(raw, place);
    post.html = without_source_note(raw.html.empty() ? std::move(raw.summary) : std::move(raw.html), place);
    // Relative addresses follow the post's link; without one, the site's.
    if (post.link.empty())
        post.html =
            absolute_links(post.html, result_.link.empty() ? raw.base : result_.link, Fragments::kept);
    post.author = one_line(raw.author, 300);
    post.published = parse_feed_date(raw.date);
    post.tags = tags_of(raw.tags);
    if (post.title.empty() && post.html.empty() && post.link.empty()) {
        return warn("an item without title, link and body is left out");
    }
    post.id = identity(raw, post);
    post.html = without_opening_title(std::move(post.html), post.title);
    take_pictures(raw, post);
    take_recordings(raw, post);
    if (!post.published && !trim(raw.date).empty()) {
        warn(fmt::format("\"{}\": the date \"{}\" is not readable", post.title, one_line(raw.date, 60)));
    }
    result_.posts.push_back(std::move(post));
}

FeedResult FeedAssembly::finish() {
    tell_shared_ids_apart();
    return std::move(result_);
}

// An id that several items share ("N/A", a site's address) identifies none of them; unless they are one item
// that the feed has twice.
void FeedAssembly::tell_shared_ids_apart() {
    std::map<std::string, std::set<std::pair<std::string, std::string>>> sharing;  // by id: links and titles
    std::map<std::string, int> links;
    for (const Post& post : result_.posts) {
        sharing[post.id].emplace(post.link, post.title);
        ++links[post.link];
    }
    std::set<std::string> ids;
    std::vector<Post> posts = std::move(result_.posts);
    result_.posts = {};
    for (Post& post : posts) {
        const std::string said = post.id;
        if (sharing[said].size() > 1) {
            const std::string when = post.published ? format_rfc3339(*post.published) : std::string{};
            post.id = !post.link.empty() && links[post.link] == 1
                          ? post.link
                          : "sha256:" + hex(sha256(post.title + "\n" + post.link + "\n" + when));
        }
        if (ids.insert(post.id).second) {
            result_.posts.push_back(std::move(post));
        } else {
            warn(fmt::format("the id \"{}\" comes twice: the later item is left out", said));
        }
    }
    for (const auto& [id, items] : sharing) {
        if (items.size() > 1)
            warn(fmt::format("the id \"{}\" is that of {} items: it identifies none of them", id,
                             items.size()));
    }
}

}  // namespace paperround::feed
