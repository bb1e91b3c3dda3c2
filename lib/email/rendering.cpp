#include "email/rendering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <map>

#include "base/crypto.hpp"
#include "base/date_time.hpp"
#include "base/display_width.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "config/local_date.hpp"
#include "email/clean/html_cleaner.hpp"
#include "email/css/colour.hpp"
#include "email/css/css_inliner.hpp"
#include "email/css/outlook_font.hpp"
#include "email/excerpt.hpp"
#include "email/lead_picture.hpp"
#include "email/mime/encoded_body.hpp"
#include "email/mime/mime_writer.hpp"
#include "email/plain/text_lines.hpp"
#include "email/plain/text_part.hpp"
#include "email/share_links.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

struct RenderedMailing::Parts {
    std::string sender;
    std::string subject;
    std::string fixed_fields;    // header fields that are the same in every copy
    std::string content_fields;  // the last of the header, and the blank line behind it
    std::string boundary;
    MergeText text;
    MergeText html;
    EncodedBody text_body;
    EncodedBody html_body;
    std::shared_ptr<const InlinePictures> pictures;  // never null
    std::string related_boundary;
};

const InlinePictures& RenderedMailing::pictures() const {
    return *parts_->pictures;
}

const std::string& RenderedMailing::subject() const {
    return parts_->subject;
}

namespace {

using kainjow::mustache::data;

constexpr std::size_t preheader_octets = 160;
constexpr std::size_t excerpt_octets = 320;
constexpr std::string_view list_unsubscribe_post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";

// Text from a feed or the configuration on one line, without what merge_text.hpp makes marks of.
std::string one_line(std::string_view text) {
    return without_control_characters(collapse_spaces(to_valid_utf8(text)));
}

// To the engine an empty field is false, so that {{#field}} asks whether there is one.
data field(std::string_view text) {
    return text.empty() ? data(false) : data(without_marks(to_valid_utf8(text)));
}

// Replaces each {name}. What is filled in is not looked at again: a title may hold braces.
std::string fill_in(std::string_view pattern, const std::map<std::string_view, std::string>& values) {
    std::string out;
    for (;;) {
        const auto open = pattern.find('{');
        const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) return out += pattern;
        const auto found = values.find(pattern.substr(open + 1, close - open - 1));
        const auto end = found == values.end() ? open + 1 : close + 1;
        out += found == values.end() ? pattern.substr(0, end) : pattern.substr(0, open);
        if (found != values.end()) out += found->second;
        pattern.remove_prefix(end);
    }
}

bool is_digest(const MailingContent& content) {
    return content.posts.size() > 1;
}

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

std::string wrapped(std::string_view paragraph) {
    TextLines lines;
    lines.write_wrapped(paragraph);
    return std::string(trim(lines.take()));
}

// A post and what its HTML became.
struct Article {
    const feed::Post& post;
    CleanHtml html;
    std::string text;
    Direction direction;  // in which it is read, by its letters
};

std::string_view direction_name(Direction direction) {
    return direction == Direction::right_to_left ? "rtl" : "ltr";
}

// A title says little; what the post begins with says the rest.
Direction direction_of(const feed::Post& post, std::string_view text, std::string_view language) {
    constexpr std::size_t enough = 4096;
    const bool to_left = text_direction(language) == "rtl";
    return main_direction(post.title + "\n" + std::string(utf8_prefix(text, enough)),
                          to_left ? Direction::right_to_left : Direction::left_to_right);
}

// A post that is read the other way than the newsletter says so itself, in templates that do not ask.
std::string turned(const Article& article, const config::Newsletter& newsletter) {
    const std::string_view direction = direction_name(article.direction);
    if (direction == text_direction(newsletter.language)) return article.html.html;
    return fmt::format("<div dir=\"{}\" style=\"text-align:{}\">{}</div>", direction,
                       direction == "rtl" ? "right" : "left", article.html.html);
}

// The first line may be code, whose indentation counts.
std::string_view without_line_ends(std::string_view text) {
    while (text.starts_with('\n')) text.remove_prefix(1);
    while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
    return text;
}

