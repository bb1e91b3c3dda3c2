#include "post/post_likeness.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <vector>

#include "base/address/url.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "feed/text/character_reference.hpp"
#include "feed/text/html_tag.hpp"
#include "markdown/relative_targets.hpp"

namespace paperround::post {

namespace {

// Enough of a text to know it by; and to say that two are like each other, which each new post may be asked
// about many known ones.
constexpr std::size_t compared_octets = 200'000;
constexpr std::size_t octets_for_likeness = 20'000;

// What campaigns and feeds add to an address, as lists of readers and browsers have them (Miniflux, Firefox,
// AdGuard).
bool is_tracking(std::string_view parameter) {
    const auto sign = std::min(parameter.find('='), parameter.size());
    const std::string name = ascii_lower(parameter.substr(0, sign));
    if (ascii_istarts_with(parameter.substr(sign), "=rss")) return true;  // partner=rss, wt_mc=rss.red
    constexpr std::array<std::string_view, 10> families{"utm_", "pk_",   "mtm_", "itm_",    "at_",
                                                        "hsa_", "wt_mc", "ns_",  "matomo_", "piwik_"};
    constexpr std::array<std::string_view, 32> names{
        "fbclid", "gclid",      "dclid",       "msclkid",         "yclid",    "igshid",     "mc_cid",
        "mc_eid", "ref",        "ref_src",     "ref_url",         "source",   "cmpid",      "_hsenc",
        "_hsmi",  "gbraid",     "wbraid",      "twclid",          "ttclid",   "srsltid",    "mkt_tok",
        "xtor",   "oly_enc_id", "oly_anon_id", "vero_id",         "wickedid", "guccounter", "_openstat",
        "ftcamp", "sc_cid",     "from_rss",    "ck_subscriber_id"};
    return std::ranges::any_of(families, [&](auto family) { return name.starts_with(family); }) ||
           std::ranges::find(names, name) != names.end();
}

// Hexadecimal digits behind a percent sign may be written in either case, and an octet beyond ASCII as
// itself.
std::string with_usual_escapes(std::string_view place) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; };
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    out.reserve(place.size());
    for (std::size_t at = 0; at < place.size(); ++at) {
        const auto octet = static_cast<unsigned char>(place[at]);
        if (octet >= 0x80) {
            out += {'%', digits[octet >> 4U], digits[octet & 15U]};
        } else if (place[at] == '%' && at + 2 < place.size()) {
            out += {'%', upper(place[at + 1]), upper(place[at + 2])};
            at += 2;
        } else {
            out += place[at];
        }
    }
    return out;
}

// Path, query and, since pages are made of posts, fragment.
std::string place_of(std::string_view rest) {
    const auto sign = std::min(rest.find('#'), rest.size());
    const std::string_view fragment = rest.substr(sign);
    if (fragment.size() > 1 && fragment.find('=') == std::string_view::npos && fragment != "#top")
        return place_of(rest.substr(0, sign)) + std::string(fragment);
    rest = rest.substr(0, sign);
    const auto mark = std::min(rest.find('?'), rest.size());
    std::string_view path = rest.substr(0, mark);
    while (path.ends_with('/')) path.remove_suffix(1);
    std::string place = with_usual_escapes(path);
    char separator = '?';
    if (mark == rest.size()) return place;
    for (const std::string_view parameter : split(rest.substr(mark + 1), '&')) {
        if (parameter.empty() || is_tracking(parameter)) continue;
        place += separator + with_usual_escapes(parameter);
        separator = '&';
    }
    return place;
}

// What a reader would see of the text, and the places that it leads to, each in a part of its own.
struct Content {
    std::string words;
    std::string places;
};

// Pictures that lie beside a post move with it.
std::string place_of_target(std::string_view target) {
    const auto beside = markdown::path_beside(target);
    return beside ? beside->substr(beside->rfind('/') + 1) : path_key(target);
}

Content content_of(std::string_view html, std::size_t octets) {
    html = html.substr(0, octets);
    Content content;
    while (!html.empty()) {
        const auto start = std::min(html.find('<'), html.size());
        content.words += feed::decode_references(html.substr(0, start));
        html.remove_prefix(start);
        if (html.size() < 2) break;
        if (html.starts_with("<!--")) {
            const auto end = html.find("-->", 4);
            html.remove_prefix(end == std::string_view::npos ? html.size() : end + 3);
        } else if (is_ascii_alpha(html[1]) || html[1] == '/') {
            const feed::HtmlTag tag = feed::read_html_tag(html);
            for (const feed::HtmlAttribute& attribute : tag.attributes) {
                if (attribute.name == "src" || attribute.name == "href")
                    content.places += place_of_target(feed::decode_references(attribute.value)) + "\n";
            }
            content.words += ' ';
            html.remove_prefix(tag.length);
        } else {
            content.words += '<';
            html.remove_prefix(1);
        }
    }
    return content;
}

std::vector<std::size_t> pairs_of_words(std::string_view html) {
    const std::string words = ascii_lower(collapse_spaces(content_of(html, octets_for_likeness).words));
    std::vector<std::size_t> pairs;
    std::string_view before;
    for (const std::string_view word : split(words, ' ')) {
        pairs.push_back(std::hash<std::string_view>{}(word)*31 + std::hash<std::string_view>{}(before));
        before = word;
    }
    std::ranges::sort(pairs);
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

}  // namespace

std::string link_key(std::string_view link) {
    const auto url = parse_url(link);
    if (!url || !url->is_web()) return {};
    std::string_view host = url->host;
    if (host.starts_with("www.")) host.remove_prefix(4);
    const bool usual = url->port == 0 || url->port == 80 || url->port == 443;
    return std::string(host) + (usual ? "" : ":" + std::to_string(url->port)) + place_of(url->rest);
}

std::string path_key(std::string_view link) {
    const auto url = parse_url(link);
    return place_of(url && url->is_web() ? std::string_view(url->rest) : link);
}

std::string text_key(const feed::Post& post) {
    const Content content = content_of(post.html, compared_octets);
    const std::string words = collapse_spaces(content.words);
    if (words.empty() && content.places.empty() && post.title.empty()) return {};
    return hex(sha256(collapse_spaces(post.title) + "\n" + words + "\n" + content.places)).substr(0, 32);
}

Likeness likeness_of(std::string_view html, std::string_view other) {
    const auto a = pairs_of_words(html);
    const auto b = pairs_of_words(other);
    std::vector<std::size_t> both;
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    const auto share = [&](std::size_t of) {
        return of == 0 ? 1.0 : static_cast<double>(both.size()) / static_cast<double>(of);
    };
    return {share(a.size() + b.size() - both.size()),
            a.empty() == b.empty() ? share(std::min(a.size(), b.size())) : 0.0};
}

}  // namespace paperround::post
