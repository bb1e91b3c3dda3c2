// Splits HTML into tags and text as HTML5's tokenizer does, as far as an allow-list needs it. Pure, linear,
// never fails: what is no tag is text; comments, declarations and processing instructions are left out.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::email {

struct HtmlAttribute {
    std::string name;        // lower case
    std::string_view value;  // as written, character references not yet decoded
};

struct HtmlToken {
    enum class Kind { text, start_tag, end_tag };
    Kind kind = Kind::text;
    std::string_view text;                  // of text, as written
    std::string name;                       // of a tag, lower case
    std::vector<HtmlAttribute> attributes;  // the first 64; later ones are left out
};

// The tokens refer to the text they were read from, which must outlive them.
class HtmlTokenizer {
  public:
    explicit HtmlTokenizer(std::string_view html) : rest_(html) {}

    // False at the end.
    [[nodiscard]] bool next(HtmlToken& token);
    // Moves behind the next </name>. Without one it stays where it is and returns false.
    bool skip_past_end_tag(const std::string& name);
    void skip_everything() { rest_ = {}; }
    // What is not read yet.
    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    bool read_markup(HtmlToken& token);
    bool read_tag(HtmlToken& token);
    void read_attribute(HtmlToken& token);
    void skip_comment();
    void skip_through(std::string_view end);

    std::string_view rest_;
    std::set<std::string> without_end_tag_;  // searched for in vain: no need to search again
};

}  // namespace paperround::email
