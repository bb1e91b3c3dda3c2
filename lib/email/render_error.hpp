// Why a mailing cannot be rendered. A plain value.
#pragma once

#include <string>

namespace paperround::email {

struct RenderError {
    enum class Code {
        no_post,           // a mailing has at least one
        post_too_large,    // the body, before or after cleaning
        post_too_complex,  // more elements than any article has
        template_failed,   // the template engine gave up
        interrupted,       // by the stop
    };
    Code code;
    std::string message;  // one line
};

}  // namespace paperround::email
