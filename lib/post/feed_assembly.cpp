#include "post/feed_assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/crypto.hpp"
#include "base/date_time.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "post/feed_date.hpp"
#include "post/feed_text.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t longest_id = 1000;
constexpr std::size_t longest_url = 2000;
constexpr std::size_t longest_subtitle = 300;
constexpr std::size_t longest_tag = 100;
constexpr std::size_t most_tags = 50;
constexpr std::size_t most_warnings = 100;
constexpr std::size_t most_hubs = 8;

// A summary that only repeats how the body begins ("The tide was out and […]") is an excerpt, not a subtitle.
bool is_excerpt(std::string_view summary, std::string_view html) {
    for (const std::string_view ending : {"[\u2026]", "[...]", "\u2026", "..."}) {
        if (summary.ends_with(ending)) {
            summary.remove_suffix(ending.size());
            break;
        }
    }
    const auto without_spaces = [](std::string_view text) {
        std::string out;
        std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return !is_ascii_space(c); });
        return out;
    };
    return without_spaces(plain_text(html, longest_subtitle * 4)).starts_with(without_spaces(summary));
}

std::string subtitle_of(const RawPost& raw, std::string_view title) {
    std::string said = one_line(raw.subtitle, longest_subtitle);
    if (!said.empty()) return said == title ? std::string{} : said;
    if (raw.html.empty() || raw.summary.empty()) return {};
    std::string summary = plain_text(raw.summary, longest_subtitle + 1);
    if (summary.size() > longest_subtitle || summary == title || is_excerpt(summary, raw.html)) return {};
    return summary;
}

std::vector<std::string> tags_of(const std::vector<std::string>& raw) {
    std::vector<std::string> tags;
    for (const std::string& text : raw) {
        std::string tag = one_line(text, longest_tag);
        if (tag.empty() || tags.size() >= most_tags || std::ranges::find(tags, tag) != tags.end()) continue;
        tags.push_back(std::move(tag));
    }
    return tags;
}

// Also of tags that no mail will have.
bool has_any_tag(std::string_view html) {
    for (auto at = html.find('<'); at < html.size() && at + 1 < html.size(); at = html.find('<', at + 1)) {
        if (is_ascii_alpha(html[at + 1]) || html[at + 1] == '/' || html[at + 1] == '!') return true;
    }
    return false;
}

// A body or summary. Without tags it is plain text that was put where HTML is due: its lines stay lines.
std::string html_of_body(std::string_view raw) {
    std::string html = body_text(without_cdata_marks(raw));
    if (has_any_tag(html)) return html;
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

}  // namespace

std::string web_url(std::string_view base, std::string_view reference) {
    reference = trim(reference);
    if (reference.empty() || reference.size() > longest_url) return {};
    std::string absolute = replace_all(one_line(resolve_url(base, reference), longest_url + 1), " ", "%20");
    // Escaped once more than XML wants: in no address does this stand for itself.
    absolute = replace_all(absolute, "&amp;", "&");
    const auto url = parse_url(absolute);
    return url && url->is_web() && absolute.size() <= longest_url ? absolute : std::string{};
}

void FeedAssembly::set_title(std::string_view plain) {
    result_.title = one_line(plain);
}

void FeedAssembly::set_link(std::string_view base, std::string_view link) {
    result_.link = web_url(base, link);
}

void FeedAssembly::add_hub(std::string_view base, std::string_view link) {
    std::string hub = web_url(base, link);
    if (!hub.empty() && result_.hubs.size() < most_hubs) result_.hubs.push_back(std::move(hub));
}

void FeedAssembly::set_self(std::string_view base, std::string_view link) {
    if (result_.self.empty()) result_.self = web_url(base, link);
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
    post.title = one_line(raw.title);
    post.link = web_url(raw.base, raw.link);
    raw.html = html_of_body(raw.html);
    raw.summary = html_of_body(raw.summary);
    post.subtitle = subtitle_of(raw, post.title);
    post.html = raw.html.empty() ? std::move(raw.summary) : std::move(raw.html);
    post.author = one_line(raw.author, 300);
    post.published = parse_feed_date(raw.date);
    post.image = web_url(raw.base, raw.image);
    post.tags = tags_of(raw.tags);
    if (post.title.empty() && post.html.empty() && post.link.empty()) {
        return warn("an item without title, link and body is left out");
    }
    post.id = identity(raw, post);
    if (!post.published && !trim(raw.date).empty()) {
        warn(fmt::format("\"{}\": the date \"{}\" is not readable", post.title, one_line(raw.date, 60)));
    }
    result_.posts.push_back(std::move(post));
}

FeedResult FeedAssembly::finish() {
    settle_identities();
    return std::move(result_);
}

// An id that several items share ("N/A", a site's address) identifies none of them; unless they are one item
// that the feed has twice.
void FeedAssembly::settle_identities() {
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

}  // namespace paperround::post
