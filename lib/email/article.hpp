// A post of a mailing, and what its HTML became. For this library's sources only. Pure.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "email/clean/html_cleaner.hpp"
#include "email/mailing_content.hpp"
#include "email/render_error.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

// A post and what its HTML became.
struct Article {
    const feed::Post& post;
    CleanHtml html;
    std::string text;     // the same as plain text
    Direction direction;  // in which it is read, by its letters
};

// The columns that the templates keep free at each side of the article.
inline constexpr unsigned margins = 80;

// All posts of a mailing. Bounded in octets and in work; a stop interrupts it.
[[nodiscard]] Result<std::vector<Article>, RenderError> clean_articles(const MailingContent& content,
                                                                       const std::stop_token& stop);

// A post without a title is called by its first words.
[[nodiscard]] std::string name_of(const Article& article);

// As HTML's `dir` has it.
[[nodiscard]] std::string_view direction_name(Direction direction);

}  // namespace paperround::email
