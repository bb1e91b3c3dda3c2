#include "feed/feed_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "base/picture/picture_address.hpp"
#include "base/text.hpp"
#include "feed/feed_recording.hpp"
#include "feed/text/feed_text.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t most_offers = 60;
// Where a size is not said: thumbnails are small, and others are not.
constexpr unsigned supposed_width = 1000;
constexpr unsigned supposed_thumbnail_width = 300;

std::optional<unsigned> pixels(std::string_view text) {
    text = trim(text);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && value > 0 ? std::optional(value) : std::nullopt;
}

std::string line_of(const XmlNode& node, std::string_view element) {
    const XmlNode* child = node.child(element);
    return child == nullptr ? std::string{} : plain_text(child->inner_text(), 300);
}

void add_media(const XmlNode& node, unsigned group, unsigned& groups, std::vector<PictureOffer>& offers) {
    for (const XmlNode& child : node.children) {
        const bool thumbnail = child.name == "media:thumbnail";
        const bool content = child.name == "media:content";
        if ((thumbnail || (content && is_image(child))) && offers.size() < most_offers) {
            PictureOffer offer = offer_of(child.attribute("url"));
            offer.title = line_of(child, "media:title");
            offer.alt = line_of(child, "media:description");
            offer.width = pixels(child.attribute("width"));
            offer.height = pixels(child.attribute("height"));
            offer.is_default = ascii_iequals(trim(child.attribute("isdefault")), "true");
            offer.thumbnail = thumbnail;
            offer.group = group;
            offers.push_back(std::move(offer));
        }
        if (child.name == "media:group" || content)
            add_media(child, group == 0 && child.name == "media:group" ? ++groups : group, groups, offers);
    }
}

std::optional<unsigned> known_width(const PictureOffer& offer) {
    return offer.width ? offer.width : width_in_address(offer.url);
}

bool is_a_picture(const PictureOffer& offer, std::string_view author) {
    if (trim(offer.url).empty() || is_avatar_address(offer.url) || is_counter_address(offer.url))
        return false;
    if (!author.empty() && ascii_iequals(offer.title, author)) return false;
    const auto width = known_width(offer);
    return width ? *width >= thumbnail_width : offer.height.value_or(thumbnail_width) >= thumbnail_width;
}

// The greater, the better.
auto merit(const PictureOffer& offer) {
    const unsigned width =
        known_width(offer).value_or(offer.thumbnail ? supposed_thumbnail_width : supposed_width);
    const bool fits = width <= widest_picture;
    return std::tuple(!is_modern_picture(offer.url), offer.is_default, fits,
                      fits ? static_cast<int>(width) : -static_cast<int>(width));
}

}  // namespace

bool is_image(const XmlNode& node) {
    const auto type = node.attribute("type");
    const auto medium = node.attribute("medium");
    if (is_recording(type, node.attribute(node.attribute("url").empty() ? "href" : "url"))) return false;
    if (ascii_istarts_with(type, "image") || ascii_iequals(medium, "image")) return true;
    const bool says_nothing =
        type.find('/') == std::string_view::npos || ascii_iequals(type, "application/octet-stream");
    if (!says_nothing || !medium.empty()) return false;
    constexpr std::array<std::string_view, 6> formats{".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"};
    const std::string url = ascii_lower(node.attribute(node.attribute("url").empty() ? "href" : "url"));
    const std::string_view path = std::string_view(url).substr(0, url.find_first_of("?#"));
    return std::ranges::any_of(formats, [&](auto format) { return path.ends_with(format); });
}

PictureOffer offer_of(std::string_view url) {
    PictureOffer offer;
    offer.url = trim(url);
    return offer;
}

std::vector<PictureOffer> media_pictures(const XmlNode& item) {
    std::vector<PictureOffer> offers;
    unsigned groups = 0;
    add_media(item, 0, groups, offers);
    return offers;
}

std::vector<PictureOffer> chosen_pictures(std::vector<PictureOffer> offers, std::string_view author,
                                          PictureOrder order) {
    if (offers.size() > most_offers) offers.resize(most_offers);
    std::erase_if(offers, [&](const auto& offer) { return !is_a_picture(offer, author); });
    std::vector<PictureOffer> chosen;
    std::vector<std::string> names;
    for (PictureOffer& offer : offers) {
        std::string name = picture_name(offer.url);
        std::size_t same = 0;
        while (same < chosen.size() && (offer.group == 0 || chosen[same].group != offer.group) &&
               (name.empty() || name != names[same]))
            ++same;
        if (same == chosen.size()) {
            chosen.push_back(std::move(offer));
            names.push_back(std::move(name));
        } else if (merit(offer) > merit(chosen[same])) {
            if (offer.alt.empty()) offer.alt = std::move(chosen[same].alt);
            chosen[same] = std::move(offer);
        }
    }
    if (order == PictureOrder::as_given) return chosen;
    const auto best = std::ranges::max_element(chosen, {}, merit);
    if (best != chosen.end()) std::rotate(chosen.begin(), best, best + 1);
    return chosen;
}

std::string picture_html(const PictureOffer& picture, std::string_view absolute) {
    std::string html = fmt::format("<p><img src=\"{}\" alt=\"{}\"", escape_html(absolute),
                                   escape_html(picture.alt.empty() ? picture.title : picture.alt));
    if (picture.width) html += fmt::format(" width=\"{}\"", *picture.width);
    if (picture.height) html += fmt::format(" height=\"{}\"", *picture.height);
    return html + "></p>\n";
}

}  // namespace paperround::feed
