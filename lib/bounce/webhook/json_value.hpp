// JSON from outside as plain values, with limits on size, depth and number. Pure and thread-safe; linear in the input.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::bounce {

constexpr std::size_t json_limit = 1U << 20U;  // octets
constexpr std::size_t json_depth = 20;
constexpr std::size_t json_values = 100'000;

struct JsonValue {
    enum class Kind { null, boolean, number, text, list, object };
    Kind kind = Kind::null;
    std::string text = {};              // of a text, as it is; a number as written, "true" or "false"
    std::vector<JsonValue> items = {};  // of a list or an object
    std::vector<std::string> names =
        {};  // of an object's items, in their order; of two of one name the last counts

    // Of an object. What is not there is null.
    [[nodiscard]] const JsonValue& operator[](std::string_view name) const;
    [[nodiscard]] bool is_object() const { return kind == Kind::object; }
    [[nodiscard]] bool is_true() const { return kind == Kind::boolean && text == "true"; }
    // Texts and numbers; else empty.
    [[nodiscard]] std::string_view words() const;
    // Without spaces: the same for the same value, however it was written.
    [[nodiscard]] std::string to_json() const;
};

// Nothing for what is no JSON in UTF-8, or beyond the limits.
[[nodiscard]] std::optional<JsonValue> parse_json(std::string_view octets);

}  // namespace paperround::bounce
