// The public pages as HTML: one Mustache template, and a file of strings per language. Both are in a folder,
// so that a language can be added without compiling. Immutable once loaded; thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "web/unsubscribe_handler.hpp"

namespace paperround::web {

enum class Page {
    ask,
    left,
    already,
    unknown,
    incomplete,
    unavailable,
    home,
    absent,
    refused,
    subscribe,   // the form
    again,       // the same, since the first press does not count
    no_address,  // the same, with a complaint
    asked,
    joined,
    confirm,
    confirmed,
    expired,
    why,     // a reader asked for it, and confirmed
    listed,  // somebody put the reader on the list
    archive,
    preferences,
    saved,  // the same, after a change
};

// What is in a form to subscribe.
struct SubscribeForm {
    std::string address;   // as it was written
    std::string stamp;     // which the POST brings back
    bool confirms = true;  // a mail asks to confirm
};

// A letter of an archive's list.
struct LetterLine {
    std::string title;
    std::string day;  // 2026-11-20
    std::string url;
};

// What an archive's list shows; links that are empty are not there.
struct LetterList {
    std::vector<LetterLine> letters;
    std::string older_url;
    std::string newest_url;
    std::string feed_url;
    std::string subscribe_url;
};

// What a reader may change; languages are those of the pages.
struct PreferencesList {
    struct Newsletter {
        std::string name;
        std::string title;
        bool read = false;
    };
    std::vector<Newsletter> lists;
    std::string name;  // the reader's
};

// What a page about a newsletter shows.
struct PageContent {
    std::string newsletter_title;
    std::string language;  // as SubscriptionView's
    std::string address;
    Look look = {};
    SubscribeForm form = {};
    std::string link = {};      // from the page to leave to the one that says why, or back; empty: none
    std::string asked_on = {};  // for Page::why and Page::listed: days, as 2026-11-20
    std::string confirmed_on = {};
    std::string form_url = {};
    std::string archive_url = {};      // of past letters; empty: none
    LetterList list = {};              // for Page::archive
    std::string preferences_url = {};  // of the reader; empty: none
    PreferencesList preferences = {};  // for Page::preferences and Page::saved
};

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

    // In the newsletter's language. All values from the subscription are escaped, and the address is masked.
    [[nodiscard]] std::string render(Page page, const SubscriptionView& subscription) const;
    [[nodiscard]] std::string render(Page page, const PageContent& content) const;
    // Without a newsletter: in the first available language of an Accept-Language field.
    [[nodiscard]] std::string render(Page page, std::string_view accept_language) const;

    // The Content-Security-Policy: allows only the template's own style sheet, by its hash, and its form.
    [[nodiscard]] const std::string& security_policy() const { return security_policy_; }
    // The same for a page with a newsletter's colours and pictures, which are in its style sheet.
    [[nodiscard]] static std::string security_policy_of(std::string_view page, const Look& look);

    // The language of a page for that Accept-Language, or for several tags.
    [[nodiscard]] const std::string& language_for(std::string_view accept_language) const;
    // Whether there are pages in that very language ("de").
    [[nodiscard]] bool speaks(const std::string& language) const { return languages_.contains(language); }
    // A string without fields, as plain text, in that language or the nearest that there is.
    [[nodiscard]] std::string words(std::string_view language, const std::string& key) const;
    [[nodiscard]] static bool is_right_to_left(std::string_view language);

  private:
    using Strings = std::map<std::string, std::string>;

    [[nodiscard]] std::string render_in(const std::string& language, Page page,
                                        const PageContent& content) const;

    // Each in its own words.
    [[nodiscard]] std::map<std::string, std::string> language_names() const;

    struct Template;
    std::shared_ptr<Template> template_;
    std::map<std::string, Strings> languages_;
    std::string security_policy_;
};

// j•••@example.org: the reader recognises it, somebody who looks over a shoulder does not.
[[nodiscard]] std::string masked_address(std::string_view address);

}  // namespace paperround::web
