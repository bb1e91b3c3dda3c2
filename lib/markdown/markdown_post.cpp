#include "markdown/markdown_post.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "config/time/zone.hpp"
#include "feed/feed_assembly.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/code_lines.hpp"
#include "markdown/foreign_markup.hpp"
#include "markdown/front_matter.hpp"
#include "markdown/markdown.hpp"
#include "markdown/markdown_bounds.hpp"
#include "markdown/opening_heading.hpp"
#include "markdown/post_file_name.hpp"
#include "markdown/relative_targets.hpp"

namespace paperround::markdown {

namespace {

// The clocks of the zone show what is written, where that names no zone itself.
std::optional<Time> moment_of(const std::optional<feed::WrittenDate>& written, const std::string& zone) {
    if (!written) return std::nullopt;
    return written->zoned ? written->time : config::Zone(zone).moment_of(written->time);
}

// The line of `<<<<<<< ours` where `=======` and `>>>>>>> theirs` follow, as git leaves them; 0: there is
// none.
std::size_t line_of_merge_mark(std::string_view body) {
    CodeLines code;
    std::size_t first = 0;
    bool parted = false;
    std::size_t number = 0;
    for (const std::string_view line : split(body, '\n')) {
        ++number;
        if (code.is_code(line)) continue;
        if (line.starts_with("<<<<<<< ")) {
            first = number;
            parted = false;
        }
        parted = parted || (first > 0 && trim(line) == "=======");
        if (parted && line.starts_with(">>>>>>> ")) return first;
    }
    return 0;
}

std::string web_or_warn(const std::string& value, std::string_view key, std::string_view file,
                        MarkdownPost& into) {
    std::string url = feed::strict_web_url(value, BaseUrl());
    if (url.empty() && !value.empty()) {
        into.warnings.push_back(
            {std::string(file), 0, 0,
             fmt::format("{}: expected an absolute http or https URL, got \"{}\"; left out", key,
                         utf8_prefix(value, 100))});
    }
    return url;
}

// Gives a post's relative targets the places that they have for readers, and notes what has none.
class TargetReader {
  public:
    TargetReader(const FindPicture& find, MarkdownPost& into) : find_(find), into_(into) {}

    // Nothing where it is lost.
    std::optional<std::string> picture(const std::string& src) {
        if (!is_relative(src)) return src;
        const std::string& path = path_of(src);
        if (path.empty()) {
            lose(src);
            return std::nullopt;
        }
        return beside_reference(path);
    }
    std::string html(std::string_view text) {
        return rewrite_targets(text, {.picture = [this](const std::string& src) { return picture(src); },
                                      .other =
                                          [this](const std::string& target) {
                                              if (is_relative(target)) lose(target);
                                          }});
    }
    void warn(std::string_view file) const {
        if (lost_.empty()) return;
        into_.warnings.push_back(
            {std::string(file), 0, 0,
             fmt::format("{}: relative, and the post has no link that they could follow: the picture or the "
                         "link is lost, its words stay",
                         fmt::join(lost_, ", "))});
    }

  private:
    // Several times what a mail carries: each is looked for on the disk.
    static constexpr std::size_t most_looked_for = 500;

    const std::string& path_of(const std::string& src) {
        const auto [known, is_new] = paths_.try_emplace(src);
        if (is_new && find_ && paths_.size() <= most_looked_for) {
            known->second = find_(src);
            if (!known->second.empty() && seen_.insert(known->second).second)
                into_.pictures.push_back(known->second);
        }
        return known->second;
    }
    void lose(const std::string& target) {
        constexpr std::size_t most_lost = 50;
        if (lost_.size() < most_lost && seen_.insert(target).second)
            lost_.push_back(feed::one_line(target, 200));
    }

