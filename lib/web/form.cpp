#include "web/form.hpp"

#include <optional>
#include <string>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::web {

namespace {

constexpr std::string_view wanted_name = "List-Unsubscribe";
constexpr std::string_view wanted_value = "One-Click";

bool is_wanted(std::string_view name, std::string_view value) {
    return ascii_iequals(trim(name), wanted_name) && ascii_iequals(trim(value), wanted_value);
}

bool urlencoded_asks(std::string_view body) {
    for (const std::string_view pair : split(body, '&')) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const auto name = decode_percent(pair.substr(0, equals), true);
        const auto value = decode_percent(pair.substr(equals + 1), true);
        if (name && value && is_wanted(*name, *value)) return true;
    }
    return false;
}

// The value of `name="value"` or `name=value` among the parameters of a MIME header (RFC 2045 §5.1, without
// comments).
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto semicolon = header.find(';');
        if (semicolon == std::string_view::npos) return std::nullopt;
        header = trim(header.substr(semicolon + 1));
        const auto equals = header.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const bool found = ascii_iequals(trim(header.substr(0, equals)), name);
        header = trim(header.substr(equals + 1));
        std::string value;
        if (header.starts_with('"')) {
            header.remove_prefix(1);
            for (; !header.empty() && header.front() != '"'; header.remove_prefix(1)) {
                if (header.front() == '\\' && header.size() > 1) header.remove_prefix(1);
                value.push_back(header.front());
            }
        } else {
            value = trim(header.substr(0, header.find(';')));
        }
        if (found) return value;
    }
    return std::nullopt;
}

// One part: the text between the line break of its boundary and the next boundary.
bool part_asks(std::string_view part) {
    auto end = part.find("\r\n\r\n");
    std::size_t gap = 4;
    if (end == std::string_view::npos) {
        end = part.find("\n\n");
        gap = 2;
    }
    if (end == std::string_view::npos) return false;
    for (const std::string_view line : split(part.substr(0, end), '\n')) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !ascii_iequals(line.substr(0, colon), "Content-Disposition"))
            continue;
        const auto name = parameter(line, "name");
        if (name && is_wanted(*name, part.substr(end + gap))) return true;
    }
    return false;
}

bool multipart_asks(std::string_view boundary, std::string_view body) {
    const std::string delimiter = "--" + std::string(boundary);
    auto at = body.find(delimiter);
    while (at != std::string_view::npos) {
        body.remove_prefix(at + delimiter.size());
        if (body.starts_with("--")) return false;
        at = body.find(delimiter);
        if (part_asks(trim(body.substr(0, at)))) return true;
    }
    return false;
}

}  // namespace

bool asks_to_leave(std::string_view content_type, std::string_view body) {
    if (body.size() > form_limit) return false;
    const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
    if (type.empty() && trim(body).empty()) return true;
    if (!ascii_istarts_with(type, "multipart/")) return urlencoded_asks(body);
    const auto boundary = parameter(content_type, "boundary");
    // RFC 2046 §5.1.1: 1 to 70 characters.
    return boundary && !boundary->empty() && boundary->size() <= 70 && multipart_asks(*boundary, body);
}

}  // namespace paperround::web
