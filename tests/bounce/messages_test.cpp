// Mails as thirty kinds of senders write them, each with what it means beside it (NAME.eml, NAME.json): one line for
// each recipient. The texts are ours; the formats are the senders'. What is right was written down before the reader
// was asked.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bounce/reader.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using nlohmann::json;

namespace {

std::vector<std::filesystem::path> messages() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::source_folder() + "/tests/bounce/messages")) {
        if (entry.path().extension() == ".eml") found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

json or_null(std::string_view text) {
    return text.empty() ? json(nullptr) : json(text);
}

json told(const bounce::Report& report) {
    return {{"kind", bounce::to_string(report.kind)},
            {"recipient", or_null(report.recipient)},
            {"action", or_null(bounce::to_string(report.action))},
            {"status", or_null(report.status)},
            {"code", report.code == 0 ? json(nullptr) : json(report.code)},
            {"class", bounce::to_string(report.of)},
            {"reason", bounce::reason_name(report)}};
}

std::vector<json> expected(std::filesystem::path message) {
    std::vector<json> lines;
    std::istringstream in(test::slurp(message.replace_extension(".json")));
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    return lines;
}

std::string with_crlf(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

void compare(const std::filesystem::path& message, const std::string& octets) {
    const auto reading = bounce::read_message(octets);
    REQUIRE(reading);
    std::vector<json> reports;
    for (const bounce::Report& report : reading->reports) reports.push_back(told(report));
    INFO(message.filename().string());
    CHECK(json(reports).dump(1) == json(expected(message)).dump(1));
}

}  // namespace

TEST_CASE("each message of the collection means what is written beside it") {
    const auto all = messages();
    CHECK(all.size() >= 150);
    for (const auto& message : all) compare(message, test::slurp(message));
}

TEST_CASE("it means the same with the line ends of the wire") {
    for (const auto& message : messages()) compare(message, with_crlf(test::slurp(message)));
}

TEST_CASE("a diagnostic is one line of valid UTF-8") {
    for (const auto& message : messages()) {
        const auto reading = bounce::read_message(test::slurp(message));
        REQUIRE(reading);
        for (const bounce::Report& report : reading->reports) {
            INFO(message.filename().string());
            CHECK(report.diagnostic.find('\n') == std::string::npos);
            CHECK(report.diagnostic.size() <= 1000);
        }
    }
}
