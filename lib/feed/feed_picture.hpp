// Which of the pictures that a feed has for an item is the item's. Used inside this library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/xml_document.hpp"

namespace paperround::feed {

struct PictureOffer {
    std::string url;    // as it was written
    std::string title;  // what the feed calls it
    std::string alt;    // what can be seen on it
    std::optional<unsigned> width;
    std::optional<unsigned> height;
    bool is_default = false;
    bool thumbnail = false;
    unsigned group = 0;  // those of one media:group are one picture in several sizes; 0: of none
};

// By its type, or by its name where the type is not said.
[[nodiscard]] bool is_image(const XmlNode& node);
// Media RSS, in the item itself and in its groups, in order.
[[nodiscard]] std::vector<PictureOffer> media_pictures(const XmlNode& item);
[[nodiscard]] PictureOffer offer_of(std::string_view url);

// Each picture once, the item's own first, or as somebody put them in order. Of several sizes the largest
// that is no larger than twice the column, JPEG and PNG before WebP and AVIF, the feed's default before
// others. None of them is an avatar (nor what bears the author's name), a counter or a thumbnail.
enum class PictureOrder { best_first, as_given };
[[nodiscard]] std::vector<PictureOffer> chosen_pictures(std::vector<PictureOffer> offers,
                                                        std::string_view author,
                                                        PictureOrder order = PictureOrder::best_first);
// `<p><img …></p>` for each; `absolute` is its address.
[[nodiscard]] std::string picture_html(const PictureOffer& picture, std::string_view absolute);

}  // namespace paperround::feed
