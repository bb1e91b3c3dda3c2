#include "post/markdown_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/date_time.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "post/feed_assembly.hpp"
#include "post/feed_text.hpp"
#include "post/front_matter.hpp"
#include "post/markdown.hpp"
#include "post/markdown_bounds.hpp"

namespace paperround::post {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_file = 1U << 20U;
constexpr std::size_t most_files = 10'000;

struct NameParts {
    std::optional<Time> date;
    std::string slug;
};

// `2026-11-22-slug.md`, as Jekyll has it, or `slug.md`.
NameParts parts_of(std::string_view name) {
    if (name.ends_with(".md")) name.remove_suffix(3);
    NameParts parts;
    if (name.size() > 11 && name[10] == '-') parts.date = parse_rfc3339(name.substr(0, 10));
    parts.slug = one_line(parts.date ? name.substr(11) : name, 500);
    return parts;
}

// Takes the `# heading` off the front of a body, and gives its text.
std::string take_heading(std::string_view& body) {
    std::string_view rest = body;
    while (!rest.empty() && is_ascii_space(rest.front())) rest.remove_prefix(1);
    if (!rest.starts_with("# ")) return {};
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view heading = trim(rest.substr(2, end - 2));
    while (heading.ends_with('#')) heading.remove_suffix(1);
    body = rest.substr(end);
    return plain_text(markdown_to_html(trim(heading)));
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

// A file of the folder itself: a link is followed only to a plain file inside.
bool is_inside(const fs::path& folder, const fs::path& file) {
    std::error_code problem;
    const fs::path real = fs::canonical(file, problem);
    return !problem && real.parent_path() == folder && fs::is_regular_file(real, problem);
}

struct Listing {
    std::vector<fs::path> files;  // sorted by name
    bool too_many = false;
};

Result<Listing, std::string> list(const fs::path& folder) {
    Listing listing;
    std::error_code problem;
    for (fs::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
        if (at->path().extension() != ".md" || at->path().filename().string().starts_with('.')) continue;
        if (listing.files.size() >= most_files) {
            listing.too_many = true;
            break;
        }
        listing.files.push_back(at->path());
    }
    if (problem)
        return failure(fmt::format("{}: cannot read the folder: {}", folder.string(), problem.message()));
    std::ranges::sort(listing.files);
    return listing;
}

class FolderReader {
  public:
    FolderReader(fs::path folder, Time now) : folder_(std::move(folder)), now_(now) {}

    void read(const fs::path& file) {
        const std::string name = one_line(file.filename().string(), 300);
        if (!is_inside(folder_, file)) return warn(name, "is no plain file of this folder: left out");
        const auto text = read_file(file, largest_file);
        if (!text) return warn(name, text.error().message);
        if (text->find('\0') != std::string::npos || !is_utf8(*text))
            return warn(name, "is not a text in UTF-8: left out");
        auto read = read_markdown_post(name, *text);
        if (!read) {
            result_.warnings.push_back(std::move(read.error()));
            return;
        }
        if (read->draft || (read->post.published && *read->post.published > now_)) return;
        std::ranges::move(read->warnings, std::back_inserter(result_.warnings));
        if (!slugs_.insert(read->post.id).second) {
            return warn(
                name, fmt::format("slug: \"{}\" is already taken by another file: left out", read->post.id));
        }
        result_.posts.push_back(std::move(read->post));
    }

    void warn(std::string file, std::string message) {
        result_.warnings.push_back({std::move(file), 0, 0, std::move(message)});
    }

    FeedResult finish() {
        // Newest first, as feeds have it; those without a date are oldest, later names before earlier ones.
        std::ranges::reverse(result_.posts);
        std::ranges::stable_sort(result_.posts, std::greater<>{},
                                 [](const Post& post) { return post.published.value_or(Time::min()); });
        return std::move(result_);
    }

  private:
    fs::path folder_;
    Time now_;
    FeedResult result_;
    std::set<std::string> slugs_;
};

}  // namespace

Result<MarkdownPost, FeedIssue> read_markdown_post(std::string_view name, std::string_view text) {
    auto matter = read_front_matter(text);
    if (!matter) return failure(FeedIssue{std::string(name), matter.error().line, 0, matter.error().message});
    if (auto refusal = refusal_of_markdown(matter->body)) {
        return failure(FeedIssue{std::string(name), matter->body_line - 1 + refusal->line, 0,
                                 std::move(refusal->message) + ": left out"});
    }
    MarkdownPost read;
    Post& post = read.post;
    const NameParts parts = parts_of(name);
    std::string_view body = matter->body;
    post.title = matter->title.empty() ? take_heading(body) : matter->title;
    read.draft = matter->draft;
    if (post.title.empty() && !read.draft) {
        return failure(FeedIssue{std::string(name), matter->body_line, 0,
                                 "title: expected one in the front matter, or a first line \"# Title\""});
    }
    post.id = matter->slug.empty() ? parts.slug : matter->slug;
    post.subtitle = matter->subtitle;
    post.author = matter->author;
    post.published = matter->date ? matter->date : parts.date;
    post.link = web_or_warn(matter->link, "link", name, read);
    post.image = web_or_warn(matter->image, "image", name, read);
    for (const std::string& tag : matter->tags) post.tags.push_back(one_line(tag, 100));
    post.html = markdown_to_html(body);
    return read;
}

FeedResult read_markdown_folder(const fs::path& folder, Time now) {
    std::error_code problem;
    const fs::path real = fs::canonical(folder, problem);
    const auto listing = problem ? Result<Listing, std::string>(failure(fmt::format(
                                       "{}: cannot open the folder: {}", folder.string(), problem.message())))
                                 : list(real);
    if (!listing) {
        FeedResult result;
        result.complete = false;
        result.error = FeedIssue{{}, 0, 0, listing.error()};
        return result;
    }
    FolderReader reader(real, now);
    for (const fs::path& file : listing->files) reader.read(file);
    FeedResult result = reader.finish();
    if (listing->too_many) {
        result.warnings.push_back(
            {{}, 0, 0, fmt::format("more than {} files: the rest is left out", most_files)});
    }
    return result;
}

}  // namespace paperround::post
