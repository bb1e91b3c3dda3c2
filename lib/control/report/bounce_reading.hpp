// What came back by mail, as a person asks what it means: the report, and the delivery that it is proved to be about.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audience/token.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "bounce/message_tree.hpp"
#include "bounce/report.hpp"
#include "config/settings.hpp"
#include "db/database.hpp"
#include "pipeline/intake/report_proof.hpp"

namespace paperround::control {

struct ReadReport {
    bounce::Report report;
    std::optional<pipeline::ProvenDelivery> delivery;
};

// Reads without changing anything: no file is made, and nothing is put on record.
class BounceReading {
  public:
    // Nothing can be proved.
    BounceReading() = default;
    // With the secret key and the database of these settings' data_dir, as far as they are there and can be read.
    explicit BounceReading(const config::Settings& settings);

    // Why something cannot be proved, one line for each; empty where all was there, or nothing was to be expected.
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

    [[nodiscard]] Result<std::vector<ReadReport>, bounce::ReadError> read(std::string_view message, Time now);

  private:
    std::optional<audience::TokenSigner> signer_;
    std::optional<db::Database> database_;
    std::vector<std::string> warnings_;
};

// The line of docs/bounces.md.
[[nodiscard]] std::string to_json(const ReadReport& read);

}  // namespace paperround::control
