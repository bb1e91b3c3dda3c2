#include "email/article.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/excerpt.hpp"
#include "email/plain/text_part.hpp"
#include "email/template/strings.hpp"
#include "email/text/one_line.hpp"

namespace paperround::email {

namespace {

RenderError render_error(const CleanError& error) {
    switch (error.code) {
        case CleanError::Code::too_large:
            return {RenderError::Code::post_too_large, error.message};
        case CleanError::Code::interrupted:
            return {RenderError::Code::interrupted, error.message};
        default:
            return {RenderError::Code::post_too_complex, error.message};
    }
}

// A title says little; what the post begins with says the rest.
Direction direction_of(const feed::Post& post, std::string_view text, std::string_view language) {
    constexpr std::size_t enough = 4096;
    const bool to_left = text_direction(language) == "rtl";
    return main_direction(post.title + "\n" + std::string(utf8_prefix(text, enough)),
                          to_left ? Direction::right_to_left : Direction::left_to_right);
}

}  // namespace

Result<std::vector<Article>, RenderError> clean_articles(const MailingContent& content,
                                                         const std::stop_token& stop) {
    std::vector<Article> articles;
    articles.reserve(content.posts.size());
    CleanLimits limits{.image_width = content.newsletter.theme.width - margins,
                       .inline_pictures = {},
                       .picture_sizes = &content.picture_sizes};
    for (const InlinePicture& picture : content.pictures) limits.inline_pictures.push_back(cid_url(picture));
    for (const feed::Post& post : content.posts) {
        auto html = clean_html(post.html, post.link, limits, stop);
        if (!html) return failure(render_error(html.error()));
        std::string text = text_of(*html);
        if (text.size() > text_limit) {
            return failure(
                RenderError{RenderError::Code::post_too_large,
                            fmt::format("the post's text part is larger than {} KiB", text_limit >> 10U)});
        }
        const Direction direction = direction_of(post, text, content.newsletter.language);
        articles.push_back({post, std::move(*html), std::move(text), direction});
    }
    return articles;
}

std::string name_of(const Article& article) {
    constexpr std::size_t octets = 80;
    std::string title = one_line(article.post.title);
    return title.empty() ? excerpt_of(article.html, octets) : title;
}

std::string_view direction_name(Direction direction) {
    return direction == Direction::right_to_left ? "rtl" : "ltr";
}

}  // namespace paperround::email
