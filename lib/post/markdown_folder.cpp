#include "post/markdown_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/text/duration.hpp"
#include "base/utf8.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/markdown_post.hpp"
#include "post/picture_file.hpp"
#include "post/picture_folder.hpp"

namespace paperround::post {

namespace {

constexpr std::uint64_t largest_file = 1U << 20U;

class FolderReading {
  public:
    FolderReading(const FolderListing& listing, Time now, const std::string& zone, FreshFiles fresh,
                  FolderOf what)
        : pictures_(listing), now_(now), zone_(zone), fresh_(fresh), what_(what) {}

    void read(const FolderFile& file) {
        const std::string name = feed::one_line(file.name, 300);
        const bool waits = fresh_ == FreshFiles::wait;
        if (waits && is_fresh(file.stamp, now_)) return wait();
        const auto text = read_file(file.path, largest_file);
        if (waits && stamp_of(file.path) != file.stamp) return wait();
        if (!text) return warn(name, text.error().message);
        if (text->find('\0') != std::string::npos || !is_utf8(*text))
            return warn(name, "is not a text in UTF-8: left out");
        bool on_the_way = false;  // a picture of it
        auto read = markdown::read_markdown_post(name, *text, zone_, [&](std::string_view target) {
            const auto found = pictures_.find(file.name, target);
            on_the_way = on_the_way || comes(file, found);
            return found.path;
        });
        if (!read) {
            result_.warnings.push_back(std::move(read.error()));
            return;
        }
        if (waits && on_the_way && !read->draft) return wait();
        for (const std::string& key : read->ignored_keys) {
            if (what_ == FolderOf::posts || key != "after") result_.ignored_keys[key]++;
        }
        if (read->empty) return warn(name, "has no text: no post");
        if (!is_published(*read)) return;
        if (what_ == FolderOf::letters && !note_after(name, *read)) return;
        look_at_pictures(name, *read);
        offer(file, name, std::move(*read));
    }

    void warn(std::string file, std::string message) {
        result_.warnings.push_back({std::move(file), 0, 0, std::move(message)});
    }

    feed::FeedResult finish() {
        // Newest first, as feeds have it; those without a date are oldest, later names before earlier ones.
        std::ranges::reverse(result_.posts);
        std::ranges::stable_sort(result_.posts, std::greater<>{},
                                 [](const feed::Post& post) { return post.published.value_or(Time::min()); });
        return std::move(result_);
    }

  private:
    void wait() {
        result_.unsettled = true;
        result_.complete = false;
    }

    // It is being written, or not there yet beside a post that has just come.
    bool comes(const FolderFile& post, const PictureFolder::Found& picture) const {
        if (picture.path.empty()) return false;
        if (!picture.there) return has_just_come(post.stamp, now_);
        const auto stamp = stamp_of(pictures_.root() / picture.path);
        return stamp && is_fresh(*stamp, now_);
    }

    // What would not be sent if the mail were made now.
    void look_at_pictures(const std::string& name, const markdown::MarkdownPost& read) {
        PictureAllowance allowance;
        for (const std::string& path : read.pictures) {
            const auto picture = look_at_picture(pictures_.root(), path);
            const std::string problem = picture ? allowance.refusal_of(picture->size) : picture.error();
            if (problem.empty()) continue;
            warn(name, fmt::format("the picture {} {}: it is left out, its words stay",
                                   feed::one_line(path, 200), problem));
        }
    }

    // False where it cannot be told when the letter is due.
    bool note_after(const std::string& name, const markdown::MarkdownPost& read) {
        const auto after = read.after ? parse_duration(read.after->text) : std::nullopt;
        if (after) return result_.after.insert_or_assign(read.post.id, *after), true;
        result_.warnings.push_back(
            {name, read.after ? read.after->line : 0, 0,
             fmt::format(
                 "after: expected how long after joining the letter is due, such as 0d, 3d or 12h{}: left "
                 "out of the series",
                 read.after ? fmt::format(", got \"{}\"", read.after->text) : ", and there is none")});
        return false;
    }

    void change_at(Time time) { result_.next_change = std::min(time, result_.next_change.value_or(time)); }

    bool is_published(const markdown::MarkdownPost& read) {
        const auto until =
            std::max(read.publish.value_or(Time::min()), read.post.published.value_or(Time::min()));
        feed::Unpublished kept{read.post.id, read.post.title, feed::Unpublished::Why::draft, {}};
        if (read.draft) {
            result_.unpublished.push_back(std::move(kept));
            return false;
        }
        if (read.expires && *read.expires <= now_) {
            kept.why = feed::Unpublished::Why::expired;
            kept.time = *read.expires;
        } else if (until > now_) {
            kept.why = feed::Unpublished::Why::later;
            kept.time = until;
            change_at(until);
        } else {
            if (read.expires) change_at(*read.expires);
            return true;
        }
        result_.unpublished.push_back(std::move(kept));
        return false;
    }

    void offer(const FolderFile& file, const std::string& name, markdown::MarkdownPost read) {
        std::ranges::move(read.warnings, std::back_inserter(result_.warnings));
        if (!slugs_.insert(read.post.id).second) {
            return warn(name,
                        fmt::format("slug: \"{}\" is already taken by another file: left out", read.post.id));
        }
        if (!read.post.published && !read.publish)
            result_.lie_there_since.emplace(read.post.id, last_change(file.stamp));
        if (!read.former_id.empty()) result_.former_ids.emplace(read.post.id, std::move(read.former_id));
        result_.posts.push_back(std::move(read.post));
    }

    PictureFolder pictures_;
    Time now_;
    const std::string& zone_;
    FreshFiles fresh_;
    FolderOf what_;
    feed::FeedResult result_;
    std::set<std::string> slugs_;
};

}  // namespace

feed::FeedResult read_markdown_files(const FolderListing& listing, Time now, const std::string& zone,
                                     FreshFiles fresh, FolderOf what) {
    FolderReading reading(listing, now, zone, fresh, what);
    for (const FolderFile& file : listing.files) reading.read(file);
    feed::FeedResult result = reading.finish();
    result.warnings.insert(result.warnings.end(), listing.passed_over.begin(), listing.passed_over.end());
    if (listing.too_many) {
        result.warnings.push_back(
            {{}, 0, 0, fmt::format("more than {} files: the rest is left out", most_files)});
    }
    return result;
}

feed::FeedResult read_markdown_folder(const std::filesystem::path& folder, Time now, const std::string& zone,
                                      FreshFiles fresh, FolderOf what) {
    const auto listing = list_folder(folder);
    if (listing) return read_markdown_files(*listing, now, zone, fresh, what);
    feed::FeedResult result;
    result.complete = false;
    result.error = feed::FeedIssue{{}, 0, 0, listing.error()};
    return result;
}

}  // namespace paperround::post
