#include "email/picture/html_image.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <tuple>
#include <utility>

#include "base/address/url.hpp"
#include "base/picture/picture_address.hpp"
#include "base/text.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_url = 8192;
constexpr double usual_width = 600;    // of what a srcset calls `1x`
constexpr double blurred_width = 300;  // half of the column: less would be seen
constexpr std::size_t most_candidates = 64;
constexpr double text_height = 16;     // pixels of an em
constexpr unsigned line_of_text = 32;  // pixels; what is no higher stands in the line

// As browsers do before they look at the scheme: controls inside go, white space at the ends goes.
std::string spelled_out(std::string_view url) {
    std::string out = without_control_characters(trim(url));
    out = replace_all(trim(out), " ", "%20");
    return replace_all(out, "\"", "%22");
}

bool has_scheme(std::string_view url, std::string_view scheme) {
    return ascii_istarts_with(url, scheme) && url.size() > scheme.size();
}

bool is_web_url(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (has_scheme(url, scheme)) return url[scheme.size()] != '/';
    }
    return false;
}

// One of several sizes of a picture.
struct Candidate {
    std::string url;
    double width;  // pixels, of the picture itself
};

// HTML, srcset: `a.jpg 640w, b.jpg 2x`.
void add_candidates(std::string_view srcset, std::string_view base, std::vector<Candidate>& candidates) {
    while (!srcset.empty() && candidates.size() < most_candidates) {
        while (!srcset.empty() && (is_ascii_space(srcset.front()) || srcset.front() == ','))
            srcset.remove_prefix(1);
        const auto url_end = std::ranges::find_if(srcset, is_ascii_space) - srcset.begin();
        std::string_view url = srcset.substr(0, static_cast<std::size_t>(url_end));
        srcset.remove_prefix(url.size());
        std::string_view descriptor;
        if (url.ends_with(',')) {
            url.remove_suffix(1);
        } else {
            descriptor = trim(srcset.substr(0, srcset.find(',')));
            srcset.remove_prefix(std::min(srcset.find(','), srcset.size()));
        }
        double size = 1;
        std::from_chars(descriptor.data(), descriptor.data() + descriptor.size(), size);
        if (auto found = web_url(url, BaseUrl(base)))
            candidates.push_back({std::move(*found), descriptor.ends_with('w') ? size : size * usual_width});
    }
}

// The greater, the better: the largest that is no larger than wanted, unless it would be shown blurred; else
// the smallest that is larger.
auto merit(const Candidate& candidate) {
    const bool too_large = candidate.width > widest_picture;
    const bool blurred = candidate.width < blurred_width;
    const int fit = blurred ? 0 : too_large ? 1 : 2;
    return std::tuple(!is_modern_picture(candidate.url), fit, too_large ? -candidate.width : candidate.width);
}

// What lazy loaders show meanwhile.
bool is_placeholder(std::string_view url) {
    constexpr std::array<std::string_view, 7> names{"placeholder", "blank.gif",   "spacer.gif",  "lazy.gif",
                                                    "1x1.",        "loading.gif", "transparent."};
    const std::string name = ascii_lower(url.substr(url.rfind('/') + 1));
    return std::ranges::any_of(names, [&](auto part) { return name.find(part) != std::string::npos; });
}

std::vector<Candidate> candidates_of(const GumboNode& image, std::string_view base, std::string_view srcset) {
    std::vector<Candidate> candidates;
    for (const char* name : {"data-srcset", "data-lazy-srcset", "srcset"})
        add_candidates(attribute_of(image, name).value_or(""), base, candidates);
    add_candidates(srcset, base, candidates);
    return candidates;
}

std::optional<std::string> first_of(const GumboNode& image, std::string_view base,
                                    std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (auto url = web_url(attribute_of(image, name).value_or(""), BaseUrl(base))) return url;
    return std::nullopt;
}

// How wide the picture is that stands in `src`.
double width_of(const std::string& url, const std::vector<Candidate>& candidates, double unsaid) {
    const auto same = std::ranges::find(candidates, url, &Candidate::url);
    if (same != candidates.end()) return same->width;
    const auto said = width_in_address(url);
    return said ? *said : unsaid;
}

// What stands in `src` unless one of the candidates is clearly better.
ImageSource best_source(std::string plain, const std::vector<Candidate>& candidates, double unsaid) {
    const Candidate own{plain, width_of(plain, candidates, unsaid)};
    const auto best = std::ranges::max_element(candidates, {}, merit);
    if (best == candidates.end()) return {std::move(plain), false, {}};
    const auto class_of = [](const Candidate& candidate) {
        return std::pair(std::get<0>(merit(candidate)), std::get<1>(merit(candidate)));
    };
    if (class_of(*best) <= class_of(own)) return {std::move(plain), false, {}};
    return {best->url, false, {}};
}

