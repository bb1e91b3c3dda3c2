// A picture that lies in a source's folder, as it can be sent with a mail: PNG, JPEG or GIF by its first
// octets, whatever its name says (SVG runs scripts, and mail programs show neither that nor WebP everywhere).
// Links out of the folder are not followed. Reads files; failures are words for people.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::post {

inline constexpr std::size_t largest_picture = 100U << 10U;            // octets
inline constexpr std::size_t largest_pictures_together = 500U << 10U;  // of one mail
inline constexpr std::size_t most_pictures = 50;                       // of one mail

struct PictureFile {
    std::string name;       // of the file, without its folders
    std::string_view type;  // "image/png"
    std::size_t size = 0;
    std::string octets;
};

// `path` is relative to `folder`. The reason stands behind the picture's name: "is not there".
[[nodiscard]] Result<PictureFile, std::string> read_picture(const std::filesystem::path& folder,
                                                            std::string_view path);
// The same, but for the octets.
[[nodiscard]] Result<PictureFile, std::string> look_at_picture(const std::filesystem::path& folder,
                                                               std::string_view path);

// Counts the pictures of one mail against their limits. Those that come first are taken.
class PictureAllowance {
  public:
    // Why there is no room for one more of this size; empty where there is, and it is taken.
    [[nodiscard]] std::string refusal_of(std::size_t size);

  private:
    std::size_t octets_ = 0;
    std::size_t pictures_ = 0;
};

}  // namespace paperround::post
