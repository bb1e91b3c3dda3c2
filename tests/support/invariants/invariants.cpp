#include "support/invariants/invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "base/file.hpp"
#include "db/raw_sql.hpp"
#include "support/places.hpp"

namespace paperround::test {

namespace {

constexpr std::string_view always = "-- always: ";
constexpr std::string_view only_at_rest = "-- at rest: ";

struct Invariant {
    std::string words;
    bool at_rest = false;
    std::string sql;
};

std::vector<Invariant> invariants() {
    const auto text = read_file(source_folder() + "/tests/support/invariants/invariants.sql", 1U << 20U);
    if (!text) throw std::runtime_error(text.error().message);
    std::vector<Invariant> all;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.starts_with(always)) {
            all.push_back({std::string(line.substr(always.size())), false, {}});
        } else if (line.starts_with(only_at_rest)) {
            all.push_back({std::string(line.substr(only_at_rest.size())), true, {}});
        } else if (!line.starts_with("--") && !all.empty()) {
            all.back().sql.append(line).push_back('\n');
        }
    }
    if (all.empty()) throw std::runtime_error("invariants.sql holds none");
    return all;
}

}  // namespace

std::vector<std::string> broken_invariants(db::Database& database, Rest rest) {
    std::vector<std::string> broken;
    for (const Invariant& invariant : invariants()) {
        if (invariant.at_rest && rest != Rest::at_rest) continue;
        auto rows = db::RawSql(database).prepare(invariant.sql);
        while (rows.step()) broken.push_back(fmt::format("{} ({})", rows.text(0), invariant.words));
    }
    return broken;
}

}  // namespace paperround::test
