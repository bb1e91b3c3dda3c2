// The first words of an article, for the inbox's second line and for digests. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "email/clean/html_cleaner.hpp"

namespace paperround::email {

// One line of running text, cut between words with an ellipsis behind. Headings, pictures and their captions,
// tables, code and footnote marks are passed over.
[[nodiscard]] std::string excerpt_of(const CleanHtml& html, std::size_t octets);

// The line, cut in the same way.
[[nodiscard]] std::string shortened(std::string line, std::size_t octets);

}  // namespace paperround::email
