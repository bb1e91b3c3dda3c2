// What surrounds the data directory: who else may write there, and what there is not the daemon's own. Looked
// at before anything in it is used; nothing here follows from what the files contain. A directory that is not
// there yet has no trouble. Each line names the file and what to do.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace paperround::pipeline {

// What a person must mend before anything is done there: it is no folder; or everybody may write into it, and
// a secret key or a database of theirs may stand in the place of ours. Empty where all is well.
[[nodiscard]] std::string danger_of(const std::filesystem::path& data_dir);

// Files that whoever runs this may not read and write: what was left by a command that root ran, say.
[[nodiscard]] std::vector<std::string> closed_files_of(const std::filesystem::path& data_dir);

// Files that do not belong to the directory's owner: root, who asks, may use them, and the service may not.
[[nodiscard]] std::vector<std::string> foreign_files_of(const std::filesystem::path& data_dir);

// A database that everybody can read, as a restored backup often is.
[[nodiscard]] std::vector<std::string> exposed_files_of(const std::filesystem::path& data_dir);
// Makes those private, and says so.
[[nodiscard]] std::vector<std::string> tighten_files_of(const std::filesystem::path& data_dir);

// "root", or "user 1234" where it has no name.
[[nodiscard]] std::string user_name(unsigned user);

}  // namespace paperround::pipeline
