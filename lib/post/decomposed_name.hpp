// Names of files as macOS writes them: letters and their marks apart (Unicode's canonical decomposition, UAX
// #15), so that a name that was typed is found. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::post {

// What is not UTF-8 stays as it is.
[[nodiscard]] std::string decomposed_name(std::string_view utf8);

}  // namespace paperround::post
