// The installation's secret: 32 random octets in `secret.key` below the data directory, for the owner alone
// (0600). Losing it makes every link in mails already sent invalid, so it belongs into the backup. Keys that were
// replaced stand in `secret.key.old`, the oldest first, and links that they signed stay valid.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"

namespace paperround::audience {

struct SecretKeyError {
    enum class Code { exposed, damaged, lost, not_readable, not_writable, too_many };
    Code code;
    std::string message;  // one line with the path and what to do; never the key
};

// `path`: secret.key is not there, although links that it signed are out.
[[nodiscard]] SecretKeyError lost_secret_key(const std::filesystem::path& path);

// Makes the file if there is none; two processes that do so at once agree on one key. Refuses a file that
// others can read, and one that is not 32 octets long.
[[nodiscard]] Result<std::string, SecretKeyError> load_or_create_secret_key(
    const std::filesystem::path& data_dir, Random& random);

inline constexpr std::size_t most_old_keys = 32;

// Those that secret.key has replaced, the newest first; none where there is no file. The same is refused.
[[nodiscard]] Result<std::vector<std::string>, SecretKeyError> load_old_secret_keys(
    const std::filesystem::path& data_dir);

// Puts a new key in place of the present one, which must be there, and keeps that among the old ones. The old one is on
// disk before the new one is in its place, so whenever this breaks off no key is lost; two at once wait for each other.
// Returns how many old keys there are then.
[[nodiscard]] Result<std::size_t, SecretKeyError> rotate_secret_key(const std::filesystem::path& data_dir,
                                                                    Random& random);

}  // namespace paperround::audience
