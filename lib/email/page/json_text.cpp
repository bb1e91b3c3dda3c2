#include "email/page/json_text.hpp"

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"

namespace paperround::email {

namespace {

// What stands behind `\\`, which it moves behind. Halves of pairs of surrogates are left out.
void append_escaped(std::string& out, std::string_view& json) {
    constexpr std::size_t digits = 4;
    const char kind = json.front();
    json.remove_prefix(1);
    if (kind == 'n' || kind == 't' || kind == 'r') {
        out += ' ';
    } else if (kind == 'u' && json.size() >= digits) {
        unsigned value = 0;
        std::from_chars(json.data(), json.data() + digits, value, 16);
        json.remove_prefix(digits);
        if (value >= 0x20 && (value < 0xD800 || value >= 0xE000)) append_utf8(out, value);
    } else {
        out += kind;
    }
}

}  // namespace

std::string json_text(std::string_view json, std::string_view name) {
    const std::string key = "\"" + std::string(name) + "\":\"";
    const auto at = json.find(key);
    if (at == std::string_view::npos) return {};
    json.remove_prefix(at + key.size());
    std::string out;
    while (!json.empty() && json.front() != '"') {
        const char c = json.front();
        json.remove_prefix(1);
        if (c == '\\' && !json.empty()) {
            append_escaped(out, json);
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace paperround::email