// A post without a title is called by its first words.
std::string name_of(const Article& article) {
    constexpr std::size_t octets = 80;
    std::string title = one_line(article.post.title);
    return title.empty() ? excerpt_of(article.html, octets) : title;
}

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

std::string subject_of(const MailingContent& content, const std::vector<Article>& articles,
                       const Strings& strings) {
    std::string newsletter = one_line(content.newsletter.title);
    std::string title = name_of(articles.front());
    if (title.empty()) return newsletter;
    if (!is_digest(content)) return title;
    const std::size_t others = content.posts.size() - 1;
    const std::string more = replace_all(plural_form(strings.at("and_more"), strings.at("language"), others),
                                         "{count}", std::to_string(others));
    return fill_in(strings.at("digest_subject"),
                   {{"newsletter", newsletter}, {"title", title}, {"and_more", more}});
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

// The columns that the templates keep free at each side of the article.
constexpr unsigned margins = 80;

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

// Inboxes go on with whatever stands behind a short line; so a short one is followed by what cannot be seen.
// It shows in replies and in text browsers: no more of it than need be.
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

// The line that inboxes show behind the subject.
std::string preheader_of(const Article& article) {
    if (!trim(article.post.subtitle).empty()) return one_line(article.post.subtitle);
    return excerpt_of(article.html, preheader_octets);
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
    fields.set("link", field(post.link));
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

data share_fields(const config::Newsletter& newsletter, const Strings& strings, const feed::Post& post) {
    data links(data::type::list);
    for (const ShareLink& link : share_links(newsletter.share, post.link, one_line(post.title))) {
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
    const data share = share_fields(content.newsletter, strings, article.post);
    fields.set("share", share);
    fields.set("sharing", data(share.is_non_empty_list()));
}

// What the templates see, but for the style sheet, which sees it too.
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
    fields.set("digest", data(is_digest(content)));
    const std::string preheader =
        is_digest(content) ? other_titles(articles) : preheader_of(articles.front());
    fields.set("preheader", field(preheader));
    fields.set("preheader_filler", field(filler_behind(preheader)));
    fields.set("quote_slant", field(quote_slant(articles.front().text)));
    fields.set("theme", theme_fields(content.newsletter.theme));
    return fields;
}

RenderError render_error(const InlineError& error) {
    switch (error.code) {
        case InlineError::Code::style_too_large:
            return {RenderError::Code::template_failed, error.message};
        case InlineError::Code::too_much_work:
            return {RenderError::Code::post_too_complex, error.message};
        case InlineError::Code::interrupted:
            return {RenderError::Code::interrupted, error.message};
        default:
            return {RenderError::Code::post_too_large, error.message};
    }
}

// A style sheet takes no values of readers, so its marks are none.
Result<std::string, RenderError> run_engine(const CheckedTemplate& checked, const data& fields,
                                            TemplateKind kind) {
    kainjow::mustache::mustache engine(checked.mustache);
    if (kind == TemplateKind::html) {
        engine.set_custom_escape([](const std::string& value) { return escape_html(value); });
    } else {
        engine.set_custom_escape([](const std::string& value) { return value; });
    }
    std::string out = engine.render(fields);
    if (!engine.is_valid())
        return failure(RenderError{RenderError::Code::template_failed, engine.error_message()});
    return out;
}

Result<MergeText, RenderError> run_template(const CheckedTemplate& checked, const data& fields,
                                            TemplateKind kind, const std::stop_token& stop) {
    auto marked = run_engine(checked, fields, kind);
    if (!marked) return failure(marked.error());
    if (!marked->ends_with('\n')) *marked += '\n';
    if (kind == TemplateKind::html) {
        auto inlined = inline_css(*marked, {}, stop);
        if (!inlined) return failure(render_error(inlined.error()));
        marked = std::move(*inlined);
    }
    return MergeText(*marked, checked.fields);
}

std::string feedback_id(const MailingContent& content) {
    if (!content.feedback_id.empty()) return content.feedback_id;
    const auto part = [](std::string_view text) { return replace_all(text, ":", "-"); };
    return fmt::format("{}:{}:{}:{}", part(content.mailing_key), part(content.newsletter.name),
                       is_digest(content) ? "digest" : "post", part(content.sender_id));
}

// `Precedence: bulk` is no standard, but the only field that old vacation programs look at: it spares
// readers' contacts an answer, and the sender a thousand. `Auto-Submitted` (RFC 3834) is left out: people
// wrote what is sent here, and some filters take the field for a machine's report.
std::string fixed_fields(const MailingContent& content, std::string_view subject) {
    std::string out;
    const config::Newsletter& newsletter = content.newsletter;
    append_mailbox_field(out, "From", {one_line(newsletter.from.name), newsletter.from.address});
    if (newsletter.reply_to) {
        append_mailbox_field(out, "Reply-To",
                             {one_line(newsletter.reply_to->name), newsletter.reply_to->address});
    }
    append_unstructured_field(out, "Subject", subject);
    append_list_id_field(out, one_line(newsletter.title), newsletter.effective_list_id());
    append_token_field(out, "Feedback-ID", {feedback_id(content)});
    append_token_field(out, "Precedence", {"bulk"});
    return out;
}

std::string content_fields(std::string_view boundary) {
    std::string out;
    append_token_field(out, "MIME-Version", {"1.0"});
    append_token_field(out, "Content-Type",
                       {"multipart/alternative;", fmt::format("boundary=\"{}\"", boundary)});
    return out + "\r\n";
}

// `=_` stands in no quoted-printable and in no base64, so that no part can hold the boundary (RFC 2045 §6.7).
std::string boundary_for(std::string_view mailing_key) {
    return "=_" + hex(sha256(mailing_key).substr(0, 12));
}

// No hexadecimal digit is an `r`: neither of the two boundaries is the beginning of the other.
std::string related_boundary_for(std::string_view boundary) {
    return "=_r" + std::string(boundary.substr(std::min<std::size_t>(2, boundary.size())));
}

void append_part(std::string& out, const std::string& boundary, std::string_view type,
                 const EncodedBody& body, const std::vector<std::string>& values) {
    out += "--";
    out += boundary;
    out += "\r\nContent-Type: text/";
    out += type;
    out += "; charset=utf-8\r\nContent-Transfer-Encoding: ";
    out += body.encoding_name();
    out += "\r\n\r\n";
    body.append_to(out, values);
    out += "\r\n";
}

std::size_t octets_of(const InlinePictures& pictures) {
    constexpr std::size_t header = 512;
    std::size_t octets = 0;
    for (const InlinePicture& picture : pictures) octets += header + picture.body.size();
    return octets;
}

// The HTML part; where pictures are sent with it, within a multipart/related (RFC 2387).
void append_html_part(std::string& out, const RenderedMailing::Parts& parts,
                      const std::vector<std::string>& values) {
    if (parts.pictures->empty()) return append_part(out, parts.boundary, "html", parts.html_body, values);
    out += "--" + parts.boundary + "\r\n";
    append_token_field(out, "Content-Type",
                       {"multipart/related;", "type=\"text/html\";",
                        fmt::format("boundary=\"{}\"", parts.related_boundary)});
    out += "\r\n";
    append_part(out, parts.related_boundary, "html", parts.html_body, values);
    for (const InlinePicture& picture : *parts.pictures)
        append_picture_part(out, parts.related_boundary, picture);
    out += "--" + parts.related_boundary + "--\r\n";
}

std::string without_brackets(std::string_view id) {
    if (id.starts_with('<')) id.remove_prefix(1);
    if (id.ends_with('>')) id.remove_suffix(1);
    return std::string(id);
}

void append_unsubscribe_fields(std::string& out, const Recipient& recipient) {
    std::vector<std::string> ways{"<" + recipient.unsubscribe_url + ">"};
    if (recipient.unsubscribe_mailto) {
        ways.front() += ',';
        ways.push_back("<mailto:" + *recipient.unsubscribe_mailto + ">");
    }
    append_token_field(out, "List-Unsubscribe", ways);
    out += list_unsubscribe_post;
}

}  // namespace

Result<RenderedMailing, RenderError> render_mailing(const TemplateSet& templates,
                                                    const MailingContent& content,
                                                    const std::stop_token& stop) {
    if (content.posts.empty())
        return failure(RenderError{RenderError::Code::no_post, "a mailing without a post"});
    const auto articles = clean_articles(content, stop);
    if (!articles) return failure(articles.error());
    const Strings& strings =
        templates.strings_for(content.language.empty() ? content.newsletter.language : content.language);
    data fields = fields_of(content, strings, *articles);
    const auto style = run_engine(templates.style(), fields, TemplateKind::style);
    if (!style) return failure(style.error());
    fields.set("style", field(*style));
    auto text = run_template(templates.text(), fields, TemplateKind::text, stop);
    if (!text) return failure(text.error());
    auto html = run_template(templates.html(), fields, TemplateKind::html, stop);
    if (!html) return failure(html.error());
    std::string subject = content.subject_mark + subject_of(content, *articles, strings);
    std::string boundary = boundary_for(content.mailing_key);
    Edition edition{.sender = content.newsletter.from.address,
                    .subject = subject,
                    .header_fields = fixed_fields(content, subject),
                    .boundary = std::move(boundary),
                    .text = marked(*text),
                    .text_fields = text->fields(),
                    .html = marked(*html),
                    .html_fields = html->fields()};
    auto shown = std::make_shared<const InlinePictures>(shown_pictures(edition.html, content.pictures));
    return RenderedMailing(edition, std::move(shown));
}

RenderedMailing::RenderedMailing(const Edition& edition, std::shared_ptr<const InlinePictures> pictures) {
    if (!pictures) pictures = std::make_shared<const InlinePictures>();
    MergeText text(edition.text, edition.text_fields);
    MergeText html(edition.html, edition.html_fields);
    EncodedBody text_body(text);
    EncodedBody html_body(html);
    parts_ = std::make_shared<const Parts>(
        Parts{edition.sender, edition.subject, edition.header_fields, content_fields(edition.boundary),
              edition.boundary, std::move(text), std::move(html), std::move(text_body), std::move(html_body),
              std::move(pictures), related_boundary_for(edition.boundary)});
}

Edition RenderedMailing::edition() const {
    return {.sender = parts_->sender,
            .subject = parts_->subject,
            .header_fields = parts_->fixed_fields,
            .boundary = parts_->boundary,
            .text = marked(parts_->text),
            .text_fields = parts_->text.fields(),
            .html = marked(parts_->html),
            .html_fields = parts_->html.fields()};
}

std::string compose(const RenderedMailing& mailing, const Recipient& recipient) {
    const RenderedMailing::Parts& parts = mailing.parts();
    std::string out;
    out.reserve(2048 + parts.text_body.size_hint() + parts.html_body.size_hint() +
                octets_of(*parts.pictures));
    out += parts.fixed_fields;
    append_mailbox_field(out, "To", {one_line(recipient.subscriber.name), recipient.subscriber.address});
    append_token_field(out, "Message-ID", {"<" + without_brackets(recipient.message_id) + ">"});
    append_unsubscribe_fields(out, recipient);
    append_unstructured_field(out, "Date", format_rfc5322(recipient.date));
    out += parts.content_fields;
    append_part(out, parts.boundary, "plain", parts.text_body, parts.text.values_for(recipient));
    append_html_part(out, parts, parts.html.values_for(recipient));
    out += "--" + parts.boundary + "--\r\n";
    return out;
}

std::string html_of(const RenderedMailing& mailing, const Recipient& recipient) {
    return mailing.parts().html.fill(recipient);
}

std::string browsable_html_of(const RenderedMailing& mailing, const Recipient& recipient) {
    return with_data_urls(html_of(mailing, recipient), mailing.pictures());
}

std::string text_of(const RenderedMailing& mailing, const Recipient& recipient) {
    return mailing.parts().text.fill(recipient);
}

}  // namespace paperround::email
