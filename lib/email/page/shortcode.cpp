#include "email/page/shortcode.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_code_name = 40;
constexpr std::size_t longest_shortcode = 2000;

constexpr std::array<std::string_view, 11> layout_prefixes{"vc_", "et_pb_",  "fusion_", "av_", "mk_", "su_",
                                                           "ux_", "nectar_", "tatsu_",  "kc_", "wpb_"};

struct ShortcodeName {
    std::string_view name;
    ShortcodeKind kind;
};
constexpr std::array shortcode_names = std::to_array<ShortcodeName>({
    {"accordion", ShortcodeKind::wrapper},
    {"accordions", ShortcodeKind::wrapper},
    {"addtoany", ShortcodeKind::form},
    {"adrotate", ShortcodeKind::form},
    {"alert", ShortcodeKind::wrapper},
    {"audio", ShortcodeKind::recording},
    {"box", ShortcodeKind::wrapper},
    {"button", ShortcodeKind::wrapper},
    {"buttons", ShortcodeKind::wrapper},
    {"caption", ShortcodeKind::caption},
    {"column", ShortcodeKind::wrapper},
    {"columns", ShortcodeKind::wrapper},
    {"contact-form", ShortcodeKind::form},
    {"contact-form-7", ShortcodeKind::form},
    {"crowdsignal", ShortcodeKind::page},
    {"dailymotion", ShortcodeKind::film},
    {"dropcap", ShortcodeKind::wrapper},
    {"embed", ShortcodeKind::film},
    {"embedyt", ShortcodeKind::film},
    {"envira-gallery", ShortcodeKind::page},
    {"ez-toc", ShortcodeKind::form},
    {"foogallery", ShortcodeKind::page},
    {"formidable", ShortcodeKind::form},
    {"gallery", ShortcodeKind::page},
    {"gist", ShortcodeKind::film},
    {"googlemaps", ShortcodeKind::film},
    {"gravityform", ShortcodeKind::form},
    {"gravityforms", ShortcodeKind::form},
    {"highlight", ShortcodeKind::wrapper},
    {"instagram", ShortcodeKind::film},
    {"jetpack-related-posts", ShortcodeKind::form},
    {"jetpack_likes", ShortcodeKind::form},
    {"jetpack_subscription_form", ShortcodeKind::form},
    {"lwptoc", ShortcodeKind::form},
    {"mailpoet_form", ShortcodeKind::form},
    {"mc4wp_form", ShortcodeKind::form},
    {"metaslider", ShortcodeKind::page},
    {"modula", ShortcodeKind::page},
    {"newsletter_form", ShortcodeKind::form},
    {"ngg", ShortcodeKind::page},
    {"nggallery", ShortcodeKind::page},
    {"ninja_form", ShortcodeKind::form},
    {"ninja_forms", ShortcodeKind::form},
    {"one_fourth", ShortcodeKind::wrapper},
    {"one_fourth_last", ShortcodeKind::wrapper},
    {"one_half", ShortcodeKind::wrapper},
    {"one_half_last", ShortcodeKind::wrapper},
    {"one_third", ShortcodeKind::wrapper},
    {"one_third_last", ShortcodeKind::wrapper},
    {"playlist", ShortcodeKind::page},
    {"poll", ShortcodeKind::page},
    {"polldaddy", ShortcodeKind::page},
    {"pullquote", ShortcodeKind::wrapper},
    {"rev_slider", ShortcodeKind::page},
    {"row", ShortcodeKind::wrapper},
    {"smartslider3", ShortcodeKind::page},
    {"social_share", ShortcodeKind::form},
    {"soundcloud", ShortcodeKind::film},
    {"spotify", ShortcodeKind::film},
    {"tab", ShortcodeKind::wrapper},
    {"tabgroup", ShortcodeKind::wrapper},
    {"table", ShortcodeKind::page},
    {"tabs", ShortcodeKind::wrapper},
    {"ted", ShortcodeKind::film},
    {"the_ad", ShortcodeKind::form},
    {"the_ad_group", ShortcodeKind::form},
    {"three_fourth", ShortcodeKind::wrapper},
    {"toc", ShortcodeKind::form},
    {"toggle", ShortcodeKind::wrapper},
    {"toggles", ShortcodeKind::wrapper},
    {"tweet", ShortcodeKind::film},
    {"twitter", ShortcodeKind::film},
    {"two_third", ShortcodeKind::wrapper},
    {"two_third_last", ShortcodeKind::wrapper},
    {"video", ShortcodeKind::recording},
    {"videopress", ShortcodeKind::film},
    {"vimeo", ShortcodeKind::film},
    {"wp_caption", ShortcodeKind::caption},
    {"wpforms", ShortcodeKind::form},
    {"wpvideo", ShortcodeKind::film},
    {"youtube", ShortcodeKind::film},
});
static_assert(std::ranges::is_sorted(shortcode_names, {}, &ShortcodeName::name));

