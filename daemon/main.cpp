#include "daemon/program.hpp"

int main(int argc, char** argv) {
    return paperround::daemon::run_program(argc, argv);
}
