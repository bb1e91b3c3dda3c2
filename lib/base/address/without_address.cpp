#include "base/address/without_address.hpp"

#include "base/address/mailbox.hpp"
#include "base/text.hpp"

namespace paperround {

namespace {

constexpr std::size_t telling = 3;

bool belongs_to_word(char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

// `low` is `words` in lower case.
std::string replaced(std::string_view words, std::string_view low, std::string_view what,
                     std::string_view instead, bool whole_word) {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = low.find(what); at != std::string_view::npos; at = low.find(what, at)) {
        const std::size_t end = at + what.size();
        const bool within =
            (at > 0 && belongs_to_word(low[at - 1])) || (end < low.size() && belongs_to_word(low[end]));
        if (whole_word && within) {
            at = end;
            continue;
        }
        out += words.substr(done, at - done);
        out += instead;
        done = at = end;
    }
    out += words.substr(done);
    return out;
}

}  // namespace

std::string without_address(std::string_view words, std::string_view address, std::string_view instead) {
    const std::string key = ascii_lower(address);
    if (key.empty()) return std::string(words);
    std::string out = replaced(words, ascii_lower(words), key, instead, false);
    const std::string_view local = local_part_of(key);
    if (local.size() < telling) return out;
    return replaced(out, ascii_lower(out), local, instead, true);
}

}  // namespace paperround
