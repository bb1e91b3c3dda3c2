// The installation's secret: 32 random octets in `secret.key` below the data directory, for the owner alone
// (0600). Losing it makes every link in mails already sent invalid, so it belongs into the backup.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"

namespace paperround::audience {

struct SecretKeyError {
    enum class Code { exposed, damaged, lost, not_readable, not_writable };
    Code code;
    std::string message;  // one line with the path and what to do; never the key
};

// `path`: secret.key is not there, although links that it signed are out.
[[nodiscard]] SecretKeyError lost_secret_key(const std::filesystem::path& path);

// Makes the file if there is none; two processes that do so at once agree on one key. Refuses a file that
// others can read, and one that is not 32 octets long.
[[nodiscard]] Result<std::string, SecretKeyError> load_or_create_secret_key(
    const std::filesystem::path& data_dir, Random& random);

}  // namespace paperround::audience
