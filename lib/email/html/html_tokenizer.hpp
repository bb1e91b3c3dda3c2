// Splits HTML into tags and text as HTML5's tokenizer does, as far as an allow-list needs it. Pure, linear,
// never fails: what is no tag is text; comments, declarations and processing instructions are left out.
//
// Where the text is broken it costs what is broken and not the rest of the article, unlike in a browser: a
// comment without an end ends at the next `>`, a value without its second quotation mark with its tag.
// CDATA's marks go, what stands between them stays. An address in angle brackets is text.
#pragma once

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
    bool self_closing = false;              // a tag that ends with `/>`
    bool slash_apart = false;               // and where that is not the end of a value: `<a href=/b/>`

    // As written; empty where there is none.
    [[nodiscard]] std::string_view value_of(std::string_view attribute) const;
    [[nodiscard]] bool has(std::string_view attribute) const;
};

// The tokens refer to the text they were read from, which must outlive them.
class HtmlTokenizer {
  public:
    explicit HtmlTokenizer(std::string_view html) : rest_(html) {}

    // False at the end.
    [[nodiscard]] bool next(HtmlToken& token);
    void skip(std::size_t octets) { rest_.remove_prefix(octets); }
    // What is not read yet.
    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    bool read_markup(HtmlToken& token);
    bool read_tag(HtmlToken& token);
    void read_attribute(HtmlToken& token);
    bool read_text(HtmlToken& token);
    void skip_comment();
    bool skip_declaration();

    std::string_view rest_;
    bool in_cdata_ = false;
    // Searched for in vain: no need to search again.
    bool no_comment_end_ = false;
    bool no_tag_end_ = false;
};

}  // namespace paperround::email
