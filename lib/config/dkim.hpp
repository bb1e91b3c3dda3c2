// Which keys sign the mail of which sender domain (RFC 6376). Plain values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace paperround::config {

struct DkimKeyFile {
    std::string selector;
    std::filesystem::path key_file;  // PEM; a relative name is looked up like password_file
    bool operator==(const DkimKeyFile&) const = default;
};

struct DkimDomain {
    std::string domain;  // A-labels, lowercase
    std::vector<DkimKeyFile> keys;
    bool operator==(const DkimDomain&) const = default;
};

}  // namespace paperround::config
