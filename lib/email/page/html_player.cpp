#include "email/page/html_player.hpp"

#include <algorithm>
#include <array>

#include "base/address/url.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/embedded_data.hpp"
#include "email/page/html_words.hpp"
#include "email/page/json_text.hpp"
#include "email/page/player_page.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_label = 300;
constexpr std::size_t longest_address = 2000;
constexpr std::string_view plays = "\u25B6\uFE0E ";

std::string host_of(const std::string& url) {
    const auto parsed = parse_url(url);
    return parsed ? parsed->host : url;
}

// The name of a recording, else who plays it.
std::string name_of_recording(const std::string& url) {
    constexpr std::array<std::string_view, 9> formats{".mp3",  ".m4a",  ".ogg", ".oga", ".opus",
                                                      ".flac", ".webm", ".mp4", ".mov"};
    const std::string_view path = std::string_view(url).substr(0, url.find_first_of("?#"));
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const bool recording =
        std::ranges::any_of(formats, [&](auto format) { return ascii_lower(name).ends_with(format); });
    if (!recording) return host_of(url);
    return collapse_spaces(to_valid_utf8(decode_percent(name, false).value_or(std::string(name))));
}

// What shows a map, a chart, a form, code or a note: nothing in it plays.
bool plays_nothing(const std::string& url) {
    constexpr std::array<std::string_view, 22> places{
        "twitter.com/i/",   "instagram.com/p/", "google.com/maps",   "maps.google.",     "openstreetmap.org/",
        "calendly.com/",    "cal.com/",         "datawrapper.",      "flourish.studio/", "infogram.com/",
        "docs.google.com/", "forms.gle/",       "forms.office.com/", "typeform.com/",    "airtable.com/",
        "tally.so/",        "jotform.com/",     "codepen.io/",       "jsfiddle.net/",    "codesandbox.io/",
        "stackblitz.com/",  "observablehq.com/"};
    const std::string place = plain_address(url);
    if (std::ranges::any_of(places, [&](auto part) { return (place + "/").find(part) != std::string::npos; }))
        return true;
    // Mastodon: /@name/123
    const auto name = place.find("/@");
    const auto number = name == std::string::npos ? name : place.find('/', name + 1);
    return number != std::string::npos && number + 1 < place.size() &&
           std::ranges::all_of(place.substr(number + 1), is_ascii_digit);
}

bool is_address(std::string_view label) {
    return label.starts_with("https://") || label.starts_with("http://");
}

bool is_counter(const GumboNode& player) {
    for (const char* name : {"width", "height"}) {
        const auto size = pixels(attribute_of(player, name));
        if (size && *size <= 1) return true;
    }
    return false;
}

class LinkFinder {
  public:
    bool open(const GumboNode& node) {
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboTag tag = node.v.element.tag;
        if (tag == GUMBO_TAG_IMG) has_picture_ = true;
        if (tag == GUMBO_TAG_VIDEO || (tag == GUMBO_TAG_A && attribute_of(node, "href"))) found_ = true;
        return !found_;
    }
    void close(const GumboNode& /*node*/) {}
    [[nodiscard]] bool found() const { return found_; }
    [[nodiscard]] bool has_picture() const { return has_picture_; }

  private:
    bool found_ = false;
    bool has_picture_ = false;
};

// The film of an element that shows a picture until it is touched.
std::string film_of(const GumboNode& node) {
    const auto player = web_url(attribute_of(node, "data-src").value_or(""), {});
    if (player && page_of_player(*player)) return *player;
    constexpr std::string_view wistia = "wistia_async_";
    const std::string_view names = attribute_of(node, "class").value_or("");
    for (const std::string_view name : split(names, ' ')) {
        if (name.starts_with(wistia))
            return "https://fast.wistia.net/embed/iframe/" + std::string(name.substr(wistia.size()));
    }
    if (!class_says(node, "youtube")) return {};
    for (const char* name : {"data-id", "data-video-id", "data-video_id", "data-youtube-id"}) {
        const auto id = attribute_of(node, name).value_or("");
        if (is_youtube_id(id)) return "https://www.youtube.com/watch?v=" + std::string(id);
    }
    return {};
}

// Ghost: the title of a recording stands behind its player.
std::string title_behind(const GumboNode& player) {
    constexpr unsigned farthest = 4;
    const GumboVector& siblings = player.parent->v.element.children;
    const std::size_t end = std::min<std::size_t>(siblings.length, player.index_within_parent + farthest);
    for (std::size_t i = player.index_within_parent + 1; i < end; ++i) {
        const auto* next = static_cast<const GumboNode*>(siblings.data[i]);
        if (next->type == GUMBO_NODE_ELEMENT && has_class(*next, title_of_recording))
            return words_in(*next, longest_label);
    }
    return {};
}

// Ghost: holds the film's place until its own picture is there.
bool is_spacer(std::string_view poster) {
    return poster.find("spacergif.org") != std::string_view::npos;
}

