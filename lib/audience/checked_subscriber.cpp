#include "audience/checked_subscriber.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/text/unseen.hpp"
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

// `Ada Lovelace <ada@example.org>` without the quotes that RFC 5322 wants around some names, since a
// spreadsheet has taken them off, or `Lovelace, Ada (ada@example.org)` as Outlook exports it. What stands
// before the bracket may repeat the address, and holds no other one.
Result<Mailbox, AddressError> named_address(std::string_view text) {
    text = trim_unseen(text);
    if (ascii_istarts_with(text, "mailto:")) text.remove_prefix(7);
    const auto open = text.ends_with('>')   ? text.rfind('<')
                      : text.ends_with(')') ? text.rfind('(')
                                            : std::string_view::npos;
    if (open == std::string_view::npos) {
        auto address = canonical_address(text);
        if (!address) return failure(address.error());
        return Mailbox{{}, std::move(*address)};
    }
    std::string_view inside = trim_unseen(text.substr(open + 1, text.size() - open - 2));
    if (ascii_istarts_with(inside, "mailto:")) inside.remove_prefix(7);
    auto address = canonical_address(inside);
    if (!address) return failure(address.error());
    std::string_view name = trim_unseen(text.substr(0, open));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    if (name.find_first_of("<>@") == std::string_view::npos)
        return Mailbox{std::string(name), std::move(*address)};
    const auto repeated = canonical_address(name);
    if (!repeated || *repeated != *address) return refuse("more than one address");
    return Mailbox{{}, std::move(*address)};
}

}  // namespace

Result<Subscriber, AddressError> checked_subscriber(std::string_view address, std::string_view name,
                                                    std::map<std::string, std::string> attributes,
                                                    Spelling spelling) {
    auto mailbox = named_address(address);
    if (!mailbox) return failure(mailbox.error());
    const bool tidy = spelling == Spelling::tidied;
    if (name.empty() || (tidy && trim_unseen(name).empty())) name = mailbox->name;
    if (auto reason = problem("the name", name); !reason.empty()) return refuse(std::move(reason));
    Subscriber subscriber{0, std::move(mailbox->address), tidy ? tidied_name(name) : std::string(name),
                          std::move(attributes)};
    if (subscriber.name.size() > name_limit) {
        return refuse(fmt::format("a name of more than {} octets", name_limit));
    }
    for (auto& [attribute, value] : subscriber.attributes) {
        if (auto reason = problem("'" + attribute + "'", value); !reason.empty())
            return refuse(std::move(reason));
        if (tidy) value = std::string(trim_white_space(value));
    }
    return subscriber;
}

}  // namespace paperround::audience
