// What a mailing became in one language, before it is filled in for each reader. It is kept with the mailing,
// so that every copy is the same letter whatever becomes of templates, configuration and posts: those sent on
// the first day, tried again on the third, and looked at a year later.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "email/template/merge_text.hpp"

namespace paperround::email {

struct Edition {
    std::string sender;         // the address in From
    std::string subject;        // as text
    std::string header_fields;  // those that are the same in every copy
    std::string boundary;
    std::string text;  // with the marks of its fields (merge_text.hpp)
    std::vector<MergeField> text_fields;
    std::string html;
    std::vector<MergeField> html_fields;
    bool operator==(const Edition&) const = default;
};

// Compressed; pure.
[[nodiscard]] std::string pack(const Edition& edition);
// Nothing where that did not come out of pack().
[[nodiscard]] std::optional<Edition> unpack(std::string_view packed);

}  // namespace paperround::email