    const FindPicture& find_;
    MarkdownPost& into_;
    std::map<std::string, std::string> paths_;  // by what stands in the post
    std::set<std::string> seen_;
    std::vector<std::string> lost_;
};

// The picture that the front matter names: it follows the post's link, as those in the text do.
std::string lead_picture(const std::string& value, std::string_view file, TargetReader& targets,
                         MarkdownPost& into) {
    if (!is_relative(value)) return web_or_warn(value, "image", file, into);
    if (!into.post.link.empty()) return feed::strict_web_url(value, BaseUrl(into.post.link));
    return targets.picture(value).value_or("");
}

std::string rendered(std::string_view name, std::string_view body, std::size_t body_line,
                     MarkdownPost& into) {
    const OwnMarkdown own = without_foreign_markup(body);
    for (const ForeignMarkup& each : own.foreign) {
        into.warnings.push_back({std::string(name), body_line - 1 + each.line, 0,
                                 fmt::format("\"{}\" is markup of another program (Jekyll's Liquid, Hugo's "
                                             "shortcodes): readers see it as it stands",
                                             each.text)});
    }
    return markdown_to_html(own.text);
}

}  // namespace

Result<MarkdownPost, feed::FeedIssue> read_markdown_post(std::string_view name, std::string_view text,
                                                         const std::string& zone, const FindPicture& find) {
    auto matter = read_front_matter(text);
    if (!matter)
        return failure(feed::FeedIssue{std::string(name), matter.error().line, 0, matter.error().message});
    if (const auto line = line_of_merge_mark(matter->body); line > 0) {
        return failure(
            feed::FeedIssue{std::string(name), matter->body_line - 1 + line, 0,
                            "holds the marks of a merge that is not finished (<<<<<<<): left out"});
    }
    if (auto refusal = refusal_of_markdown(matter->body)) {
        return failure(feed::FeedIssue{std::string(name), matter->body_line - 1 + refusal->line, 0,
                                       std::move(refusal->message) + ": left out"});
    }
    MarkdownPost read;
    feed::Post& post = read.post;
    for (FrontMatterError& problem : matter->problems)
        read.warnings.push_back({std::string(name), problem.line, 0, std::move(problem.message)});
    const PathParts parts = parts_of_path(name);
    std::string_view body = matter->body;
    post.title = matter->title;
    read.after = std::move(matter->after);
    // The first heading is the title, or says it again: it stands in the mail once.
    const auto heading = opening_heading(body);
    if (heading &&
        (post.title.empty() ? heading->level == 1 : feed::says_the_same(post.title, heading->text))) {
        if (post.title.empty()) post.title = heading->text;
        body = heading->after;
    }
    read.draft = matter->draft;
    read.ignored_keys = std::move(matter->ignored);
    if (post.title.empty() && !read.draft && !trim(body).empty()) {
        return failure(
            feed::FeedIssue{std::string(name), matter->body_line, 0,
                            "title: expected one in the front matter, or a first line \"# Title\""});
    }
    post.id = matter->slug.empty() ? parts.id : matter->slug;
    if (matter->slug.empty()) read.former_id = parts.former_id;
    post.subtitle = matter->subtitle;
    post.author = matter->author;
    read.publish = moment_of(matter->publish, zone);
    read.expires = moment_of(matter->expires, zone);
    post.published = moment_of(matter->date, zone);
    if (!post.published && parts.date)
        post.published = moment_of(feed::WrittenDate{*parts.date, false}, zone);
    if (!post.published) post.published = read.publish;
    post.link = web_or_warn(matter->link, "link", name, read);
    TargetReader targets(find, read);
    post.image = lead_picture(matter->image, name, targets, read);
    post.tags = std::move(matter->tags);
    const auto body_offset = static_cast<std::size_t>(std::count(matter->body.data(), body.data(), '\n'));
    post.html = rendered(name, body, matter->body_line + body_offset, read);
    if (post.link.empty()) post.html = targets.html(post.html);  // else they follow it
    targets.warn(name);
    read.empty = trim(post.html).empty() && post.image.empty() && post.link.empty() && post.subtitle.empty();
    return read;
}

}  // namespace paperround::markdown
