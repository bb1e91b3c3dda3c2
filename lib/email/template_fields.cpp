#include "email/template_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/text.hpp"
#include "config/time/local_date.hpp"
#include "email/css/colour.hpp"
#include "email/css/outlook_font.hpp"
#include "email/excerpt.hpp"
#include "email/inbox_lines.hpp"
#include "email/lead_picture.hpp"
#include "email/plain/text_lines.hpp"
#include "email/share_links.hpp"
#include "email/template/merge_text.hpp"
#include "email/text/one_line.hpp"

namespace paperround::email {

using kainjow::mustache::data;

namespace {

constexpr std::size_t excerpt_octets = 320;

std::string wrapped(std::string_view paragraph) {
    TextLines lines;
    lines.write_wrapped(paragraph);
    return std::string(trim(lines.take()));
}

// The first line may be code, whose indentation counts.
std::string_view without_line_ends(std::string_view text) {
    while (text.starts_with('\n')) text.remove_prefix(1);
    return trim_end(text);
}

// A post that is read the other way than the newsletter says so itself, in templates that do not ask.
std::string turned(const Article& article, const config::Newsletter& newsletter) {
    const std::string_view direction = direction_name(article.direction);
    if (direction == text_direction(newsletter.language)) return article.html.html;
    return fmt::format("<div dir=\"{}\" style=\"text-align:{}\">{}</div>", direction,
                       direction == "rtl" ? "right" : "left", article.html.html);
}

// `start` and `end` are those of the posts, where all of them are read the other way than the newsletter.
data newsletter_fields(const MailingContent& content, const std::vector<Article>& articles) {
    const config::Newsletter& newsletter = content.newsletter;
    data fields;
    fields.set("title", field(one_line(newsletter.title)));
    fields.set("name", field(newsletter.name));
    fields.set("postal_address", field(one_line(newsletter.postal_address)));
    fields.set("language", field(newsletter.language));
    const std::string_view direction = text_direction(newsletter.language);
    fields.set("direction", field(direction));
    const Direction first = articles.front().direction;
    const bool same =
        std::ranges::all_of(articles, [&](auto& article) { return article.direction == first; });
    const std::string_view read = same ? direction_name(first) : direction;
    fields.set("start", field(read == "rtl" ? "right" : "left"));
    fields.set("end", field(read == "rtl" ? "left" : "right"));
    fields.set("home", field(content.public_url));
    return fields;
}

// Where the post is read online; empty: nowhere. A digest has such posts whole.
const std::string& link_of(const MailingContent& content, const feed::Post& post) {
    return post.link.empty() && !content.is_digest() ? content.online_url : post.link;
}

data post_fields(const MailingContent& content, const Article& article, const Strings& strings) {
    const config::Newsletter& newsletter = content.newsletter;
    const unsigned width = newsletter.theme.width;
    const feed::Post& post = article.post;
    const std::string& zone = newsletter.schedule.zone;
    const std::string excerpt = excerpt_of(article.html, excerpt_octets);
    data fields;
    fields.set("title", field(one_line(post.title)));
    fields.set("title_text", field(wrapped(one_line(post.title))));
    fields.set("subtitle", field(one_line(post.subtitle)));
    fields.set("subtitle_text", field(wrapped(one_line(post.subtitle))));
    fields.set("direction", field(direction_name(article.direction)));
    fields.set("author", field(one_line(post.author)));
    const auto published =
        post.published ? format_date(strings, config::local_date(*post.published, zone)) : "";
    fields.set("date", field(published));
    fields.set("link", field(link_of(content, post)));
    const std::string picture = lead_picture(post.image, content.picture_sizes);
    const auto width_in = [&](unsigned room) {
        return std::to_string(shown_width(picture, content.picture_sizes, room));
    };
    fields.set("image", field(picture));
    fields.set("lead_image", field(shows_picture(article.html, picture) ? "" : picture));
    fields.set("image_width", field(width_in(width - margins)));
    fields.set("lead_width", field(width_in(width)));
    fields.set("excerpt", field(excerpt));
    fields.set("excerpt_text", field(wrapped(excerpt)));
    fields.set("html", field(turned(article, newsletter)));
    fields.set("text", field(without_line_ends(article.text)));
    return fields;
}

data string_fields(const Strings& strings, const MailingContent& content, const feed::Post& post) {
    const std::map<std::string_view, std::string> values{{"newsletter", one_line(content.newsletter.title)},
                                                         {"author", one_line(post.author)},
                                                         {"title", one_line(post.title)}};
    data fields;
    for (const auto& [key, value] : strings) fields.set(key, field(fill_in(value, values)));
    fields.set("slant", field(quote_slant(strings.at("in_this_issue"))));
    return fields;
}

data share_fields(const MailingContent& content, const Strings& strings, const feed::Post& post) {
    data links(data::type::list);
    for (const ShareLink& link :
         share_links(content.newsletter.share, link_of(content, post), one_line(post.title))) {
        data share;
        share.set("name", field(link.label.empty() ? strings.at("share_email") : link.label));
        share.set("url", field(link.url));
        data item;
        item.set("share", share);
        links.push_back(item);
    }
    return links;
}

data theme_fields(const config::Theme& theme) {
    const Colour accent = parse_colour(theme.accent).value_or(Colour{});
    const Colour bright = readable_on(accent, night);
    data fields;
    fields.set("accent", field(to_text(accent)));
    fields.set("on_accent", field(to_text(ink_on(accent))));
    fields.set("accent_dark", field(to_text(bright)));
    fields.set("on_accent_dark", field(to_text(ink_on(bright))));
    fields.set("link", field(to_text(readable_on(accent, paper))));
    fields.set("link_dark", field(to_text(bright)));
    fields.set("logo", field(theme.logo));
    fields.set("logo_dark", field(theme.logo_dark));
    fields.set("font", field(theme.font));
    fields.set("outlook_font", field(outlook_font(theme.font)));
    fields.set("width", field(std::to_string(theme.width)));
    fields.set("column", field(std::to_string(theme.width - margins)));
    return fields;
}

// `post`, `strings` and `share` speak of the first post, and within {{#posts}} of each.
void set_fields_of(data& fields, const MailingContent& content, const Strings& strings,
                   const Article& article) {
    fields.set("post", post_fields(content, article, strings));
    fields.set("strings", string_fields(strings, content, article.post));
    const data share = share_fields(content, strings, article.post);
    fields.set("share", share);
    fields.set("sharing", data(share.is_non_empty_list()));
}

}  // namespace

data field(std::string_view text) {
    return text.empty() ? data(false) : data(without_marks(text));
}

data fields_of(const MailingContent& content, const Strings& strings, const std::vector<Article>& articles) {
    data posts(data::type::list);
    for (const Article& article : articles) {
        data item;
        set_fields_of(item, content, strings, article);
        item.set("following", data(&article != &articles.front()));
        posts.push_back(item);
    }
    data fields;
    set_fields_of(fields, content, strings, articles.front());
    fields.set("newsletter", newsletter_fields(content, articles));
    fields.set("posts", posts);
    fields.set("following", data(false));
    fields.set("digest", data(content.is_digest()));
    const std::string preheader = preheader_of(articles);
    fields.set("preheader", field(preheader));
    fields.set("preheader_filler", field(filler_behind(preheader)));
    fields.set("quote_slant", field(quote_slant(articles.front().text)));
    fields.set("theme", theme_fields(content.newsletter.theme));
    return fields;
}

}  // namespace paperround::email
