// Takes over the links of a system that was left: a table of its tokens and addresses, so that links to leave in its old
// mails go on working here. On record. Failures of the database are db::Error.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

#include "control/desk.hpp"

namespace paperround::control {

struct LinkImport {
    std::string file_name;  // without its folder
    std::string path;       // below which the links were: "/subscription/"
    std::string column;  // that has the tokens; empty: token, uuid, euid ... whichever the header has first
    std::function<void(std::uint64_t line, std::string_view reason)> on_rejected = {};
};

struct LinkReport {
    std::uint64_t rows = 0;  // the sum of what follows
    std::uint64_t added = 0;
    std::uint64_t known = 0;
    std::uint64_t strangers = 0;  // nobody is known by that address: import the list first
    std::uint64_t rejected = 0;
    bool operator==(const LinkReport&) const = default;
};

// Of links to leave this newsletter. In short transactions that let the daemon work, which serves a new path from its
// next reload on.
[[nodiscard]] Answer<LinkReport> import_links(Desk& desk, const config::Newsletter& newsletter,
                                              std::istream& input, const LinkImport& options);
[[nodiscard]] std::string to_json(const LinkReport& report);

}  // namespace paperround::control
