// A folder that is removed with this object.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace paperround::test {

class TempDir {
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    // Writes a file in the folder (creating subfolders) and returns its path.
    std::filesystem::path write(std::string_view name, std::string_view content) const;

  private:
    std::filesystem::path path_;
};

[[nodiscard]] std::string slurp(const std::filesystem::path& file);

}  // namespace paperround::test
