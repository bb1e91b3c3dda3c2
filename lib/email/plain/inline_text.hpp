// The inline text of a block of the text part, and the notes of its links. For this library's sources only.
// Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/script_text.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

class InlineText {
  public:
    // White space is folded as on a page.
    void append(std::string_view text);
    void append_verbatim(std::string_view text) { text_ += text; }
    void break_line() { text_ += '\n'; }
    // What follows does not join what stands there, unless that is punctuation.
    void end_word() { word_ended_ = true; }

    // Around a link's text, which gets the number of its note; not where it is empty or says the URL itself.
    void open_link(std::string_view url);
    void close_link();
    // The open link holds a picture without a description: then its URL stands there.
    void note_picture();

    // Around what is raised or lowered (script_text.hpp).
    void open_script() { scripts_.push_back(text_.size()); }
    void close_script(Script script);

    // What has gathered since the last call, with the marks that keep notes' numbers behind what they belong
    // to.
    // `before`: which way the text in front of it runs.
    [[nodiscard]] std::string take(Direction before);
    [[nodiscard]] const std::string& text() const { return text_; }
    // "[1] https://example.org/", in order.
    [[nodiscard]] std::vector<std::string> notes() const;

  private:
    struct Link {
        std::string url;
        std::size_t start;  // where its text begins
        bool has_picture = false;
    };

    void note(const Link& link, std::string_view label);
    void note_open_links();
    [[nodiscard]] bool leads_to_note(const Link& link, std::string_view label) const;

    std::string text_;
    bool word_ended_ = false;
    std::vector<std::size_t> note_places_;  // where in it notes' numbers begin
    std::vector<Link> links_;               // the open ones
    std::vector<std::size_t> scripts_;      // where the open ones begin
    std::vector<std::string> urls_;         // of the notes
    std::map<std::string, std::size_t> numbers_;
};

}  // namespace paperround::email
