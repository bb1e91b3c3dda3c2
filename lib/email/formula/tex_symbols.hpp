// Commands of TeX that stand for one sign or one word. For this library's sources only. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace paperround::email {

struct TexSymbol {
    std::string_view text;
    bool is_operator = false;
};

// `command` without its backslash.
[[nodiscard]] std::optional<TexSymbol> tex_symbol(std::string_view command);

}  // namespace paperround::email
