#include "email/edition.hpp"

#include <nlohmann/json.hpp>

#include "base/compression.hpp"

namespace paperround::email {

namespace {

using nlohmann::json;

constexpr int version = 1;
constexpr std::size_t largest = 32U << 20U;  // octets: several times what rendering allows

json to_json(const std::vector<MergeField>& fields) {
    json all = json::array();
    for (const MergeField& field : fields)
        all.push_back({static_cast<int>(field.kind), field.attribute, field.fallback, field.escape_html});
    return all;
}

std::vector<MergeField> fields_from(const json& all) {
    std::vector<MergeField> fields;
    for (const json& each : all) {
        const int kind = each.at(0).get<int>();
        if (kind < 0 || kind > static_cast<int>(MergeField::Kind::unsubscribe_url))
            throw std::out_of_range("no kind of merge field");
        fields.push_back({.kind = static_cast<MergeField::Kind>(kind),
                          .attribute = each.at(1).get<std::string>(),
                          .fallback = each.at(2).get<std::string>(),
                          .escape_html = each.at(3).get<bool>()});
    }
    return fields;
}

}  // namespace

std::string pack(const Edition& edition) {
    const json all{version,
                   edition.sender,
                   edition.subject,
                   edition.header_fields,
                   edition.boundary,
                   edition.text,
                   to_json(edition.text_fields),
                   edition.html,
                   to_json(edition.html_fields)};
    const auto octets = json::to_cbor(all);
    return compressed({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

std::optional<Edition> unpack(std::string_view packed) {
    const auto octets = decompressed(packed, largest);
    if (!octets) return std::nullopt;
    try {
        const json all = json::from_cbor(*octets);
        if (all.at(0).get<int>() != version) return std::nullopt;
        Edition edition{.sender = all.at(1).get<std::string>(),
                        .subject = all.at(2).get<std::string>(),
                        .header_fields = all.at(3).get<std::string>(),
                        .boundary = all.at(4).get<std::string>(),
                        .text = all.at(5).get<std::string>(),
                        .text_fields = fields_from(all.at(6)),
                        .html = all.at(7).get<std::string>(),
                        .html_fields = fields_from(all.at(8))};
        // A mark of no field shows here, and not at the first reader.
        static_cast<void>(MergeText(edition.text, edition.text_fields));
        static_cast<void>(MergeText(edition.html, edition.html_fields));
        return edition;
    } catch (const json::exception&) {
        return std::nullopt;
    } catch (const std::logic_error&) {
        return std::nullopt;
    }
}

}  // namespace paperround::email
