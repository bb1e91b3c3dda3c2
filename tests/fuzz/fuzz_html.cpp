// Cleans arbitrary HTML and checks what it promises: only allow-listed tags and attributes, balanced, no
// foreign schemes, no controls; and that the text part can be made from it.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/clean/html_cleaner.hpp"
#include "email/css/css_policy.hpp"
#include "email/html/html_policy.hpp"
#include "email/html/html_tokenizer.hpp"
#include "email/plain/text_part.hpp"

using namespace paperround;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_void(std::string_view name) {
    return name == "br" || name == "hr" || name == "img" || name == "wbr";
}

// Ours, of images and players.
bool is_own_style(std::string_view style) {
    return style.starts_with("max-width:100%;height:") || style == "display:block" ||
           style == "width:1.2em;height:1.2em;vertical-align:-0.2em";
}

// Those that templates know.
bool is_own_class(std::string_view classes) {
    constexpr std::array<std::string_view, 15> known{
        "table",  "wide",        "coloured",    "tinted", "figure",    "caption",    "full",   "button-box",
        "button", "button-link", "button-text", "card",   "card-link", "card-title", "formula"};
    return std::ranges::all_of(split(classes, ' '), [&](std::string_view name) {
        return std::ranges::find(known, name) != known.end();
    });
}

// Of the table that a button stands in.
bool is_of_button(const std::string& element, const email::HtmlAttribute& attribute) {
    if (element != "table") return false;
    if (attribute.name == "role") return attribute.value == "presentation";
    const bool measure =
        attribute.name == "cellpadding" || attribute.name == "cellspacing" || attribute.name == "border";
    return measure && attribute.value == "0";
}

void check_attribute(const std::string& element, const email::HtmlAttribute& attribute) {
    if (attribute.name == "style") {
        // The post's own has passed the policy: it passes it again.
        if (is_own_style(attribute.value)) return;
        const auto style = email::parse_declarations(attribute.value);
        require(!style.empty() && email::allowed_style(style) == style);
        return;
    }
    if (attribute.name == "class") return require(is_own_class(attribute.value));
    if (is_of_button(element, attribute)) return;
    require(email::attribute_allowed(element, attribute.name));
    if (attribute.name != "href" && attribute.name != "src") return;
    bool known = false;
    for (const auto* scheme : {"http://", "https://", "mailto:", "tel:"}) {
        known = known || ascii_istarts_with(attribute.value, scheme);
    }
    require(known);
}

void check_clean(const std::string& html) {
    require(is_utf8(html));
    require(html.find_first_of(std::string_view("\x00\x01\x02\r", 4)) == std::string::npos);
    email::HtmlTokenizer tokenizer(html);
    email::HtmlToken token;
    std::vector<std::string> open;
    while (tokenizer.next(token)) {
        if (token.kind == email::HtmlToken::Kind::text) {
            require(!token.text.starts_with('<'));
        } else if (token.kind == email::HtmlToken::Kind::start_tag) {
            for (const auto& attribute : token.attributes) check_attribute(token.name, attribute);
            if (!is_void(token.name)) open.push_back(token.name);
        } else {
            require(!open.empty() && open.back() == token.name);
            open.pop_back();
        }
    }
    require(open.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto clean = email::clean_html(input, "https://example.org/post");
    if (!clean) return 0;
    check_clean(clean->html);
    require(is_utf8(email::text_of(*clean)));
    return 0;
}
