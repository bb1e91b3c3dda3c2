// Checks permissions and owners of the data directory: who else may write there, and which files are not the
// daemon's. Call it before any file in it is used; file contents are not read. A directory that does not
// exist yet has no problem. Each line names the file and what to do.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace paperround::pipeline {

// A problem that a person must solve before anything else: the path is no folder; or everybody may write into
// it, so the secret key or the database may be somebody else's. Empty if there is none.
[[nodiscard]] std::string danger_of(const std::filesystem::path& data_dir);

// Files that the current user may not read and write, for example those of a command that root ran.
[[nodiscard]] std::vector<std::string> closed_files_of(const std::filesystem::path& data_dir);

// Files that do not belong to the directory's owner: root may use them now, but the service may not.
[[nodiscard]] std::vector<std::string> foreign_files_of(const std::filesystem::path& data_dir);

// A database that everybody can read, as a restored backup often is.
[[nodiscard]] std::vector<std::string> exposed_files_of(const std::filesystem::path& data_dir);
// Makes such files private, and returns a line about each.
[[nodiscard]] std::vector<std::string> tighten_files_of(const std::filesystem::path& data_dir);

// "root", or "user 1234" for a user without a name.
[[nodiscard]] std::string user_name(unsigned user);

}  // namespace paperround::pipeline
