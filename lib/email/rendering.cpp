#include "email/rendering.hpp"

#include <fmt/format.h>

#include <kainjow/mustache.hpp>

#include "base/crypto.hpp"
#include "base/date_time.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/encoded_body.hpp"
#include "email/html_cleaner.hpp"
#include "email/mime_writer.hpp"
#include "email/text_part.hpp"

namespace paperround::email {

struct RenderedMailing::Parts {
    std::string subject;
    std::string fixed_fields;    // header fields that are the same in every copy
    std::string content_fields;  // the last of the header, and the blank line behind it
    std::string boundary;
    MergeText text;
    MergeText html;
    EncodedBody text_body;
    EncodedBody html_body;
};

const std::string& RenderedMailing::subject() const {
    return parts_->subject;
}

namespace {

using kainjow::mustache::data;

constexpr std::size_t preheader_octets = 160;
constexpr std::string_view list_unsubscribe_post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";

// Text from a feed or the configuration on one line, without what merge_text.hpp makes marks of.
std::string one_line(std::string_view text) {
    return without_control_characters(collapse_spaces(to_valid_utf8(text)));
}

// To the engine an empty field is false, so that {{#field}} asks whether there is one.
data field(std::string_view text) {
    return text.empty() ? data(false) : data(without_marks(to_valid_utf8(text)));
}

// The line that inboxes show behind the subject.
std::string preheader_of(const post::Post& post, std::string_view text) {
    if (!trim(post.subtitle).empty()) return one_line(post.subtitle);
    std::string line = one_line(text.substr(0, text.find("\n[1] ")));
    if (line.size() <= preheader_octets) return line;
    line = utf8_prefix(line, preheader_octets);
    const auto space = line.rfind(' ');
    if (space != std::string::npos) line.resize(space);
    return line + "\u2026";
}

std::string subject_of(const MailingContent& content) {
    std::string subject = one_line(content.post.title);
    return subject.empty() ? one_line(content.newsletter.title) : subject;
}

data newsletter_fields(const MailingContent& content) {
    const config::Newsletter& newsletter = content.newsletter;
    data fields;
    fields.set("title", field(one_line(newsletter.title)));
    fields.set("name", field(newsletter.name));
    fields.set("postal_address", field(one_line(newsletter.postal_address)));
    fields.set("language", field(newsletter.language));
    fields.set("direction", field(text_direction(newsletter.language)));
    fields.set("home", field(content.public_url));
    return fields;
}

data post_fields(const post::Post& post, const Strings& strings, const CleanHtml& html,
                 const std::string& text) {
    data fields;
    fields.set("title", field(one_line(post.title)));
    fields.set("subtitle", field(one_line(post.subtitle)));
    fields.set("author", field(one_line(post.author)));
    fields.set("date", field(post.published ? format_date(strings, *post.published) : std::string()));
    fields.set("link", field(post.link));
    fields.set("image", field(post.image));
    fields.set("html", field(html.html));
    fields.set("text", field(trim(text)));
    return fields;
}

data string_fields(const Strings& strings, const MailingContent& content) {
    data fields;
    for (const auto& [key, value] : strings) {
        const std::string said = replace_all(value, "{newsletter}", one_line(content.newsletter.title));
        fields.set(key, field(replace_all(said, "{author}", one_line(content.post.author))));
    }
    return fields;
}

Result<MergeText, RenderError> run_template(const CheckedTemplate& checked, const data& fields,
                                            TemplateKind kind) {
    kainjow::mustache::mustache engine(checked.mustache);
    if (kind == TemplateKind::html) {
        engine.set_custom_escape([](const std::string& value) { return escape_html(value); });
    } else {
        engine.set_custom_escape([](const std::string& value) { return value; });
    }
    std::string marked = engine.render(fields);
    if (!engine.is_valid())
        return failure(RenderError{RenderError::Code::template_failed, engine.error_message()});
    if (!marked.ends_with('\n')) marked += '\n';
    return MergeText(marked, checked.fields);
}

std::string feedback_id(const MailingContent& content) {
    if (!content.feedback_id.empty()) return content.feedback_id;
    const auto part = [](std::string_view text) { return replace_all(text, ":", "-"); };
    return fmt::format("{}:{}:post:{}", part(content.mailing_key), part(content.newsletter.name),
                       part(content.sender_id));
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

RenderError render_error(const CleanError& error) {
    const bool large = error.code == CleanError::Code::too_large;
    return {large ? RenderError::Code::post_too_large : RenderError::Code::post_too_complex, error.message};
}

}  // namespace

Result<RenderedMailing, RenderError> render_mailing(const TemplateSet& templates,
                                                    const MailingContent& content) {
    const auto body = clean_html(content.post.html, content.post.link);
    if (!body) return failure(render_error(body.error()));
    const std::string body_text = text_of(*body);
    const Strings& strings = templates.strings_for(content.newsletter.language);
    data fields;
    fields.set("newsletter", newsletter_fields(content));
    fields.set("post", post_fields(content.post, strings, *body, body_text));
    fields.set("strings", string_fields(strings, content));
    fields.set("preheader", field(preheader_of(content.post, body_text)));
    fields.set("style", field(templates.style()));
    auto text = run_template(templates.text(), fields, TemplateKind::text);
    if (!text) return failure(text.error());
    auto html = run_template(templates.html(), fields, TemplateKind::html);
    if (!html) return failure(html.error());
    std::string subject = subject_of(content);
    std::string boundary = boundary_for(content.mailing_key);
    EncodedBody text_body(*text);
    EncodedBody html_body(*html);
    return RenderedMailing(std::make_shared<const RenderedMailing::Parts>(RenderedMailing::Parts{
        subject, fixed_fields(content, subject), content_fields(boundary), boundary, std::move(*text),
        std::move(*html), std::move(text_body), std::move(html_body)}));
}

std::string compose(const RenderedMailing& mailing, const Recipient& recipient) {
    const RenderedMailing::Parts& parts = mailing.parts();
    std::string out;
    out.reserve(2048 + parts.text_body.size_hint() + parts.html_body.size_hint());
    out += parts.fixed_fields;
    append_mailbox_field(out, "To", {one_line(recipient.subscriber.name), recipient.subscriber.address});
    append_token_field(out, "Message-ID", {"<" + without_brackets(recipient.message_id) + ">"});
    append_unsubscribe_fields(out, recipient);
    append_unstructured_field(out, "Date", format_rfc5322(recipient.date));
    out += parts.content_fields;
    append_part(out, parts.boundary, "plain", parts.text_body, parts.text.values_for(recipient));
    append_part(out, parts.boundary, "html", parts.html_body, parts.html.values_for(recipient));
    out += "--" + parts.boundary + "--\r\n";
    return out;
}

std::string html_of(const RenderedMailing& mailing, const Recipient& recipient) {
    return mailing.parts().html.fill(recipient);
}

std::string text_of(const RenderedMailing& mailing, const Recipient& recipient) {
    return mailing.parts().text.fill(recipient);
}

}  // namespace paperround::email
