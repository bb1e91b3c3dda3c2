// What a careful editor looks for before a mail goes out, as far as it shows in the mail itself. Pure: what
// has to be fetched (pictures' weight, dead links) is listed for somebody who can.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

enum class Severity { note, warning, error };

struct Finding {
    Severity severity;
    std::string code;     // a short name that scripts can rely on: "clipped", "alt", …
    std::string message;  // one line
    bool operator==(const Finding&) const = default;
};

[[nodiscard]] std::string_view to_string(Severity severity);

// What a mail refers to, each once, in order.
struct References {
    std::vector<std::string> images;  // http(s) URLs
    std::vector<std::string> links;   // http(s) URLs
};

[[nodiscard]] References references_of(std::string_view html);

struct CheckedParts {
    std::string_view subject;
    std::string_view html;
    std::string_view text;
};

// Too large for Gmail, which cuts at 102 KiB; a subject that is missing or too long; pictures without a
// description, without a known width or over plain http; titles that cannot be broken; colours that cannot be
// read in the dark; words of the HTML that the text part lacks.
[[nodiscard]] std::vector<Finding> check_mail(const CheckedParts& parts);

}  // namespace paperround::email
