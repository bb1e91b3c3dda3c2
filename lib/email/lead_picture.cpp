#include "email/lead_picture.hpp"

#include <algorithm>
#include <optional>

#include "base/picture/picture_address.hpp"
#include "base/text.hpp"

namespace paperround::email {

std::string lead_picture(const std::string& picture, const PictureSizes& known) {
    const auto found = known.find(picture);
    return found != known.end() && found->second.width < thumbnail_width ? std::string{} : picture;
}

bool shows_picture(const CleanHtml& article, std::string_view picture) {
    const std::string name = picture_name(picture);
    if (name.empty()) return false;
    constexpr std::string_view image = "<img src=\"";
    for (auto at = article.html.find(image); at != std::string::npos; at = article.html.find(image, at)) {
        at += image.size();
        const std::string_view rest = std::string_view(article.html).substr(at);
        if (picture_name(replace_all(rest.substr(0, rest.find('"')), "&amp;", "&")) == name) return true;
    }
    return false;
}

unsigned shown_width(const std::string& picture, const PictureSizes& known, unsigned room) {
    const auto found = known.find(picture);
    const auto width = found != known.end() ? std::optional(found->second.width) : width_in_address(picture);
    return width && *width >= thumbnail_width ? std::min(room, *width) : room;
}

}  // namespace paperround::email
