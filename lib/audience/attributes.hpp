// A subscriber's attributes as the database keeps them: one JSON object of strings, with its names in order.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace paperround::audience {

using Attributes = std::map<std::string, std::string>;

[[nodiscard]] std::string encode_attributes(const Attributes& attributes);
// Whatever is not a string in an object of strings is left out.
[[nodiscard]] Attributes decode_attributes(std::string_view json);
// The texts, numbers and truth values of an object from elsewhere, under normalised names
// (audience/csv_columns.hpp); nothing where it is none.
[[nodiscard]] Attributes attributes_of_json(std::string_view json);
// `changes` over `before`; an empty value removes its attribute.
[[nodiscard]] Attributes merged_attributes(Attributes before, const Attributes& changes);

}  // namespace paperround::audience
