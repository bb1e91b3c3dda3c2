// What the templates of a mailing see. For this library's sources only. Pure.
#pragma once

#include <kainjow/mustache.hpp>
#include <string_view>
#include <vector>

#include "email/article.hpp"
#include "email/template/strings.hpp"

namespace paperround::email {

// To the engine an empty field is false, so that {{#field}} asks whether there is one.
[[nodiscard]] kainjow::mustache::data field(std::string_view text);

// What the templates see, but for the style sheet, which sees it too.
[[nodiscard]] kainjow::mustache::data fields_of(const MailingContent& content, const Strings& strings,
                                                const std::vector<Article>& articles);

}  // namespace paperround::email
