// The public pages as HTML: one Mustache template and a file of strings per language, both from a folder, so
// that a language is added without compiling. Immutable once loaded; thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "web/readers.hpp"

namespace paperround::web {

enum class Page { ask, left, already, unknown, incomplete, unavailable, home, absent, refused };

struct PagesError {
    enum class Code {
        not_readable,  // a file is missing, or the system does not give it
        wrong,         // what stands there is no template, or strings are missing
    };
    Code code;
    std::string message;  // one line with the file and what is wrong
};

class Pages {
  public:
    // `folder` holds page.html and strings/<language>.json, English among them. Every language must have
    // every string.
    [[nodiscard]] static Result<Pages, PagesError> load(const std::filesystem::path& folder);

    // In the newsletter's language. All that comes from the membership is escaped, and the address is masked.
    [[nodiscard]] std::string render(Page page, const Membership& membership) const;
    // Without a newsletter: in the first language of an Accept-Language header that there is.
    [[nodiscard]] std::string render(Page page, std::string_view accept_language) const;

    // The Content-Security-Policy: nothing but the template's own style sheet, by its hash, and its form.
    [[nodiscard]] const std::string& security_policy() const { return security_policy_; }

  private:
    using Strings = std::map<std::string, std::string>;

    [[nodiscard]] const std::string& language_for(std::string_view accept_language) const;
    [[nodiscard]] std::string render(Page page, const std::string& language,
                                     const Membership& membership) const;

    std::string template_;
    std::map<std::string, Strings> languages_;
    std::string security_policy_;
};

// j•••@example.org: enough for the reader to know it, not for one who looks over a shoulder.
[[nodiscard]] std::string masked_address(std::string_view address);

}  // namespace paperround::web
