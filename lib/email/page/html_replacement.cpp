#include "email/page/html_replacement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/player_page.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_look = 4096;
constexpr std::size_t longest_words = 300;

bool is_no_address(std::string_view value) {
    constexpr std::array<std::string_view, 5> schemes{"about:", "data:", "javascript:", "blob:", "#"};
    return value.empty() ||
           std::ranges::any_of(schemes, [&](auto scheme) { return ascii_istarts_with(value, scheme); });
}

// What lazy loaders and banners that ask for consent put aside comes first.
std::string source_of(const HtmlToken& tag) {
    constexpr std::array<std::string_view, 11> names{"data-src",
                                                     "data-lazy-src",
                                                     "data-litespeed-src",
                                                     "data-cookieblock-src",
                                                     "data-src-cmplz",
                                                     "data-lazyload",
                                                     "data-original",
                                                     "data-href",
                                                     "src",
                                                     "data",
                                                     "href"};
    for (const std::string_view name : names) {
        if (name == "data-href" && tag.name != "object" && tag.name != "iframe") continue;
        if (name == "href") continue;
        const auto value = trim(tag.value_of(name));
        if (!is_no_address(value)) return std::string(value);
    }
    return {};
}

std::string first_of(const HtmlToken& tag, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const auto value = trim(tag.value_of(name)); !value.empty()) return std::string(value);
    }
    return {};
}

// Elements of their own that load a player when they are touched, and say which film.
std::string source_by_identity(const HtmlToken& tag) {
    const std::string id = first_of(tag, {"videoid", "video-id", "data-videoid", "data-video-id"});
    const std::string list = first_of(tag, {"playlistid", "playlist-id", "data-playlistid"});
    const bool vimeo = tag.name == "lite-vimeo" || tag.name == "amp-vimeo";
    const bool youtube = tag.name == "lite-youtube" || tag.name == "amp-youtube";
    if (vimeo && !id.empty()) return "https://player.vimeo.com/video/" + id;
    if (const auto note = tag.value_of("data-tweetid"); tag.name == "amp-twitter" && !note.empty())
        return "https://twitter.com/i/status/" + std::string(note);
    if (const auto note = tag.value_of("data-shortcode"); tag.name == "amp-instagram" && !note.empty())
        return "https://www.instagram.com/p/" + std::string(note) + "/";
    if (!youtube) return {};
    if (!list.empty() && id.empty()) return "https://www.youtube.com/embed/videoseries?list=" + list;
    return id.empty() ? std::string{} : "https://www.youtube.com/embed/" + id;
}

// What a program calls an icon: `download-circle`.
bool is_identifier(std::string_view title) {
    return title.find_first_of("-_") != std::string_view::npos && std::ranges::all_of(title, [](char c) {
               return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-' || c == '_';
           });
}

void look_within(std::string_view content, RawPlayer& player) {
    HtmlTokenizer tokenizer(content.substr(0, longest_look));
    HtmlToken token;
    bool in_link = false;
    std::string words;
    while (tokenizer.next(token)) {
        if (token.kind == HtmlToken::Kind::text) {
            if (in_link) words += token.text;
        } else if (token.name == "a") {
            const bool first = token.kind == HtmlToken::Kind::start_tag && player.page.empty();
            if (first) player.page = trim(token.value_of("href"));
            in_link = first && !player.page.empty();
        } else if (token.kind == HtmlToken::Kind::start_tag && player.source.empty() &&
                   (token.name == "source" || token.name == "embed" || token.name == "iframe")) {
            player.source = source_of(token);
        }
    }
    if (player.title.empty()) player.title = collapse_spaces(words);
}

bool says(std::string_view value, std::initializer_list<std::string_view> words) {
    const std::string lower = ascii_lower(value);
    return std::ranges::any_of(words, [&](auto word) { return lower.find(word) != std::string::npos; });
}

}  // namespace

RawPlayer read_raw_player(const HtmlToken& tag, std::string_view content) {
    RawPlayer player{
        .source = source_by_identity(tag),
        .title = first_of(tag, {"title", "aria-label", "playlabel", "data-title", "videotitle"})};
    if (player.source.empty()) player.source = source_of(tag);
    look_within(content, player);
    return player;
}

std::string own_document(const HtmlToken& frame) {
    const std::string_view said = frame.value_of("srcdoc");
    if (trim(said).empty()) return {};
    const std::string carrier =
        fmt::format("<!DOCTYPE html><body><p title=\"{}\">", replace_all(said, "\"", "&quot;"));
    const HtmlTree tree(carrier);
    struct Visitor {
        bool open(const GumboNode& node) {
            if (node.type == GUMBO_NODE_ELEMENT) title = attribute_of(node, "title").value_or("");
            return false;
        }
        void close(const GumboNode& /*node*/) const {}
        std::string title;
    } visitor;
    tree.walk_body(visitor);
    return to_valid_utf8(visitor.title);
}

