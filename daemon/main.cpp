#include "daemon/failure.hpp"
#include "daemon/program.hpp"
#include "daemon/supervision.hpp"

int main(int argc, char** argv) {
    paperround::daemon::open_standard_descriptors();
    paperround::daemon::end_uncaught_in_words();
    return paperround::daemon::run_program(argc, argv);
}
