// From posts to a mailing, once for all who get it: the posts' HTML is cleaned, the templates are run, the parts
// are encoded as far as they are the same for everybody. Pure.
#pragma once

#include <stop_token>

#include "base/result.hpp"
#include "email/mailing_content.hpp"
#include "email/render_error.hpp"
#include "email/rendered_mailing.hpp"
#include "email/template/template_set.hpp"

namespace paperround::email {

// Bounded in octets and in work, so that no post takes more than a few seconds. A stop interrupts it.
[[nodiscard]] Result<RenderedMailing, RenderError> render_mailing(const TemplateSet& templates,
                                                                  const MailingContent& content,
                                                                  const std::stop_token& stop = {});

}  // namespace paperround::email
