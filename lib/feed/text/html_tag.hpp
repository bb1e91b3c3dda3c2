// One start tag of HTML, read as tolerantly as browsers do. Pure; linear in the length of the tag, of which
// at most 64 KiB are looked at.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::feed {

struct HtmlAttribute {
    std::string name;        // small letters
    std::string_view value;  // without its quotes, references as written
    std::size_t begin = 0;   // where the value stands in the tag, quotes included
    std::size_t end = 0;
};

struct HtmlTag {
    std::string name;                       // small letters
    std::vector<HtmlAttribute> attributes;  // those that have a value; the first of a name counts
    std::size_t length = 0;                 // up to and with its '>', or to where it was given up

    // With its references decoded and trimmed; empty where there is none.
    [[nodiscard]] std::string value_of(std::string_view attribute) const;
};

// `html` begins with '<' and a letter.
[[nodiscard]] HtmlTag read_html_tag(std::string_view html);

}  // namespace paperround::feed
