// The key that signs the links in mails is replaced. On record. Never printed, never returned.
#pragma once

#include <cstddef>

#include "base/random.hpp"
#include "control/desk.hpp"

namespace paperround::control {

struct KeyRotation {
    std::size_t old_keys = 0;  // whose links are valid still
};

// The running daemon signs with the new key from its next reload on, and takes links of both kinds then; until then,
// links that other commands sign are not valid there.
[[nodiscard]] Answer<KeyRotation> rotate_key(Desk& desk, Random& random);

}  // namespace paperround::control
