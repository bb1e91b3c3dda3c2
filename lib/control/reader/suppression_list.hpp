// What a person may ask of the addresses that get no mail: list, add, remove, export, import. Each change is on record.
// Failures of the database are db::Error.
//
// A list is a CSV file: email,reason,evidence,since, and for who had himself forgotten hash and salt in place of the
// address (audience/past/forgotten_store.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

#include "audience/audience_store.hpp"
#include "base/random.hpp"
#include "control/desk.hpp"

namespace paperround::control {

struct SuppressionImport {
    std::string file_name;  // without its folder
    std::function<void(std::uint64_t line, std::string_view reason)> on_rejected = {};
};

struct SuppressionReport {
    std::uint64_t rows = 0;  // the sum of what follows, but for the last
    std::uint64_t added = 0;
    std::uint64_t known = 0;  // were suppressed, or forgotten, before
    std::uint64_t rejected = 0;
    std::uint64_t forgotten = 0;  // readers here whom a hash of the list meant: they were forgotten here too
    bool operator==(const SuppressionReport&) const = default;
};

class SuppressionList {
  public:
    explicit SuppressionList(Desk& desk) : desk_(desk) {}

    // Those whose address holds `text`, by ascending address, until `visit` returns false.
    void list(std::string_view text, const std::function<bool(const audience::Suppression&)>& visit);
    // How many had themselves forgotten.
    [[nodiscard]] std::uint64_t count_forgotten();
    // For all newsletters; what waits is cancelled. `why` and who says so are kept with it.
    [[nodiscard]] Answer<void> add(std::string_view address, std::string_view why);
    // It may be mailed again where it is subscribed; who had himself forgotten may join again.
    [[nodiscard]] Answer<void> remove(std::string_view address);
    // The caller looks after the stream's state.
    std::uint64_t export_to(std::ostream& output);
    // In short transactions that let the daemon work.
    [[nodiscard]] Answer<SuppressionReport> import(std::istream& input, Random& random,
                                                   const SuppressionImport& options);

  private:
    void suppress(const audience::Suppression& suppression);
    std::uint64_t forget_readers_who_match(Random& random);

    Desk& desk_;
};

[[nodiscard]] std::string to_json(const audience::Suppression& suppression);
[[nodiscard]] std::string to_json(const SuppressionReport& report);

}  // namespace paperround::control
