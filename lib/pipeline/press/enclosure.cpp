#include "pipeline/press/enclosure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text/terminal_text.hpp"
#include "markdown/relative_targets.hpp"
#include "post/picture_file.hpp"

namespace paperround::pipeline {

namespace {

class Encloser {
  public:
    explicit Encloser(std::string_view domain) : domain_(domain) {}

    void add(FolderPost each) {
        folder_ = std::move(each.folder);
        known_.clear();
        const auto place = [this](const std::string& src) { return place_of(src); };
        each.post.image = place(each.post.image).value_or("");
        // A shortcut: most posts have no such pictures.
        if (each.post.html.find("beside:") != std::string::npos)
            each.post.html = markdown::rewrite_targets(each.post.html, {.picture = place, .other = {}});
        enclosed_.picture_sizes.merge(each.picture_sizes);
        enclosed_.posts.push_back(std::move(each.post));
    }
    Enclosed take() {
        if (unsaid_ > 0) enclosed_.lost.push_back(fmt::format("{} more pictures are left out", unsaid_));
        return std::move(enclosed_);
    }

  private:
    // The new `src` of a picture; nothing if the picture cannot be sent.
    std::optional<std::string> place_of(const std::string& src) {
        const auto path = markdown::path_beside(src);
        if (!path) return src;
        auto [known, is_new] = known_.try_emplace(*path);
        if (is_new) known->second = enclose(*path);
        return known->second;
    }
    std::optional<std::string> enclose(const std::string& path) {
        if (folder_.empty()) return lose(path, "lies in a folder that is no source any more");
        auto file = post::read_picture(folder_, path);
        if (!file) return lose(path, file.error());
        auto picture = email::inline_picture(file->octets, file->type, file->name, domain_);
        std::string url = cid_url(picture);
        if (std::ranges::find(enclosed_.pictures, picture) != enclosed_.pictures.end()) return url;
        if (const auto refusal = allowance_.refusal_of(file->size); !refusal.empty())
            return lose(path, refusal);
        if (const auto size = picture_size(file->octets)) enclosed_.picture_sizes.emplace(url, *size);
        enclosed_.pictures.push_back(std::move(picture));
        return url;
    }
    std::optional<std::string> lose(const std::string& path, std::string_view why) {
        constexpr std::size_t most_said = 50;
        if (enclosed_.lost.size() == most_said) return ++unsaid_, std::nullopt;
        enclosed_.lost.push_back(
            fmt::format("the picture {} {}: it is left out, its words stay", terminal_text(path), why));
        return std::nullopt;
    }

    std::string domain_;
    std::filesystem::path folder_;                             // of the current post
    std::map<std::string, std::optional<std::string>> known_;  // pictures of this folder, by path
    post::PictureAllowance allowance_;
    Enclosed enclosed_;
    std::size_t unsaid_ = 0;  // lost pictures that have no line
};

}  // namespace

FolderPost in_its_folder(post::StoredPost stored, const config::Newsletter& newsletter,
                         const post::PostStore& store) {
    FolderPost each{.post = std::move(stored.post), .folder = {}, .picture_sizes = {}};
    const auto location = store.location_of(stored.source);
    for (const config::Source* source : newsletter.all_sources()) {
        if (source->kind == config::SourceKind::folder && source->location == location)
            each.folder = source->location;
    }
    return each;
}

Enclosed enclose_pictures(std::vector<FolderPost> posts, std::string_view domain) {
    Encloser encloser(domain);
    for (FolderPost& each : posts) encloser.add(std::move(each));
    return encloser.take();
}

}  // namespace paperround::pipeline
