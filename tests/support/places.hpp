// The paths of this build's sources and program. Only one file depends on them: all others are the same in
// every clone, so that ccache shares them.
#pragma once

#include <string>

namespace paperround::test {

[[nodiscard]] std::string source_folder();
[[nodiscard]] std::string paperround_program();

}  // namespace paperround::test
