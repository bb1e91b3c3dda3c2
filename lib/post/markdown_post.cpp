#include "post/markdown_post.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "config/zone.hpp"
#include "post/feed_assembly.hpp"
#include "post/feed_text.hpp"
#include "post/foreign_markup.hpp"
#include "post/front_matter.hpp"
#include "post/markdown.hpp"
#include "post/markdown_bounds.hpp"
#include "post/post_file_name.hpp"
#include "post/relative_targets.hpp"

namespace paperround::post {

namespace {

// The clocks of the zone show what is written, where that names no zone itself.
std::optional<Time> moment_of(const std::optional<WrittenDate>& written, const std::string& zone) {
    if (!written) return std::nullopt;
    if (written->zoned) return written->time;
    const auto day = std::chrono::floor<std::chrono::days>(written->time);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(written->time - day);
    return config::Zone(zone).moment(date::local_days(day.time_since_epoch()), minutes) +
           (written->time - day - minutes);
}

struct Heading {
    std::string text;
    std::size_t level = 1;
    std::string_view after;  // the body without it
};

// The `# heading` at the front of a body, or one that `====` underlines.
std::optional<Heading> heading_of(std::string_view body) {
    std::string_view rest = body;
    while (!rest.empty() && is_ascii_space(rest.front())) rest.remove_prefix(1);
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(end);
    const auto level = std::min(line.find_first_not_of('#'), line.size());
    if (level == 0 || level > 6 || level == line.size() || !is_ascii_space(line[level])) {
        const auto below = rest.empty() ? rest : rest.substr(1, rest.find('\n', 1) - 1);
        const bool underlined = !line.empty() && trim(below).size() > 2 &&
                                trim(below).find_first_not_of('=') == std::string_view::npos;
        if (!underlined) return std::nullopt;
        return Heading{plain_text(markdown_to_html(line)), 1, rest.substr(1 + below.size())};
    }
    line = trim(line.substr(level));
    while (line.ends_with('#')) line.remove_suffix(1);
    return Heading{plain_text(markdown_to_html(trim(line))), level, rest};
}

bool same_words(std::string_view a, std::string_view b) {
    return ascii_iequals(collapse_spaces(a), collapse_spaces(b));
}

std::string web_or_warn(const std::string& value, std::string_view key, std::string_view file,
                        MarkdownPost& into) {
    std::string url = web_url({}, value);
    if (url.empty() && !value.empty()) {
        into.warnings.push_back(
            {std::string(file), 0, 0,
             fmt::format("{}: expected an absolute http or https URL, got \"{}\"; left out", key,
                         utf8_prefix(value, 100))});
    }
    return url;
}

void render(std::string_view name, std::string_view body, std::size_t body_line, MarkdownPost& into) {
    const OwnMarkdown own = without_foreign_markup(body);
    for (const ForeignMarkup& each : own.foreign) {
        into.warnings.push_back({std::string(name), body_line - 1 + each.line, 0,
                                 fmt::format("\"{}\" is markup of another program (Jekyll's Liquid, Hugo's "
                                             "shortcodes): readers see it as it stands",
                                             each.text)});
    }
    into.post.html = markdown_to_html(own.text);
    if (!into.post.link.empty()) return;  // relative addresses follow it
    DetachedHtml detached = without_relative_targets(into.post.html);
    if (!detached.lost.empty()) {
        into.warnings.push_back(
            {std::string(name), 0, 0,
             fmt::format("{}: relative, and the post has no link that they could follow: the picture or the "
                         "link is lost, its words stay",
                         fmt::join(detached.lost, ", "))});
    }
    into.post.html = std::move(detached.html);
}

}  // namespace

Result<MarkdownPost, FeedIssue> read_markdown_post(std::string_view name, std::string_view text,
                                                   const std::string& zone) {
    auto matter = read_front_matter(text);
    if (!matter) return failure(FeedIssue{std::string(name), matter.error().line, 0, matter.error().message});
    if (auto refusal = refusal_of_markdown(matter->body)) {
        return failure(FeedIssue{std::string(name), matter->body_line - 1 + refusal->line, 0,
                                 std::move(refusal->message) + ": left out"});
    }
    MarkdownPost read;
    Post& post = read.post;
    for (FrontMatterError& problem : matter->problems)
        read.warnings.push_back({std::string(name), problem.line, 0, std::move(problem.message)});
    const PathParts parts = parts_of_path(name);
    std::string_view body = matter->body;
    post.title = matter->title;
    // The first heading is the title, or says it again: it stands in the mail once.
    const auto heading = heading_of(body);
    if (heading && (post.title.empty() ? heading->level == 1 : same_words(post.title, heading->text))) {
        if (post.title.empty()) post.title = heading->text;
        body = heading->after;
    }
    read.draft = matter->draft;
    read.ignored_keys = std::move(matter->ignored);
    if (post.title.empty() && !read.draft && !trim(body).empty()) {
        return failure(FeedIssue{std::string(name), matter->body_line, 0,
                                 "title: expected one in the front matter, or a first line \"# Title\""});
    }
    post.id = matter->slug.empty() ? parts.id : matter->slug;
    if (matter->slug.empty()) read.former_id = parts.former_id;
    post.subtitle = matter->subtitle;
    post.author = matter->author;
    read.publish = moment_of(matter->publish, zone);
    read.expires = moment_of(matter->expires, zone);
    post.published = moment_of(matter->date, zone);
    if (!post.published && parts.date) post.published = moment_of(WrittenDate{*parts.date, false}, zone);
    if (!post.published) post.published = read.publish;
    post.link = web_or_warn(matter->link, "link", name, read);
    post.image = web_or_warn(matter->image, "image", name, read);
    post.tags = std::move(matter->tags);
    const auto body_offset = static_cast<std::size_t>(std::count(matter->body.data(), body.data(), '\n'));
    render(name, body, matter->body_line + body_offset, read);
    read.empty = trim(post.html).empty() && post.image.empty() && post.link.empty() && post.subtitle.empty();
    return read;
}

}  // namespace paperround::post
