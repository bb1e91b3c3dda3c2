// Markdown as GitHub has it (CommonMark with tables, strikethrough by two tildes, autolinks, task lists and
// footnotes) to HTML. Raw HTML passes: the author's own folder is trusted with it, and the email stage cleans
// every body anyway. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace paperround::markdown {

[[nodiscard]] std::string markdown_to_html(std::string_view markdown);

}  // namespace paperround::markdown
