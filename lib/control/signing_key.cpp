#include "control/signing_key.hpp"

#include <fmt/format.h>

#include "audience/secret_key.hpp"
#include "pipeline/data/data_directory.hpp"

namespace paperround::control {

Answer<KeyRotation> rotate_key(Desk& desk, Random& random) {
    constexpr std::string_view action = "key rotate";
    constexpr std::string_view subject = "secret.key";
    const auto& data_dir = desk.settings().data_dir;
    // The first is made where there is none, and not where one was lost.
    if (const auto present = pipeline::secret_key(data_dir, random); !present)
        return desk.refused(action, subject, {Refusal::Code::not_now, present.error().message});
    const auto old_keys = audience::rotate_secret_key(data_dir, random);
    if (!old_keys) return desk.refused(action, subject, {Refusal::Code::not_now, old_keys.error().message});
    desk.record(action, subject, fmt::format("replaced; {} old keys are taken still", *old_keys));
    return KeyRotation{*old_keys};
}

}  // namespace paperround::control
