#include "audience/csv_export.hpp"

#include "base/text.hpp"

namespace paperround::audience {

std::string csv_field(std::string_view text) {
    const bool has_outer_space =
        !text.empty() && (is_ascii_space(text.front()) || is_ascii_space(text.back()));
    // `;` and tab too: a reader that guesses the separator must not guess wrong.
    if (!has_outer_space && text.find_first_of(",;\t\"\r\n") == std::string_view::npos)
        return std::string(text);
    return '"' + replace_all(text, "\"", "\"\"") + '"';
}

std::uint64_t export_csv(AudienceStore& store, std::string_view newsletter, const MemberFilter& filter,
                         std::ostream& output) {
    const auto names = store.attribute_names(newsletter);
    output << "email,name";
    for (const auto& name : names) output << ',' << csv_field(name);
    output << "\r\n";
    std::uint64_t count = 0;
    store.list(newsletter, filter, [&](const Member& member) {
        const Subscriber& subscriber = member.subscriber;
        output << csv_field(subscriber.address) << ',' << csv_field(subscriber.name);
        for (const auto& name : names) {
            const auto value = subscriber.attributes.find(name);
            output << ','
                   << (value == subscriber.attributes.end() ? std::string() : csv_field(value->second));
        }
        output << "\r\n";
        ++count;
        return output.good();
    });
    return count;
}

}  // namespace paperround::audience
