// How a failure ends the program: one plain line, and an exit code of sysexits.h. The service's unit restarts
// it after each of these codes except 78 (EX_CONFIG): then a person must first correct the configuration.
#pragma once

#include <exception>
#include <string>
#include <system_error>

#include "pipeline/data/data_directory.hpp"
#include "web/pages.hpp"
#include "web/server.hpp"

namespace paperround::daemon {

struct Ending {
    int status;
    std::string words;  // what went wrong and, if known, what to do
};

[[nodiscard]] Ending ending_of(const std::exception_ptr& failure);

// The exit code for a failed system call.
[[nodiscard]] int exit_code_of(const std::error_code& reason);
[[nodiscard]] int exit_code_of(const web::ListenError& error);
[[nodiscard]] int exit_code_of(const web::PagesError& error);
[[nodiscard]] int exit_code_of(const pipeline::LockError& error);

// From now on an uncaught exception (for example on a thread without memory) ends the process at once in the
// same way, instead of with an abort and a core. Unwritten outcomes are in doubt, as after a kill.
void end_uncaught_in_words();

}  // namespace paperround::daemon
