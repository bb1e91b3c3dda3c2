#include "email/picture/emoji_picture.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tree.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

namespace {

constexpr unsigned largest_emoji = 160;  // pixels; what is larger is a picture, whatever it is called
constexpr std::size_t most_characters = 16;
constexpr char32_t emoji_style = 0xFE0F;

bool is_joiner(char32_t c) {
    return c == 0x200D || c == emoji_style || c == 0x20E3 || (c >= 0xE0020 && c <= 0xE007F);
}

bool is_keycap(char32_t c) {
    return c == '#' || c == '*' || (c >= '0' && c <= '9');
}

// The blocks that emoji are taken from.
bool is_emoji(char32_t c) {
    constexpr std::array<std::pair<char32_t, char32_t>, 12> ranges{{{0xA9, 0xA9},
                                                                    {0xAE, 0xAE},
                                                                    {0x203C, 0x203C},
                                                                    {0x2049, 0x2049},
                                                                    {0x2122, 0x21FF},
                                                                    {0x2300, 0x23FF},
                                                                    {0x2460, 0x24FF},
                                                                    {0x25A0, 0x27BF},
                                                                    {0x2900, 0x297F},
                                                                    {0x2B00, 0x2BFF},
                                                                    {0x3030, 0x3299},
                                                                    {0x1F000, 0x1FAFF}}};
    return std::ranges::any_of(ranges,
                               [c](const auto& range) { return c >= range.first && c <= range.second; });
}

// One or a few emoji, and nothing else.
bool is_emoji_text(std::string_view text) {
    std::size_t count = 0;
    bool any = false;
    bool keycap = false;
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        text.remove_prefix(point.length);
        if (!point.valid || ++count > most_characters) return false;
        keycap = keycap || point.value == 0x20E3;
        any = any || is_emoji(point.value) || keycap;
        if (!is_emoji(point.value) && !is_joiner(point.value) && !is_keycap(point.value)) return false;
    }
    return any;
}

// `1f1e9-1f1ea.png`, `1f600@2x.png`, `emoji_u1f600.png`: code points in hexadecimal.
std::string character_of(std::string_view name) {
    name = name.substr(0, name.find_first_of(".@"));
    for (const std::string_view prefix : {"emoji_", "emoji", "u+", "u"})
        if (ascii_istarts_with(name, prefix)) name.remove_prefix(prefix.size());
    std::string out;
    std::size_t count = 0;
    char32_t last = 0;
    while (!name.empty()) {
        unsigned value = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value, 16);
        const auto length = static_cast<std::size_t>(end - name.data());
        if (error != std::errc() || length < 2 || value > 0xE007F || ++count > most_characters) return {};
        append_utf8(out, value);
        last = value;
        name.remove_prefix(length);
        if (name.empty()) break;
        if (name.front() != '-' && name.front() != '_') return {};
        name.remove_prefix(1);
    }
    // The old signs are black and white unless it is said.
    if (count == 1 && last < 0x10000) append_utf8(out, emoji_style);
    return is_emoji_text(out) ? out : std::string{};
}

bool has_emoji_class(const GumboNode& image) {
    constexpr std::array<std::string_view, 11> names{"wp-smiley", "emoji",   "twemoji",  "emojione",
                                                     "smiley",    "smilie",  "emoticon", "custom-emoji",
                                                     "g-emoji",   "c-emoji", "joypixels"};
    std::string classes = ascii_lower(attribute_of(image, "class").value_or(""));
    std::ranges::replace_if(classes, is_ascii_space, ' ');
    return std::ranges::any_of(split(classes, ' '),
                               [&](auto name) { return std::ranges::find(names, name) != names.end(); });
}

bool is_emoji_address(std::string_view url) {
    constexpr std::array<std::string_view, 11> parts{"/emoji/",  "/emojis/",  "/twemoji",      "@twemoji/",
                                                     "twemoji.", "emojione",  "emoji-assets/", "/emoji.php/",
                                                     "/mail/e/", "/smilies/", "/smileys/"};
    const std::string lower = ascii_lower(url);
    return lower.find("/notoemoji/") != std::string::npos ||
           std::ranges::any_of(parts, [&](auto part) { return lower.find(part) != std::string::npos; });
}

// The last parts of the path, for one of them names the character: `/1f600/32.png`.
std::string character_in(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    for (int i = 0; i < 2; ++i) {
        const auto slash = url.rfind('/');
        if (slash == std::string_view::npos) return {};
        if (std::string found = character_of(url.substr(slash + 1)); !found.empty()) return found;
        url = url.substr(0, slash);
    }
    return {};
}

// As forums and GitHub call the usual ones, where neither the description nor the address says more.
std::string named_character(std::string_view name) {
    constexpr std::array names = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"+1", "👍"},
        {"-1", "👎"},
        {"blush", "😊"},
        {"bulb", "💡"},
        {"clap", "👏"},
        {"cry", "😢"},
        {"eyes", "👀"},
        {"fire", "🔥"},
        {"grin", "😁"},
        {"grinning", "😀"},
        {"heart", "❤️"},
        {"heart_eyes", "😍"},
        {"joy", "😂"},
        {"laughing", "😆"},
        {"pray", "🙏"},
        {"rocket", "🚀"},
        {"slight_smile", "🙂"},
        {"smile", "😄"},
        {"smiley", "😃"},
        {"smirk", "😏"},
        {"sob", "😭"},
        {"sparkles", "✨"},
        {"star", "⭐"},
        {"sunglasses", "😎"},
        {"sweat_smile", "😅"},
        {"tada", "🎉"},
        {"thinking", "🤔"},
        {"thumbsup", "👍"},
        {"warning", "⚠️"},
        {"wave", "👋"},
        {"white_check_mark", "✅"},
        {"wink", "😉"},
    });
    if (name.size() < 3 || !name.starts_with(':') || !name.ends_with(':')) return {};
    name = name.substr(1, name.size() - 2);
    const auto* const found =
        std::ranges::find(names, name, &std::pair<std::string_view, std::string_view>::first);
    return found == names.end() ? std::string{} : std::string(found->second);
}

// Said to be no higher than a line.
bool is_text_size(const GumboNode& image) {
    constexpr unsigned line = 32;  // pixels
    for (const char* name : {"width", "height"})
        if (const auto size = pixels(attribute_of(image, name)); size && *size <= line) return true;
    return std::ranges::any_of(
        parse_declarations(attribute_of(image, "style").value_or("")), [](const CssDeclaration& said) {
            if (said.property != "height" && said.property != "width" && said.property != "max-height")
                return false;
            const auto size = length_in_pixels(said.value, 0);
            return size && *size <= line;
        });
}

}  // namespace

std::optional<std::string> emoji_of(const GumboNode& image, std::string_view url) {
    const auto large = [](std::optional<unsigned> size) { return size && *size > largest_emoji; };
    if (large(pixels(attribute_of(image, "width"))) || large(pixels(attribute_of(image, "height"))))
        return std::nullopt;
    const std::string_view alt = trim(attribute_of(image, "alt").value_or(""));
    const bool called_so = has_emoji_class(image) || is_emoji_address(url);
    const bool says_one = is_emoji_text(alt);
    // A sprite, or data: only its words can be shown.
    if (url.empty()) return called_so || says_one ? std::optional(std::string(alt)) : std::nullopt;
    if (!called_so && !(says_one && is_text_size(image))) return std::nullopt;
    if (says_one) return std::string(alt);
    if (std::string found = character_in(url); !found.empty()) return found;
    return named_character(alt);
}

}  // namespace paperround::email
