// A string of a JSON object that a page keeps in an attribute. Pure.
#pragma once

#include <string>
#include <string_view>

namespace paperround::email {

// The first string of that name, at any depth; empty where there is none. White space in it becomes spaces.
[[nodiscard]] std::string json_text(std::string_view json, std::string_view name);

}  // namespace paperround::email
