#include "feed/text/date_spelling.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace paperround::feed {

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_ascii_digit);
}

std::string with_marks(std::string text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits != 8 && digits != 14) return text;
    std::string out = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
    std::string rest = text.substr(8);
    if (digits == 8 && !rest.empty() && ascii_lower(rest[0]) == 't') rest.erase(0, 1);
    if (rest.size() < 6 || !all_digits(std::string_view(rest).substr(0, 6))) return out + text.substr(8);
    return out + " " + rest.substr(0, 2) + ":" + rest.substr(2, 2) + ":" + rest.substr(4);
}

std::string without_characters(std::string text, bool& korean) {
    korean = text.find("년") != std::string::npos;
    if (!korean && text.find("年") == std::string::npos) return text;
    for (const auto& [from, to] : {std::pair{"년 ", "-"},
                                   {"년", "-"},
                                   {"월 ", "-"},
                                   {"월", "-"},
                                   {"일", " "},
                                   {"年", "-"},
                                   {"月", "-"},
                                   {"日", " "},
                                   {"오전", " am "},
                                   {"上午", " am "},
                                   {"오후", " pm "},
                                   {"下午", " pm "}}) {
        text = replace_all(text, from, to);
    }
    return text;
}

std::string without_oddities(std::string_view text) {
    text = text.substr(0, text.find('['));
    text = text.substr(0, text.find(" m=+"));            // Go's monotonic clock
    std::string out = replace_all(text, "\u2212", "-");  // a minus that is typeset
    std::erase(out, '"');
    for (std::size_t i = 1; i + 1 < out.size(); ++i) {
        const bool fraction = i > 2 && out[i] == ',' && is_ascii_digit(out[i - 1]) &&
                              is_ascii_digit(out[i + 1]) && out.rfind(':', i) != std::string::npos &&
                              out.rfind(':', i) + 3 == i;
        if (fraction) out[i] = '.';
    }
    return out;
}

}  // namespace paperround::feed
