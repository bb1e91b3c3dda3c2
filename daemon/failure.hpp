// How what went wrong ends the program: one plain line, and an exit code of sysexits.h. The service's unit
// starts it again after each of them but 78 (EX_CONFIG), which says that a person must mend the configuration
// first.
#pragma once

#include <exception>
#include <string>
#include <system_error>

#include "pipeline/data_directory.hpp"
#include "web/pages.hpp"
#include "web/server.hpp"

namespace paperround::daemon {

struct Ending {
    int status;
    std::string words;  // what went wrong, and what to do where that can be said
};

[[nodiscard]] Ending ending_of(const std::exception_ptr& failure);

// What the system's reason for a failed call is to whoever started us.
[[nodiscard]] int exit_code_of(const std::error_code& reason);
[[nodiscard]] int exit_code_of(const web::ListenError& error);
[[nodiscard]] int exit_code_of(const web::PagesError& error);
[[nodiscard]] int exit_code_of(const pipeline::LockError& error);

// From now on what nobody catches (on a thread that found no memory, say) ends the process at once in the
// same way, rather than with an abort and a core. What is not written is in doubt, as after a kill.
void end_uncaught_in_words();

}  // namespace paperround::daemon
