#include "control/report/bounce_taking.hpp"

#include <exception>

#include "pipeline/data/data_directory.hpp"
#include "pipeline/intake/report_spool.hpp"

namespace paperround::control {

namespace {

constexpr std::string_view pipe_source = "pipe";

Result<pipeline::TakenMail, std::string> take(const config::Settings& settings, const Clock& clock,
                                              Random& random, std::string_view mail,
                                              std::string_view recipient) {
    const auto secret = pipeline::secret_key(settings.data_dir, random);
    if (!secret) return failure(secret.error().message);
    // What cannot be read is kept before it is counted: the second counts once, however often the first is done.
    if (const auto readable = bounce::parse_message(mail); !readable) {
        if (auto kept = pipeline::ReportSpool(settings.data_dir).keep(mail); !kept)
            return failure(std::move(kept.error()));
    }
    auto database = pipeline::open_database(settings.data_dir);
    const audience::TokenSigner signer(*secret);
    pipeline::ReportIntake intake(database, signer, clock, nullptr);
    const pipeline::ReturnedMail returned{mail, pipe_source, recipient};
    return std::move(intake.take({&returned, 1}).front());
}

}  // namespace

Result<pipeline::TakenMail, std::string> take_bounce(const config::Settings& settings, const Clock& clock,
                                                     Random& random, std::string_view mail,
                                                     std::string_view recipient) {
    try {
        return take(settings, clock, random, mail, recipient);
    } catch (const std::exception& error) {
        return failure(std::string(error.what()));
    }
}

}  // namespace paperround::control
