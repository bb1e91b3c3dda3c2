// The public pages as HTML: one Mustache template, and a file of strings per language. Both are in a folder,
// so that a language can be added without compiling. Immutable once loaded; thread-safe.
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
        not_readable,  // a file is missing or cannot be read
        wrong,         // the template is invalid, or strings are missing
    };
    Code code;
    std::string message;  // one line with the file and what is wrong
};

class Pages {
  public:
    // `folder` holds page.html and strings/<language>.json, including English. Every language must have every
    // string.
    [[nodiscard]] static Result<Pages, PagesError> load(const std::filesystem::path& folder);

    // In the newsletter's language. All values from the membership are escaped, and the address is masked.
    [[nodiscard]] std::string render(Page page, const Membership& membership) const;
    // Without a newsletter: in the first available language of an Accept-Language field.
    [[nodiscard]] std::string render(Page page, std::string_view accept_language) const;

    // The Content-Security-Policy: allows only the template's own style sheet, by its hash, and its form.
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

// j•••@example.org: the reader recognises it, somebody who looks over a shoulder does not.
[[nodiscard]] std::string masked_address(std::string_view address);

}  // namespace paperround::web
