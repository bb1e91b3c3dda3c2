#include "email/html_image.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "base/url.hpp"
#include "email/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_url = 8192;
// Twice the column: sharp on every screen, and no heavier than that.
constexpr double wanted_width = 1200;
constexpr double wanted_density = 2;

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

// The smallest candidate that is as wide as wanted, else the widest (HTML, srcset): `a.jpg 640w, b.jpg 2x`.
std::optional<std::string> best_of(std::string_view srcset, std::string_view base) {
    std::optional<std::string> best;
    double best_size = 0;
    while (!srcset.empty()) {
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
        const double wanted = descriptor.ends_with('w') ? wanted_width : wanted_density;
        const bool better = best_size < wanted ? size > best_size : size >= wanted && size < best_size;
        if (best && !better) continue;
        if (auto found = web_url(url, base)) {
            best = std::move(found);
            best_size = size;
        }
    }
    return best;
}

// What lazy loaders show meanwhile.
bool is_placeholder(std::string_view url) {
    constexpr std::array<std::string_view, 7> names{"placeholder", "blank.gif",   "spacer.gif",  "lazy.gif",
                                                    "1x1.",        "loading.gif", "transparent."};
    const std::string name = ascii_lower(url.substr(url.rfind('/') + 1));
    return std::ranges::any_of(names, [&](auto part) { return name.find(part) != std::string::npos; });
}

// Counters of feeds and blogs that say no size.
bool is_counter(std::string_view url) {
    constexpr std::array<std::string_view, 9> counters{"://feeds.feedburner.com/~r/",
                                                       "://pixel.wp.com/",
                                                       "://stats.wordpress.com/",
                                                       "://medium.com/_/stat",
                                                       "google-analytics.com/",
                                                       "/~ff/",
                                                       "://pixel.quantserve.com/",
                                                       "/open.gif?",
                                                       "/pixel.gif"};
    return std::ranges::any_of(counters, [&](auto part) { return url.find(part) != std::string_view::npos; });
}

}  // namespace

std::optional<std::string> web_url(std::string_view reference, std::string_view base) {
    if (trim(reference).empty() || reference.size() > longest_url) return std::nullopt;
    std::string url = resolve_url(base, spelled_out(reference));
    if (!is_web_url(url)) return std::nullopt;
    return url;
}

std::optional<std::string> link_url(std::string_view reference, std::string_view base) {
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
    const std::string_view unit = digits.substr(static_cast<std::size_t>(end - digits.data()));
    if (error != std::errc() || (!unit.empty() && unit != "px" && !unit.starts_with('.')))
        return std::nullopt;
    return std::min(value, 100'000U);
}

std::optional<ImageSource> image_source(const GumboNode& image, std::string_view base,
                                        std::string_view srcset) {
    for (const char* name : {"data-src", "data-lazy-src", "data-original", "data-orig-file"}) {
        if (auto url = web_url(attribute_of(image, name).value_or(""), base))
            return ImageSource{std::move(*url), true};
    }
    auto plain = web_url(attribute_of(image, "src").value_or(""), base);
    if (plain && !is_placeholder(*plain)) return ImageSource{std::move(*plain), false};
    for (const std::string_view candidates : {attribute_of(image, "data-srcset").value_or(""),
                                              attribute_of(image, "data-lazy-srcset").value_or(""),
                                              attribute_of(image, "srcset").value_or(""), srcset}) {
        if (auto url = best_of(candidates, base)) return ImageSource{std::move(*url), true};
    }
    return std::nullopt;
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
    return shrunk || is_counter(url);
}

}  // namespace paperround::email