// What stands aside is the same picture, but what stands in `src` has the right size, and perhaps that is a
// camera's original.
bool is_fit_version(const std::string& plain, const std::string& aside) {
    const auto width = width_in_address(plain);
    const auto other = width_in_address(aside);
    if (!width || *width < blurred_width || *width > widest_picture) return false;
    if (other && *other > *width && *other <= widest_picture) return false;
    const std::string name = picture_name(plain);
    return !name.empty() && name == picture_name(aside);
}

// `unsaid`: for how wide a picture in `src` is taken that says nothing.
std::optional<ImageSource> choice_of(const GumboNode& image, std::string_view base,
                                     const std::vector<Candidate>& candidates, double unsaid) {
    auto plain = first_of(image, base, {"src"});
    auto lazy = first_of(image, base, {"data-src", "data-lazy-src", "data-original"});
    if (lazy && !(plain && is_fit_version(*plain, *lazy))) {
        ImageSource source = best_source(std::move(*lazy), candidates, unsaid);
        source.lazy = true;
        return source;
    }
    if (plain && !is_placeholder(*plain)) return best_source(std::move(*plain), candidates, unsaid);
    if (!candidates.empty())
        return ImageSource{std::ranges::max_element(candidates, {}, merit)->url, true, {}};
    // A camera's original may have megabytes.
    auto large = first_of(image, base, {"data-large-file", "data-medium-file", "data-orig-file"});
    if (!large) return std::nullopt;
    return ImageSource{std::move(*large), true, {}};
}

// A smaller version is shown of what stands in `src`.
void lead_to_larger_source(const GumboNode& image, std::string_view base,
                           const std::vector<Candidate>& candidates, double unsaid, ImageSource& source) {
    auto plain = first_of(image, base, {"src"});
    if (!plain || *plain == source.url || is_placeholder(*plain)) return;
    if (width_of(*plain, candidates, unsaid) > width_of(source.full, candidates, widest_picture))
        source.full = std::move(*plain);
}

std::optional<std::string_view> style_value(const std::vector<CssDeclaration>& style,
                                            std::string_view property) {
    const auto found = std::ranges::find(style.rbegin(), style.rend(), property, &CssDeclaration::property);
    return found == style.rend() ? std::nullopt : std::optional<std::string_view>(found->value);
}

// What is said of one side. A style wins over an attribute, as in browsers.
struct Side {
    std::optional<unsigned> length;
    std::optional<unsigned> attribute;  // in pixels
    bool styled = false;                // by the style, or left to the other side by it
};

Side said_side(const GumboNode& image, const std::vector<CssDeclaration>& style, const char* name,
               unsigned whole) {
    Side side;
    side.attribute = pixels(attribute_of(image, name));
    side.length = length_in_pixels(attribute_of(image, name).value_or(""), whole);
    const auto value = style_value(style, name);
    if (!value) return side;
    const auto length = length_in_pixels(*value, whole);
    side.styled = length || ascii_iequals(trim(*value), "auto");
    if (side.styled) side.length = length;
    return side;
}