// What a script would load: charts of Flourish and Infogram, forms of Typeform, Calendly's calendars.
std::string page_of_widget(const GumboNode& node) {
    constexpr std::string_view site = "https://public.flourish.studio/";
    const std::string_view chart = attribute_of(node, "data-src").value_or("");
    const auto digits = chart.substr(std::min(chart.find('/'), chart.size()));
    const bool known = chart.starts_with("visualisation/") || chart.starts_with("story/");
    if (has_class(node, "flourish-embed") && known && std::ranges::all_of(digits.substr(1), is_ascii_digit))
        return std::string(site) + std::string(chart);
    if (const auto id = attribute_of(node, "data-id").value_or("");
        has_class(node, "infogram-embed") && !id.empty())
        return "https://infogram.com/" + std::string(id);
    if (has_class(node, "typeform-widget") || has_class(node, "calendly-inline-widget"))
        return std::string(attribute_of(node, "data-url").value_or(""));
    return {};
}

std::string target_of(const GumboNode& node) {
    if (std::string page = page_of_widget(node); !page.empty()) return page;
    if (const auto note = attribute_of(node, "data-instgrm-permalink")) return std::string(*note);
    const auto shown = attribute_of(node, "data-href");
    if (shown && class_says(node, "fb-")) return std::string(*shown);
    const auto cited = attribute_of(node, "cite");
    if (cited && class_says(node, "embed")) return std::string(*cited);
    if (const auto said = attribute_of(node, "data-attrs")) {
        std::string url = json_text(*said, "url");
        const bool whole = class_says(node, "tweet") || class_says(node, "embed") ||
                           class_says(node, "instagram") || class_says(node, "wrap");
        return whole ? url : std::string{};
    }
    return film_of(node);
}

}  // namespace

std::string plain_address(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    if (url.starts_with("www.")) url.remove_prefix(4);
    url = url.substr(0, url.find_first_of("?#"));
    while (url.ends_with('/')) url.remove_suffix(1);
    return std::string(utf8_prefix(url, longest_label));
}

std::optional<PlayerLink> player_link(const GumboNode& player, std::string_view base) {
    if (is_counter(player)) return std::nullopt;
    PlayerLink link;
    auto url = web_url(attribute_of(player, "src").value_or(""), BaseUrl(base));
    const auto within = web_url(attribute_of(player, "data-page").value_or(""), BaseUrl(base));
    link.label =
        std::string(utf8_prefix(collapse_spaces(attribute_of(player, "title").value_or("")), longest_label));
    if (link.label.empty()) link.label = title_behind(player);
    if (!url) url = within;
    if (!url) {
        if (link.label.empty()) return std::nullopt;
        link.label = "[" + link.label + "]";
        return link;
    }
    const auto page = page_of_player(*url);
    link.url = page ? *page : within ? *within : *url;
    if (attribute_of(player, "type").value_or("") == "page") {
        link.label = plain_address(link.url);
        return link;
    }
    const bool unnamed = link.label.empty() || is_address(link.label);
    if (plays_nothing(link.url)) {
        if (unnamed) link.label = plain_address(link.url);
        return link;
    }
    if (unnamed) link.label = name_of_recording(link.url);
    link.label.insert(0, plays);
    const auto poster = attribute_of(player, "poster").value_or("");
    link.poster = web_url(is_spacer(poster) ? "" : poster, BaseUrl(base)).value_or(poster_of_page(link.url));
    return link;
}

std::optional<PlayerLink> embedded_link(const GumboNode& node, std::string_view base) {
    const GumboTag tag = node.v.element.tag;
    if (tag != GUMBO_TAG_DIV && tag != GUMBO_TAG_BLOCKQUOTE && tag != GUMBO_TAG_SPAN) return std::nullopt;
    const EmbeddedCard card = card_of(node, base);
    const auto url = web_url(card.url.empty() ? target_of(node) : card.url, BaseUrl());
    if (!url && card.label.empty()) return std::nullopt;
    if (!url) return PlayerLink{.url = {}, .label = "[" + card.label + "]", .poster = {}};
    LinkFinder finder;
    HtmlTree::walk_from(node, finder);
    if (finder.found()) return std::nullopt;
    PlayerLink link{.url = page_of_player(*url).value_or(*url), .label = card.label, .poster = {}};
    const std::string poster = poster_of_page(link.url);
    if (!finder.has_picture()) link.poster = poster;
    if (link.label.empty()) link.label = plain_address(link.url);
    if (const auto said = attribute_of(node, "data-attrs")) {
        const std::string words = collapse_spaces(json_text(*said, "full_text"));
        if (!words.empty()) link.label = words + " (" + link.label + ")";
    }
    if (!poster.empty()) link.label = std::string(plays) + host_of(link.url);
    return link;
}

bool is_bare_address(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("https://") && !line.starts_with("http://")) return false;
    if (line.size() > longest_address || line.find_first_of(" \t\"<>") != std::string_view::npos)
        return false;
    const auto url = parse_url(line);
    return url && url->host.find('.') != std::string::npos;
}

}  // namespace paperround::email
