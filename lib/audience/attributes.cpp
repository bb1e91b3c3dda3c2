#include "audience/attributes.hpp"

#include <nlohmann/json.hpp>

#include "audience/csv_columns.hpp"

namespace paperround::audience {

using nlohmann::json;

std::string encode_attributes(const Attributes& attributes) {
    if (attributes.empty()) return "{}";
    // Text from outside is checked on its way in; should it not be UTF-8 all the same, it must not throw
    // here.
    return json(attributes).dump(-1, ' ', false, json::error_handler_t::replace);
}

Attributes decode_attributes(std::string_view text) {
    Attributes attributes;
    if (text == "{}") return attributes;
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return attributes;
    for (const auto& [name, value] : object.items()) {
        if (value.is_string()) attributes.emplace(name, value.get<std::string>());
    }
    return attributes;
}

Attributes attributes_of_json(std::string_view text) {
    Attributes attributes;
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return attributes;
    for (const auto& [name, value] : object.items()) {
        const std::string normal = normalised_column_name(name);
        if (normal.empty()) continue;
        if (value.is_string()) attributes.emplace(normal, value.get<std::string>());
        if (value.is_number() || value.is_boolean()) attributes.emplace(normal, value.dump());
    }
    return attributes;
}

Attributes merged_attributes(Attributes before, const Attributes& changes) {
    for (const auto& [name, value] : changes) {
        if (value.empty()) {
            before.erase(name);
        } else {
            before.insert_or_assign(name, value);
        }
    }
    return before;
}

}  // namespace paperround::audience
