// The mail that asks somebody to confirm that he asked to join a newsletter, from the template `confirmation`. It
// holds nothing that whoever filled in the form wrote, so nobody can send words to strangers by it. Pure.
#pragma once

#include <string>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "email/render_error.hpp"
#include "email/rendered_mailing.hpp"
#include "email/template/template_set.hpp"

namespace paperround::email {

struct Confirmation {
    config::Newsletter newsletter;
    std::string language;  // of the words; without templates in it, English
    std::string url;       // where a button confirms
    std::string public_url;
};

// Its Recipient has no unsubscribe_url: there is nothing to leave yet.
[[nodiscard]] Result<RenderedMailing, RenderError> render_confirmation(const TemplateSet& templates,
                                                                       const Confirmation& confirmation);

}  // namespace paperround::email
