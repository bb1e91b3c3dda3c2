#include "email/header_fields.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "email/mime/mime_writer.hpp"
#include "email/text/one_line.hpp"

namespace paperround::email {

namespace {

std::string feedback_id(const MailingContent& content) {
    if (!content.feedback_id.empty()) return content.feedback_id;
    const auto part = [](std::string_view text) { return replace_all(text, ":", "-"); };
    return fmt::format("{}:{}:{}:{}", part(content.mailing_key), part(content.newsletter.name),
                       content.is_digest() ? "digest" : "post", part(content.sender_id));
}

}  // namespace

std::string fixed_fields(const MailingContent& content, std::string_view subject) {
    std::string out;
    const config::Newsletter& newsletter = content.newsletter;
    append_mailbox_field(out, "From", {one_line(newsletter.from.name), newsletter.from.address});
    if (newsletter.reply_to) {
        append_mailbox_field(out, "Reply-To",
                             {one_line(newsletter.reply_to->name), newsletter.reply_to->address});
    }
    append_unstructured_field(out, "Subject", subject);
    if (content.asks_to_confirm) {
        append_token_field(out, "Auto-Submitted", {"auto-replied"});
        return out;
    }
    append_list_id_field(out, one_line(newsletter.title), newsletter.effective_list_id());
    append_token_field(out, "Feedback-ID", {feedback_id(content)});
    append_token_field(out, "Precedence", {"bulk"});
    return out;
}

}  // namespace paperround::email
