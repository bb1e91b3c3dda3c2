#include "email/inbox_lines.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "email/excerpt.hpp"
#include "email/text/one_line.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t preheader_octets = 160;

// The inbox's second line of a digest: what else is in it.
std::string other_titles(const std::vector<Article>& articles) {
    std::string line;
    for (std::size_t i = 1; i < articles.size(); ++i) {
        const std::string title = name_of(articles[i]);
        if (title.empty()) continue;
        line += (line.empty() ? "" : " \u00b7 ") + title;
    }
    return shortened(line, preheader_octets);
}

// Of a mailing with one post.
std::string words_of(const Article& article) {
    if (!trim(article.post.subtitle).empty()) return one_line(article.post.subtitle);
    return excerpt_of(article.html, preheader_octets);
}

}  // namespace

std::string subject_of(const MailingContent& content, const std::vector<Article>& articles,
                       const Strings& strings) {
    std::string newsletter = one_line(content.newsletter.title);
    std::string title = name_of(articles.front());
    if (title.empty()) return newsletter;
    if (!content.is_digest()) return title;
    const std::size_t others = content.posts.size() - 1;
    const std::string more = replace_all(plural_form(strings.at("and_more"), strings.at("language"), others),
                                         "{count}", std::to_string(others));
    return fill_in(strings.at("digest_subject"),
                   {{"newsletter", newsletter}, {"title", title}, {"and_more", more}});
}

std::string preheader_of(const std::vector<Article>& articles) {
    return articles.size() > 1 ? other_titles(articles) : words_of(articles.front());
}

std::string filler_behind(std::string_view preheader) {
    constexpr int wanted = 70;    // columns; wider than what phones show
    constexpr int of_filler = 3;  // columns that one takes
    constexpr int most_fillers = 8;
    const int missing = wanted - static_cast<int>(display_width(preheader));
    std::string out;
    for (int i = 0; i < std::min(most_fillers, (missing + of_filler - 1) / of_filler); ++i)
        out += "\u2007\u034F ";
    return out;
}

}  // namespace paperround::email
