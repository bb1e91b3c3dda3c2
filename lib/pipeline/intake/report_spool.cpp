#include "pipeline/intake/report_spool.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"

namespace paperround::pipeline {

namespace fs = std::filesystem;

Result<void, std::string> ReportSpool::keep(std::string_view mail) const {
    std::error_code problem;
    fs::create_directories(folder_, problem);
    if (problem) return failure(fmt::format("{}: {}", folder_.string(), problem.message()));
    fs::permissions(folder_, fs::perms::owner_all, problem);
    const fs::path file = folder_ / (hex(sha256(mail).substr(0, 16)) + ".eml");
    if (fs::exists(file, problem)) return {};
    std::size_t mails = 0;
    for ([[maybe_unused]] const auto& each : fs::directory_iterator(folder_, problem)) ++mails;
    if (mails >= most_mails)
        return failure(
            fmt::format("{}: {} mails that could not be read lie there: look at them and remove them",
                        folder_.string(), mails));
    auto written = write_file_atomically(file, mail.substr(0, most_octets), 0600);
    if (!written) return failure(std::move(written.error().message));
    return {};
}

}  // namespace paperround::pipeline
