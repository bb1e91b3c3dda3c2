#include "email/confirmation.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "email/rendering.hpp"
#include "email/text/one_line.hpp"

namespace paperround::email {

Result<RenderedMailing, RenderError> render_confirmation(const TemplateSet& templates,
                                                         const Confirmation& confirmation) {
    const Strings& strings = templates.strings_for(confirmation.language);
    const auto words = [&](std::string_view key) {
        return fill_in(strings.at(std::string(key)),
                       {{"newsletter", one_line(confirmation.newsletter.title)}});
    };
    MailingContent content;
    content.newsletter = confirmation.newsletter;
    // The whole mail is read in the language of its words.
    content.newsletter.language = strings.at("language");
    content.newsletter.share.clear();
    content.mailing_key = confirmation.url;
    content.public_url = confirmation.public_url;
    content.asks_to_confirm = true;
    feed::Post request;
    request.title = words("confirm_subject");
    request.link = confirmation.url;
    request.html = fmt::format("<p>{}</p>", escape_html(words("confirm_text")));
    content.posts.push_back(std::move(request));
    return render_mailing(templates, content);
}

}  // namespace paperround::email
