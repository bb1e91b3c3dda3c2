#include "email/rendered_mailing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text/date_time.hpp"
#include "email/mime/encoded_body.hpp"
#include "email/mime/mime_writer.hpp"
#include "email/template/merge_text.hpp"
#include "email/text/one_line.hpp"

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

constexpr std::string_view list_unsubscribe_post = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";

std::string content_fields(std::string_view boundary) {
    std::string out;
    append_token_field(out, "MIME-Version", {"1.0"});
    append_token_field(out, "Content-Type",
                       {"multipart/alternative;", fmt::format("boundary=\"{}\"", boundary)});
    return out + "\r\n";
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
    if (!recipient.unsubscribe_url.empty()) append_unsubscribe_fields(out, recipient);
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
