// What an inbox shows of a mailing before it is opened: the subject, and the line behind it. For this library's
// sources only. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "email/article.hpp"
#include "email/template/strings.hpp"

namespace paperround::email {

// One line. Empty where neither the post nor the newsletter has words.
[[nodiscard]] std::string subject_of(const MailingContent& content, const std::vector<Article>& articles,
                                     const Strings& strings);

// The line that inboxes show behind the subject: the post's subtitle or its first words; of a digest, the
// titles of its other posts.
[[nodiscard]] std::string preheader_of(const std::vector<Article>& articles);

// Inboxes go on with whatever stands behind a short line; so a short one is followed by what cannot be seen.
// It shows in replies and in text browsers: no more of it than need be.
[[nodiscard]] std::string filler_behind(std::string_view preheader);

}  // namespace paperround::email
