// Which file of a source's folder a post means with a picture: the path from the post's own folder on, with
// blanks and percent signs as people write them; from a `/` on the folder itself, or its `static`, as Hugo
// has it; in other capitals than the file's; and, where only a name is given, as Obsidian does, wherever a
// picture of that name lies. Looks at file names, and opens nothing.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "post/folder_listing.hpp"

namespace paperround::post {

class PictureFolder {
  public:
    explicit PictureFolder(const FolderListing& listing);

    struct Found {
        std::string path;  // from the folder on; empty: it lies outside
        bool there = false;
    };
    // `post`: the file's path from the folder on. `target` as it stands in the post, and relative.
    [[nodiscard]] Found find(std::string_view post, std::string_view target) const;
    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  private:
    [[nodiscard]] bool is_there(const std::string& path) const;

    std::filesystem::path root_;
    std::map<std::string, std::string> by_path_;  // in small letters: as it is
    std::map<std::string, std::string> by_name_;  // of the file alone: the path, the shortest
};

}  // namespace paperround::post
