// What a picture is to a reader: words, or a sign in the line. For this library's sources only. Pure.
#pragma once

#include <gumbo.h>

#include <string>

namespace paperround::email {

// Its alternative text on one line; empty where that is only the name of a file, or what a platform writes
// for every picture of a kind.
[[nodiscard]] std::string words_of_picture(const GumboNode& image);

// A formula that was drawn: WordPress, CodeCogs, MediaWiki. Its words are TeX.
[[nodiscard]] bool is_formula_picture(const GumboNode& image);

// A site's icon beside its name, which says no size.
[[nodiscard]] bool is_sign_in_line(const GumboNode& image);

}  // namespace paperround::email
