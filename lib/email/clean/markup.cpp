#include "email/clean/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace paperround::email {

std::string escape_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

std::string attribute(std::string_view name, std::string_view value) {
    return fmt::format(" {}=\"{}\"", name, escape_html(value));
}

std::string markup_of(const PlayerLink& link, unsigned room) {
    std::string poster;
    if (!link.poster.empty()) {
        poster =
            fmt::format("<img src=\"{}\" alt=\"\" width=\"{}\" style=\"max-width:100%;height:auto\"><br>",
                        escape_html(link.poster), std::min(480U, room));
    }
    return fmt::format("<a href=\"{}\" style=\"display:block\">{}{}</a>", escape_html(link.url), poster,
                       escape_text(link.label));
}

std::string markup_of(const EmbeddedGallery& gallery, unsigned room) {
    std::string shown;
    for (const std::string& url : gallery.pictures) {
        shown += fmt::format(
            "<p><img src=\"{}\" alt=\"{}\" width=\"{}\" style=\"max-width:100%;height:auto\"></p>",
            escape_html(url), shown.empty() ? escape_html(gallery.words) : "", room);
    }
    if (!shown.empty() && !gallery.caption.empty())
        shown += fmt::format("<p class=\"caption\">{}</p>", escape_text(gallery.caption));
    return shown;
}

}  // namespace paperround::email
