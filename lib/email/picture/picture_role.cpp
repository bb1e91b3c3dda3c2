#include "email/picture/picture_role.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "email/formula/formula_text.hpp"
#include "email/html/html_tree.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

namespace {

bool is_file_name(std::string_view words) {
    constexpr std::array<std::string_view, 8> formats{".jpg",  ".jpeg", ".png",  ".gif",
                                                      ".webp", ".avif", ".heic", ".svg"};
    if (words.find(' ') != std::string_view::npos) return false;
    const std::string lower = ascii_lower(words);
    return std::ranges::any_of(formats, [&](auto format) { return lower.ends_with(format); });
}

}  // namespace

std::string words_of_picture(const GumboNode& image) {
    constexpr std::array<std::string_view, 2> of_templates{"audio-thumbnail", "CTA Image"};  // Ghost
    const auto said = attribute_of(image, attribute_of(image, "alt") ? "alt" : "title");
    std::string words = collapse_spaces(said.value_or(""));
    if (is_file_name(words) || std::ranges::find(of_templates, words) != of_templates.end()) return {};
    return is_formula_picture(image) ? formula_of_tex(words) : words;
}

bool is_formula_picture(const GumboNode& image) {
    constexpr std::array<std::string_view, 5> makers{"/latex.php?", "latex.codecogs.com/", "/math/render/",
                                                     "chart.googleapis.com/chart?cht=tx", "/tex?"};
    const auto classes = split(attribute_of(image, "class").value_or(""), ' ');
    if (std::ranges::find(classes, "latex") != classes.end()) return true;
    const std::string_view source = attribute_of(image, "src").value_or("");
    return std::ranges::any_of(makers,
                               [&](auto maker) { return source.find(maker) != std::string_view::npos; });
}

bool is_sign_in_line(const GumboNode& image) {
    constexpr std::array<std::string_view, 3> names{"kg-bookmark-icon", "favicon",
                                                    "embedded-post-publication-logo"};
    if (pixels(attribute_of(image, "width")) || pixels(attribute_of(image, "height"))) return false;
    const auto classes = split(attribute_of(image, "class").value_or(""), ' ');
    return std::ranges::any_of(classes,
                               [&](auto name) { return std::ranges::find(names, name) != names.end(); });
}

}  // namespace paperround::email
