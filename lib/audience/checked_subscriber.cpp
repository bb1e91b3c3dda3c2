#include "audience/checked_subscriber.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

Failure<AddressError> refuse(std::string reason) {
    return failure(AddressError{std::move(reason)});
}

bool is_stray_control(char c) {
    return !is_ascii_space(c) && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
}

// What is wrong with a text, or "".
std::string problem(std::string_view what, std::string_view text) {
    if (!is_utf8(text)) return fmt::format("{} is not UTF-8", what);
    if (std::ranges::any_of(text, is_stray_control)) return fmt::format("a control character in {}", what);
    return {};
}

}  // namespace

Result<Subscriber, AddressError> checked_subscriber(std::string_view address, std::string_view name,
                                                    std::map<std::string, std::string> attributes) {
    auto canonical = canonical_address(address);
    if (!canonical) return failure(canonical.error());
    if (auto reason = problem("the name", name); !reason.empty()) return refuse(std::move(reason));
    Subscriber subscriber{0, std::move(*canonical), collapse_spaces(name), std::move(attributes)};
    if (subscriber.name.size() > name_limit) {
        return refuse(fmt::format("a name of more than {} octets", name_limit));
    }
    for (auto& [attribute, value] : subscriber.attributes) {
        if (auto reason = problem("'" + attribute + "'", value); !reason.empty())
            return refuse(std::move(reason));
        value = std::string(trim(value));
    }
    return subscriber;
}

}  // namespace paperround::audience
