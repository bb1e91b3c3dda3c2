// What the cleaner makes, what it refuses, and how much it takes. Plain values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/picture/picture_size.hpp"

namespace paperround::email {

// HTML that came out of clean_html; only that makes one from foreign input.
struct CleanHtml {
    std::string html;
    bool operator==(const CleanHtml&) const = default;
};

struct CleanError {
    enum class Code { too_large, too_complex, interrupted };
    Code code;
    std::string message;
};

struct CleanLimits {
    std::size_t input = 10U << 20U;  // octets
    std::size_t output = 2U << 20U;  // octets
    std::size_t elements = 200'000;  // as the tree would hold them
    std::size_t depth = 100;         // deeper elements are dropped, their text is kept
    std::size_t work = 20'000'000;   // units of its style sheets (base/work_budget.hpp): about a second
    unsigned image_width = 600;      // wider ones are scaled: Outlook obeys the width attribute and no style
    std::vector<std::string> inline_pictures;     // `cid:` URLs: the only ones that a picture may have
    const PictureSizes* picture_sizes = nullptr;  // what is known of the post's pictures; may be null
};

}  // namespace paperround::email
