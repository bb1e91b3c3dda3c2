// The tags of a message template, checked before the first mailing depends on them. Pure.
//
// Templates are Mustache: {{field}}, {{{field}}}, {{#field}}…{{/field}}, {{^field}}…{{/field}}, {{! comment
// }}. Partials and changed delimiters are refused, and so is every field that does not exist. Fields of the
// reader take a fallback:
//
//     {{subscriber.name|friend}}  {{subscriber.address}}  {{subscriber.city|your town}}  {{unsubscribe_url}}
//
// {{#posts}}…{{/posts}} repeats for each post of the mailing, and {{post.title}} within it is that post's;
// outside, it is the first one's. {{#following}} within it holds for all but the first.
// {{#digest}}…{{/digest}} stands where there are several.
//
// A style sheet is such a template too: {{theme.accent}}. It is the same for every reader.
//
// Fields of the reader are filled in per recipient, long after the template engine has run, so no section can
// depend on them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "email/template/merge_text.hpp"
#include "email/template/template_problem.hpp"

namespace paperround::email {

enum class TemplateKind { html, text, style };

struct CheckedTemplate {
    std::string mustache;            // fields of the reader replaced by marks (merge_text.hpp)
    std::vector<MergeField> fields;  // what the marks stand for
};

// Appends what is wrong to `problems`; with any problem the result is of no use. Limit: 1 000 fields of the
// reader.
[[nodiscard]] CheckedTemplate check_template(std::string_view source, const std::filesystem::path& file,
                                             TemplateKind kind, std::vector<TemplateProblem>& problems);

// The fields that a template may name besides those of the reader.
[[nodiscard]] const std::vector<std::string>& known_fields();

}  // namespace paperround::email
