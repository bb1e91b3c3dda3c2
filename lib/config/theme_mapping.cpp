#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "config/keys.hpp"
#include "config/mapping.hpp"

namespace paperround::config {

namespace {

bool is_hex_digit(char c) {
    return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

// #rrggbb, or #rgb for short.
Value<std::string> read_colour(const Node& node) {
    const auto text = read_text(node, "a colour");
    if (!text) return failure(text.error());
    const std::string lower = ascii_lower(*text);
    const bool sound = (lower.size() == 4 || lower.size() == 7) && lower.front() == '#' &&
                       std::ranges::all_of(lower.substr(1), is_hex_digit);
    if (!sound)
        return failure(
            Complaint{fmt::format("expected a colour as \"#9c3d1a\", got {}", in_quotes(*text)), {}});
    if (lower.size() == 7) return lower;
    std::string whole = "#";
    for (const char digit : lower.substr(1)) whole.append(2, digit);
    return whole;
}

// CSS font names, without characters that could end the declaration or the attribute around it.
Value<std::string> read_font(const Node& node) {
    auto text = read_text(node, "a list of fonts");
    if (!text) return text;
    const bool sound =
        text->size() <= 200 && std::ranges::all_of(*text, [](char c) {
            return is_ascii_alpha(c) || is_ascii_digit(c) || c == ' ' || c == ',' || c == '\'' || c == '-';
        });
    if (!sound || std::ranges::count(*text, '\'') % 2 != 0) {
        return failure(Complaint{
            fmt::format("expected names of fonts, separated by commas, in ' where they hold spaces, got {}",
                        in_quotes(*text)),
            {}});
    }
    return text;
}

Value<std::string> read_share_service(const Node& node) {
    auto name = read_text(node, "the name of a service");
    if (!name || std::ranges::find(share_services, *name, &ShareService::name) != share_services.end())
        return name;
    std::vector<std::string> known;
    known.reserve(share_services.size());
    for (const ShareService& service : share_services) known.emplace_back(service.name);
    return failure(unknown_choice(*name, known));
}

}  // namespace

Theme read_theme(const Section& newsletter) {
    Theme theme;
    const Field* field = newsletter.find("theme");
    if (field == nullptr) return theme;
    const Section section(*field, theme_keys, newsletter.report());
    section.read("accent", theme.accent, read_colour);
    section.read("logo", theme.logo, read_url_text, std::vector<std::string>{"http", "https"});
    section.read("logo_dark", theme.logo_dark, read_url_text, std::vector<std::string>{"http", "https"});
    section.read("font", theme.font, read_font);
    section.read("width", theme.width, read_number, 320U, 800U);
    return theme;
}

std::vector<std::string> read_share_services(const Section& newsletter) {
    std::vector<std::string> services;
    const Field* list = newsletter.find("share");
    if (list == nullptr) return services;
    if (list->node->kind != Node::Kind::sequence) {
        newsletter.complain(
            "share", {fmt::format("expected a list of services, got {}", name_of(list->node->kind)), {}});
        return services;
    }
    for (std::size_t i = 0; i < list->node->items.size(); ++i) {
        const Node& item = list->node->items[i];
        auto name = read_share_service(item);
        const std::string path = fmt::format("{}[{}]", list->path, i);
        if (!name) {
            newsletter.report().add(item.line, path, std::move(name.error()));
        } else if (std::ranges::find(services, *name) != services.end()) {
            newsletter.report().add(item.line, path,
                                    {fmt::format("{} stands here twice", in_quotes(*name)), {}});
        } else {
            services.push_back(std::move(*name));
        }
    }
    return services;
}

}  // namespace paperround::config
