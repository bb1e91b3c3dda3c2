// The templates of one look: an HTML and a text template, a style sheet, and strings per language. Checked
// when it is made, so that a mistake shows when the configuration is read and not at eight in the morning.
// Immutable, thread-safe, cheap to share by reference.
//
// On disk:
//     <name>/message.html.mustache  <name>/message.txt.mustache  <name>/style.css
//     strings/en.txt  strings/de.txt  …
// Each file is looked for in the operator's folder first, then in the installed one; a template folder that
// lacks a file takes it from `default`. Strings missing from a language come from the wider one
// ("pt" for "pt-br"), then from English.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "email/template/strings.hpp"
#include "email/template/template_problem.hpp"
#include "email/template/template_tags.hpp"

namespace paperround::email {

struct TemplateFile {
    std::filesystem::path path;  // for messages
    std::string content;
};

// What a template is for: one who is asked to confirm has nothing to leave yet.
enum class TemplateUse { mailing, confirmation };

struct TemplateSources {
    TemplateFile html;
    TemplateFile text;
    TemplateFile style;
    std::map<std::string, std::vector<TemplateFile>> strings;  // language to files; earlier ones win
    TemplateUse use = TemplateUse::mailing;
};

class TemplateSet {
  public:
    // Pure. All problems are found in one go.
    [[nodiscard]] static Result<TemplateSet, std::vector<TemplateProblem>> make(
        const TemplateSources& sources);

    [[nodiscard]] const CheckedTemplate& html() const { return html_; }
    [[nodiscard]] const CheckedTemplate& text() const { return text_; }
    [[nodiscard]] const CheckedTemplate& style() const { return style_; }
    // The language that there is for a tag (email/template/language_choice.hpp).
    [[nodiscard]] std::optional<std::string> language_for(std::string_view tag) const;
    // Those of that language, else English.
    [[nodiscard]] const Strings& strings_for(std::string_view language) const;

  private:
    TemplateSet() = default;
    CheckedTemplate html_;
    CheckedTemplate text_;
    CheckedTemplate style_;
    std::map<std::string, Strings, std::less<>> strings_;
};

struct TemplateFolders {
    std::filesystem::path installed;
    std::filesystem::path own;  // the operator's; may be empty
};

// Reads the files (each at most 1 MiB): the only I/O of this library.
[[nodiscard]] Result<TemplateSet, std::vector<TemplateProblem>> load_template_set(
    const TemplateFolders& folders, std::string_view name, TemplateUse use = TemplateUse::mailing);

}  // namespace paperround::email