unsigned share_of(unsigned length, unsigned part, unsigned whole) {
    const auto scaled = static_cast<std::uint64_t>(length) * part / std::max(1U, whole);
    return std::max(1U, static_cast<unsigned>(std::min<std::uint64_t>(scaled, 100'000)));
}

}  // namespace

std::optional<std::string> web_url(std::string_view reference, BaseUrl base) {
    if (trim(reference).empty() || reference.size() > longest_url) return std::nullopt;
    std::string url = resolve_url(base.url, spelled_out(reference));
    if (!is_web_url(url)) return std::nullopt;
    return url;
}

std::optional<std::string> link_url(std::string_view reference, BaseUrl base) {
    if (reference.size() > longest_url) return std::nullopt;
    std::string url = spelled_out(reference);
    if (has_scheme(url, "mailto:") || has_scheme(url, "tel:")) return url;
    return web_url(reference, base);
}

std::optional<unsigned> pixels(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    const std::string_view digits = trim(*text);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    std::string_view unit = digits.substr(static_cast<std::size_t>(end - digits.data()));
    if (unit.starts_with('.'))
        unit.remove_prefix(std::min(unit.find_first_not_of(".0123456789"), unit.size()));
    if (error != std::errc() || (!unit.empty() && unit != "px")) return std::nullopt;
    return std::min(value, 100'000U);
}

std::optional<unsigned> length_in_pixels(std::string_view text, unsigned whole) {
    if (const auto plain = pixels(text)) return plain;
    const std::string lower = ascii_lower(trim(text));
    double number = 0;
    const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
    if (error != std::errc() || !(number > 0)) return std::nullopt;
    const std::string_view unit(end, static_cast<std::size_t>(lower.data() + lower.size() - end));
    double pixel = 0;
    if (unit == "px") pixel = 1;
    if (unit == "%") pixel = whole / 100.0;
    if (unit == "em" || unit == "rem") pixel = text_height;
    if (unit == "pt") pixel = 4.0 / 3;
    if (pixel == 0) return std::nullopt;
    return static_cast<unsigned>(std::clamp(number * pixel, 1.0, 100'000.0));
}

std::optional<ImageSource> image_source(const GumboNode& image, std::string_view base,
                                        std::string_view srcset) {
    const auto candidates = candidates_of(image, base, srcset);
    // Within <picture> what stands in `src` is for browsers that know no <source>, and often tiny.
    double unsaid = srcset.empty() ? widest_picture : 0;
    if (const auto said = pixels(attribute_of(image, "width")); said && *said > widest_picture)
        unsaid = *said;
    auto source = choice_of(image, base, candidates, unsaid);
    if (!source) return std::nullopt;
    const auto full = first_of(image, base, {"data-orig-file", "data-large-file"});
    const auto largest = std::ranges::max_element(candidates, {}, &Candidate::width);
    source->full = source->url;
    if (full) {
        source->full = *full;
    } else if (largest != candidates.end() &&
               largest->width > width_of(source->url, candidates, widest_picture)) {
        source->full = largest->url;
    }
    if (!full) lead_to_larger_source(image, base, candidates, unsaid, *source);
    return source;
}

ImageShape image_shape(const GumboNode& image, const std::vector<CssDeclaration>& style,
                       const std::optional<PictureSize>& own, unsigned column) {
    const Side width = said_side(image, style, "width", column);
    const Side height = said_side(image, style, "height", 0);
    ImageShape shape{width.length, height.length, false};
    if (const auto limit = style_value(style, "max-height"); limit && !shape.height) {
        const auto most = length_in_pixels(*limit, 0);
        if (most && *most <= line_of_text) shape.height = most;
    }
    const bool in_line = shape.height && *shape.height <= line_of_text;
    const bool said = shape.width.has_value() || in_line;
    // The picture's own, or what the attributes say of it.
    std::optional<PictureSize> sides = own;
    if (!sides && width.attribute && height.attribute) sides = {*width.attribute, *height.attribute};
    // One side that was said without the other one decides over it.
    if (width.length && width.length != width.attribute && !(height.styled && height.length))
        shape.height.reset();
    if (height.styled && height.length && !(width.styled && width.length)) shape.width.reset();
    if (sides && !shape.width) {
        shape.width = shape.height ? share_of(sides->width, *shape.height, sides->height) : sides->width;
    } else if (!sides && !shape.width && !width.styled) {
        shape.width = width.length;
    }
    if (sides && !shape.height) shape.height = share_of(sides->height, *shape.width, sides->width);
    unsigned most = column;
    if (const auto limit = style_value(style, "max-width"))
        most = std::min(column, length_in_pixels(*limit, column).value_or(column));
    if (shape.width && *shape.width > most) {
        if (shape.height) shape.height = std::max(2U, share_of(*shape.height, most, *shape.width));
        shape.width = most;
        shape.reduced = true;
    }
    if (own) {
        shape.reduced = !in_line && shape.width && own->width > *shape.width;
    } else if (!said) {
        shape.reduced = true;
    }
    return shape;
}

bool is_tracking_pixel(const GumboNode& image, std::string_view url,
                       const std::vector<CssDeclaration>& style) {
    const auto tiny = [](std::optional<unsigned> size) { return size && *size <= 1; };
    if (tiny(pixels(attribute_of(image, "width"))) || tiny(pixels(attribute_of(image, "height"))))
        return true;
    const bool shrunk = std::ranges::any_of(style, [&](const CssDeclaration& declaration) {
        const bool size = declaration.property == "width" || declaration.property == "height";
        return size && tiny(pixels(declaration.value));
    });
    return shrunk || is_counter_address(url);
}

}  // namespace paperround::email