bool has_substance(std::string_view content) {
    constexpr std::array<std::string_view, 7> substantial{"a",   "audio",  "embed", "iframe",
                                                          "img", "object", "video"};
    HtmlTokenizer tokenizer(content);
    HtmlToken token;
    while (tokenizer.next(token)) {
        if (token.kind == HtmlToken::Kind::text
                ? !trim(token.text).empty()
                : std::ranges::find(substantial, token.name) != substantial.end())
            return true;
    }
    return false;
}

RawScript read_raw_script(const HtmlToken& tag, std::string_view content) {
    RawScript script;
    const std::string type = ascii_lower(trim(tag.value_of("type")));
    if (type.starts_with("math/tex") || type.starts_with("math/asciimath")) {
        script.tex = content;
    } else if (type.starts_with("math/mml")) {
        script.mathml = content;
    } else if (const auto note = trim(tag.value_of("data-telegram-post")); !note.empty()) {
        script.page = "https://t.me/" + std::string(note);
    } else if (tag.value_of("class") == "speakerdeck-embed" && tag.has("data-id")) {
        script.page = "https://speakerdeck.com/player/" + std::string(tag.value_of("data-id"));
    } else {
        std::string source(trim(tag.value_of("src")));
        if (source.starts_with("//")) source.insert(0, "https:");
        script.page = page_of_script(replace_all(source, "&amp;", "&")).value_or("");
    }
    return script;
}

std::string words_of_drawing(const HtmlToken& tag, std::string_view content) {
    const std::string role = ascii_lower(tag.value_of("role"));
    if (tag.value_of("aria-hidden") == "true" || role == "presentation" || role == "none") return {};
    std::string title = first_of(tag, {"aria-label", "title"});
    std::string written;
    HtmlTokenizer tokenizer(content);
    HtmlToken token;
    std::string inside;
    while (title.empty() && written.size() < longest_words && tokenizer.next(token)) {
        const bool holds_words =
            token.name == "title" || token.name == "text" || token.name == "foreignobject";
        if (token.kind == HtmlToken::Kind::text) {
            const std::string words = collapse_spaces(token.text);
            if (inside == "title" && written.empty()) title = words;
            if (inside == "text" || inside == "foreignobject")
                written += (written.empty() ? "" : " ") + words;
        } else if (holds_words) {
            inside =
                token.kind == HtmlToken::Kind::start_tag && !token.self_closing ? token.name : std::string{};
            if (inside.empty() && !written.empty() && token.name != "title") written += ',';
        }
    }
    if (is_identifier(title)) return {};
    if (!title.empty()) return title;
    while (written.ends_with(',') || written.ends_with(' ')) written.pop_back();
    return std::string(utf8_prefix(written, longest_words));
}

std::string_view tex_of_drawing(std::string_view content) {
    HtmlTokenizer tokenizer(content.substr(0, longest_look));
    HtmlToken token;
    constexpr int deepest = 5;
    for (int tags = 0; tags < deepest && tokenizer.next(token); ++tags) {
        if (token.value_of("data-mml-node") == "math") return token.value_of("data-latex");
    }
    return {};
}

bool is_button_of_page(const HtmlToken& tag) {
    for (const std::string_view name : {"class", "id", "aria-label", "title", "onclick"}) {
        if (says(tag.value_of(name),
                 {"copy", "clipboard", "toggle", "close", "play", "menu", "dismiss", "share-"}))
            return true;
    }
    return tag.has("data-clipboard-text") || tag.has("data-clipboard-target");
}

std::string sign_of_input(const HtmlToken& tag, bool begins) {
    const std::string_view type = trim(tag.value_of("type"));
    const bool radio = ascii_iequals(type, "radio");
    if ((!radio && !ascii_iequals(type, "checkbox")) || tag.has("hidden")) return {};
    if (says(tag.value_of("style"), {"display:none", "display: none"})) return {};
    if (radio) {
        for (const std::string_view name : {"class", "id", "name"}) {
            if (says(tag.value_of(name), {"toggle", "menu", "tab", "slide", "carousel", "rating", "star"}))
                return {};
        }
        return tag.has("checked") ? "\u25C9" : "\u25CB";
    }
    for (const std::string_view name : {"class", "id"}) {
        if (says(tag.value_of(name), {"toggle", "menu", "sidenote"})) return {};
    }
    if (!begins && !tag.has("disabled")) return {};
    return tag.has("checked") ? "\u2611" : "\u2610";
}

}  // namespace paperround::email
