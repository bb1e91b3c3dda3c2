// Header fields of a mailing that are the same in every copy. For this library's sources only. Pure.
#pragma once

#include <string>
#include <string_view>

#include "email/mailing_content.hpp"

namespace paperround::email {

// From, Reply-To, Subject, List-ID, Feedback-ID, Precedence: each complete with its CRLF.
// `Precedence: bulk` is no standard, but the only field that old vacation programs look at: it spares
// readers' contacts an answer, and the sender a thousand. `Auto-Submitted` (RFC 3834) is left out: people
// wrote what is sent here, and some filters take the field for a machine's report. The mail that asks a reader to
// confirm is of no list, and a machine's: it has this field, and neither List-ID, Feedback-ID nor Precedence.
[[nodiscard]] std::string fixed_fields(const MailingContent& content, std::string_view subject);

}  // namespace paperround::email
