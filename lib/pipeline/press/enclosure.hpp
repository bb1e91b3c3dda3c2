// Puts the pictures that lie beside posts of folders into the mail. Reads files; a picture that cannot be
// sent is reported and its text stays (post/picture_file.hpp says which can). May be used on any one thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/picture/picture_size.hpp"
#include "config/settings.hpp"
#include "email/mime/inline_picture.hpp"
#include "feed/post.hpp"
#include "post/post_store.hpp"

namespace paperround::pipeline {

struct FolderPost {
    feed::Post post;
    std::filesystem::path folder;  // of its source; empty if the source is no folder
    PictureSizes picture_sizes;    // what was learnt about its pictures
};

// Adds the folder of the post's source, if the newsletter still has that source. Throws db::Error.
[[nodiscard]] FolderPost in_its_folder(post::StoredPost stored, const config::Newsletter& newsletter,
                                       const post::PostStore& store);

struct Enclosed {
    std::vector<feed::Post> posts;   // refer to the pictures by `cid:`
    email::InlinePictures pictures;  // without duplicates
    PictureSizes picture_sizes;      // of these and other pictures, by URL
    std::vector<std::string> lost;   // one line each
};
// `domain`: the sender's domain.
[[nodiscard]] Enclosed enclose_pictures(std::vector<FolderPost> posts, std::string_view domain);

}  // namespace paperround::pipeline
