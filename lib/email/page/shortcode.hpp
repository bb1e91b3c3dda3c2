// One shortcode of WordPress, as it stands in a text: `[caption id="a"]`. For this folder's sources only. Pure.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace paperround::email {

enum class ShortcodeKind {
    unknown,
    layout,   // a page builder's: only what it says in its attributes counts
    wrapper,  // an everyday word, which is taken for one only with an end or attributes
    caption,
    recording,
    film,  // an address, whatever is behind it
    page,  // for the page alone
    form,  // and what else a mail cannot have
};

struct Shortcode {
    ShortcodeKind kind = ShortcodeKind::unknown;
    bool end = false;
    std::string name;
    std::string_view attributes;
    std::size_t length = 0;

    [[nodiscard]] bool has_attributes() const { return attributes.find('=') != std::string_view::npos; }
};

// The one that `text` begins with, if its name is known.
[[nodiscard]] std::optional<Shortcode> shortcode_at(std::string_view text);

// Of an attribute, without its quotation marks, as they were typed or as WordPress set them; the first of several
// names that has one. Empty where there is none.
[[nodiscard]] std::string_view first_said(std::string_view attributes,
                                          std::initializer_list<std::string_view> wanted);

// The first address of the web in the attributes, else empty.
[[nodiscard]] std::string_view address_in(std::string_view attributes);
[[nodiscard]] bool is_whole_address(std::string_view value);
[[nodiscard]] bool may_name_shortcode(char c);

}  // namespace paperround::email
