#include "control/report/bounce_reading.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "audience/secret_key.hpp"
#include "base/random.hpp"
#include "bounce/reader.hpp"
#include "control/json_line.hpp"

namespace paperround::control {

namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

bool is_there(const std::filesystem::path& file) {
    std::error_code unknown;
    return std::filesystem::exists(file, unknown);
}

}  // namespace

BounceReading::BounceReading(const config::Settings& settings) {
    // The key is made by whoever sends mail, not by whoever reads what came back.
    if (is_there(settings.data_dir / "secret.key")) {
        SystemRandom random;
        auto key = audience::load_or_create_secret_key(settings.data_dir, random);
        if (key)
            signer_.emplace(*key);
        else
            warnings_.push_back(key.error().message);
    }
    const auto file = settings.data_dir / "paperround.db";
    if (!is_there(file)) return;
    try {
        database_ = db::Database::open(file, db::Database::Mode::read_only);
    } catch (const db::Error& error) {
        warnings_.push_back(fmt::format("{}: {}", file.string(), error.what()));
    }
}

Result<std::vector<ReadReport>, bounce::ReadError> BounceReading::read(std::string_view message, Time now) {
    auto reading = bounce::read_message(message);
    if (!reading) return failure(reading.error());
    const pipeline::ReportProof proof(signer_ ? &*signer_ : nullptr, database_ ? &*database_ : nullptr);
    const auto named = proof.named_in(reading->traces, now);
    std::vector<ReadReport> read;
    read.reserve(reading->reports.size());
    for (bounce::Report& report : reading->reports) {
        auto delivery = proof.prove(named, report);
        read.push_back({std::move(report), std::move(delivery)});
    }
    return read;
}

std::string to_json(const ReadReport& read) {
    const bounce::Report& report = read.report;
    const Json object{
        {"kind", bounce::to_string(report.kind)},
        {"recipient", text_or_null(report.recipient)},
        {"action", text_or_null(bounce::to_string(report.action))},
        {"status", text_or_null(report.status)},
        {"code", report.code == 0 ? Json(nullptr) : Json(report.code)},
        {"class", bounce::to_string(report.of)},
        {"reason", bounce::reason_name(report)},
        {"diagnostic", text_or_null(report.diagnostic)},
        {"delivery", read.delivery ? Json{{"mailing", read.delivery->mailing},
                                          {"newsletter", read.delivery->newsletter},
                                          {"reader", read.delivery->reader}}
                                   : Json(nullptr)},
    };
    return json_line(object);
}

}  // namespace paperround::control
