#include "support/places.hpp"

namespace paperround::test {

std::string source_folder() {
    return PAPERROUND_SOURCE_DIR;
}
std::string paperround_program() {
    return PAPERROUND_BINARY;
}

}  // namespace paperround::test
