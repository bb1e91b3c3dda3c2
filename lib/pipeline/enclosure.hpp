// The pictures that lie beside posts of folders, put into the mail that is made of them. Reads files; what
// cannot be sent is named, and its words stay (post/picture_file.hpp has what can). Belongs to no thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/picture_size.hpp"
#include "config/settings.hpp"
#include "email/mime/inline_picture.hpp"
#include "feed/post.hpp"
#include "post/post_store.hpp"

namespace paperround::pipeline {

struct FolderPost {
    feed::Post post;
    std::filesystem::path folder;  // of its source; empty where that is none
    PictureSizes picture_sizes;    // what was learnt of its pictures
};

// With the folder of its source, as far as the newsletter still has it. Throws db::Error.
[[nodiscard]] FolderPost in_its_folder(post::StoredPost stored, const config::Newsletter& newsletter,
                                       const post::PostStore& store);

struct Enclosed {
    std::vector<feed::Post> posts;   // they show the pictures by `cid:`
    email::InlinePictures pictures;  // each once
    PictureSizes picture_sizes;      // of these and of others, by address
    std::vector<std::string> lost;   // one line each
};
// `domain`: the sender's.
[[nodiscard]] Enclosed enclose_pictures(std::vector<FolderPost> posts, std::string_view domain);

}  // namespace paperround::pipeline
