// A web address in its parts, as the rules about players ask for them. For this library's sources only. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

struct WebAddress {
    std::string scheme;
    std::string host;               // without `www.`
    std::vector<std::string> path;  // its segments, without empty ones
    std::string query;              // as written, without `?` and fragment
    std::string origin;             // scheme and host as written, without a path

    // The segment, or empty.
    [[nodiscard]] std::string_view segment(std::size_t index) const;
    // Whether the path begins with these segments: "videos/embed".
    [[nodiscard]] bool begins(std::string_view segments) const;
    // A field of the query, decoded; empty where there is none.
    [[nodiscard]] std::string field(std::string_view name) const;
    // The segments from `index` on, joined.
    [[nodiscard]] std::string path_from(std::size_t index) const;
};

[[nodiscard]] std::optional<WebAddress> read_web_address(std::string_view url);

}  // namespace paperround::email
