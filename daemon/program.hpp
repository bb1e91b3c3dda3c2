// The command line: picks the command, runs it, and turns what went wrong into one line and an exit code
// (sysexits.h).
#pragma once

namespace paperround::daemon {

[[nodiscard]] int run_program(int argc, const char* const* argv);

}  // namespace paperround::daemon