ShortcodeKind kind_of_shortcode(std::string_view name) {
    if (std::ranges::any_of(layout_prefixes, [&](auto prefix) { return name.starts_with(prefix); }))
        return ShortcodeKind::layout;
    const auto found = std::ranges::lower_bound(shortcode_names, name, {}, &ShortcodeName::name);
    return found != shortcode_names.end() && found->name == name ? found->kind : ShortcodeKind::unknown;
}

// Quotation marks as they were typed, or as WordPress sets them.
constexpr std::array<std::string_view, 8> double_marks{"\"",      "&quot;",  "&#34;",  "&#8220;",
                                                       "&#8221;", "&#8243;", "\u201c", "\u201d"};
constexpr std::array<std::string_view, 7> single_marks{"'",       "&#039;", "&#39;", "&#8216;",
                                                       "&#8217;", "\u2018", "\u2019"};

// How long the one is that the text begins with.
std::size_t mark_at(std::string_view text, std::span<const std::string_view> quotation_marks) {
    const auto found =
        std::ranges::find_if(quotation_marks, [&](auto mark) { return text.starts_with(mark); });
    return found == quotation_marks.end() ? 0 : found->size();
}

std::string_view said_value(std::string_view attributes, std::string_view name) {
    for (auto at = attributes.find(name); at != std::string_view::npos; at = attributes.find(name, at + 1)) {
        std::string_view value = attributes.substr(at + name.size());
        if (at == 0 || may_name_shortcode(attributes[at - 1]) || !value.starts_with('=')) continue;
        value.remove_prefix(1);
        std::span<const std::string_view> quotation_marks = double_marks;
        if (mark_at(value, quotation_marks) == 0) quotation_marks = single_marks;
        const std::size_t quotation = mark_at(value, quotation_marks);
        value.remove_prefix(quotation);
        std::size_t end = 0;
        while (end < value.size() && (quotation > 0 ? mark_at(value.substr(end), quotation_marks) == 0
                                                    : !is_ascii_space(value[end])))
            ++end;
        return trim(value.substr(0, end));
    }
    return {};
}

}  // namespace

bool may_name_shortcode(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '-';
}

std::optional<Shortcode> shortcode_at(std::string_view text) {
    text = text.substr(0, longest_shortcode);
    Shortcode found;
    found.end = text.substr(1).starts_with('/');
    const std::size_t begin = found.end ? 2 : 1;
    std::size_t at = begin;
    while (at < text.size() && at - begin < longest_code_name && may_name_shortcode(text[at])) ++at;
    found.name = ascii_lower(text.substr(begin, at - begin));
    const std::size_t name_end = at;
    const bool apart =
        at < text.size() &&
        (is_ascii_space(text[at]) || std::string_view("]/=&").find(text[at]) != std::string_view::npos);
    if (found.name.empty() || !apart) return std::nullopt;
    found.kind = kind_of_shortcode(found.name);
    if (found.kind == ShortcodeKind::unknown) return std::nullopt;
    bool quoted = false;
    for (; at < text.size() && (quoted || (text[at] != ']' && text[at] != '[')); ++at)
        quoted = quoted != (text[at] == '"');
    if (quoted) at = text.find_first_of("[]", name_end);
    if (at >= text.size() || text[at] != ']') return std::nullopt;
    found.attributes = text.substr(name_end, at - name_end);
    found.length = at + 1;
    return found;
}

std::string_view first_said(std::string_view attributes, std::initializer_list<std::string_view> wanted) {
    for (const std::string_view name : wanted) {
        if (const auto value = said_value(attributes, name); !value.empty()) return value;
    }
    return {};
}

bool is_whole_address(std::string_view value) {
    return (ascii_istarts_with(value, "https://") || ascii_istarts_with(value, "http://")) &&
           value.find_first_of("\"<> ") == std::string_view::npos;
}

std::string_view address_in(std::string_view attributes) {
    const auto at = attributes.find("http");
    if (at == std::string_view::npos) return {};
    std::string_view value = attributes.substr(at);
    std::size_t end = 0;
    while (end < value.size() && !is_ascii_space(value[end]) &&
           mark_at(value.substr(end), double_marks) == 0 && mark_at(value.substr(end), single_marks) == 0)
        ++end;
    value = value.substr(0, end);
    return is_whole_address(value) ? value : std::string_view{};
}

}  // namespace paperround::email
