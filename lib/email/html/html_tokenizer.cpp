#include "email/html/html_tokenizer.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::email {

namespace {
constexpr std::size_t most_attributes = 64;

bool ends_tag_name(char c) {
    return is_ascii_space(c) || c == '/' || c == '>';
}

// `<ann@example.org>`, `<https://example.org/>`: as people write addresses, and no tag.
bool is_address_in_brackets(std::string_view markup) {
    constexpr std::size_t longest = 300;
    std::string_view word = markup.substr(1, longest);
    word = word.substr(0, word.find_first_of(" \t\r\n<\"'"));
    const auto end = word.find('>');
    if (end == std::string_view::npos) return false;
    word = word.substr(0, end);
    const auto at = word.find('@');
    const bool mailbox = at != std::string_view::npos && word.find('.', at) != std::string_view::npos &&
                         word.find('=') == std::string_view::npos;
    return mailbox || ascii_istarts_with(word, "https://") || ascii_istarts_with(word, "http://");
}

// Where a comment ends whose end is misspelt: typing dashes for two hyphens, escaping, or one too few. npos
// where that is nowhere.
std::size_t behind_misspelt_end(std::string_view comment) {
    constexpr std::array<std::string_view, 8> ends{"->",       "\u2013>",     "\u2014>", "&#8211;>",
                                                   "&#8212;>", "&#8211;&gt;", "--&gt;",  "-- >"};
    std::size_t first = std::string_view::npos;
    for (const std::string_view end : ends) {
        const auto at = comment.substr(0, first).find(end);
        if (at != std::string_view::npos) first = at + end.size();
    }
    return first;
}

// The length of a comment that nothing ends: up to its first `>`, but no tag belongs to it.
std::size_t length_of_unclosed(std::string_view comment) {
    comment = comment.substr(0, comment.find("<!--"));
    const auto misspelt = behind_misspelt_end(comment);
    if (misspelt != std::string_view::npos) return misspelt;
    for (auto at = comment.find_first_of("<>"); at < comment.size();
         at = comment.find_first_of("<>", at + 1)) {
        if (comment[at] == '>') return at + 1;
        const char next = at + 1 < comment.size() ? comment[at + 1] : ' ';
        if (is_ascii_alpha(next) || next == '/') return at;
    }
    return comment.size();
}

// How long a quoted value is, read behind its quotation mark. Where the second one is missing the next is
// that of another attribute, which shows by what follows it.
struct QuotedValue {
    std::size_t length;
    bool closed;
};
QuotedValue quoted_value(std::string_view value, char quote) {
    const auto end = value.find(quote);
    const bool closed = end != std::string_view::npos;
    const char after = closed && end + 1 < value.size() ? value[end + 1] : '>';
    if (closed && ends_tag_name(after)) return {end, true};
    const auto tag_end = value.substr(0, end).find('>');
    if (tag_end != std::string_view::npos) return {tag_end, false};
    return {std::min(end, value.size()), closed};
}
}  // namespace

std::string_view HtmlToken::value_of(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &HtmlAttribute::name);
    return found == attributes.end() ? std::string_view{} : found->value;
}

bool HtmlToken::has(std::string_view attribute) const {
    return std::ranges::find(attributes, attribute, &HtmlAttribute::name) != attributes.end();
}

bool HtmlTokenizer::next(HtmlToken& token) {
    while (!rest_.empty()) {
        if (rest_.front() == '<') {
            const std::size_t before = rest_.size();
            if (read_markup(token)) return true;
            if (rest_.size() < before) continue;
        }
        if (read_text(token)) return true;
    }
    return false;
}

// A `<` that begins no markup is text, like all up to the next one.
bool HtmlTokenizer::read_text(HtmlToken& token) {
    token.kind = HtmlToken::Kind::text;
    token.text = rest_.substr(0, rest_.find('<', 1));
    if (in_cdata_) {
        constexpr std::string_view end = "]]>";
        const auto at = token.text.find(end);
        if (at == 0) {
            in_cdata_ = false;
            rest_.remove_prefix(end.size());
            return false;
        }
        token.text = token.text.substr(0, at);
    }
    rest_.remove_prefix(token.text.size());
    return true;
}

// At a `<`. True when it was a tag; false with nothing read when it is text, with something read when it was
// skipped.
bool HtmlTokenizer::read_markup(HtmlToken& token) {
    constexpr std::string_view cdata = "<![CDATA[";
    const char second = rest_.size() > 1 ? rest_[1] : ' ';
    if (is_ascii_alpha(second)) {
        if (is_address_in_brackets(rest_)) return false;
        token.kind = HtmlToken::Kind::start_tag;
        rest_.remove_prefix(1);
        return read_tag(token);
    }
    if (second == '/' && rest_.size() > 2 && is_ascii_alpha(rest_[2])) {
        token.kind = HtmlToken::Kind::end_tag;
        rest_.remove_prefix(2);
        return read_tag(token);
    }
    if (rest_.starts_with("<!--")) {
        skip_comment();
    } else if (rest_.starts_with(cdata)) {
        rest_.remove_prefix(cdata.size());
        in_cdata_ = true;
    } else if (second == '!' || second == '?' || (second == '/' && rest_.size() > 2)) {
        return skip_declaration();
    }
    return false;
}

// `<!-->` and `<!--->` are complete comments; `--!>` ends one as well as `-->`. One in which another begins
// was to end before that, where an end is misspelt in between.
void HtmlTokenizer::skip_comment() {
    rest_.remove_prefix(4);
    if (rest_.starts_with(">")) return rest_.remove_prefix(1);
    if (rest_.starts_with("->")) return rest_.remove_prefix(2);
    bool looked_within = false;
    std::size_t at = no_comment_end_ ? std::string_view::npos : rest_.find("--");
    for (; at != std::string_view::npos; at = rest_.find("--", at + 1)) {
        const std::string_view end = rest_.substr(at);
        if (end.starts_with("-->")) return rest_.remove_prefix(at + 3);
        if (end.starts_with("--!>")) return rest_.remove_prefix(at + 4);
        if (looked_within || at < 2 || rest_.substr(at - 2, 2) != "<!") continue;
        looked_within = true;
        const auto misspelt = behind_misspelt_end(rest_.substr(0, at - 2));
        if (misspelt != std::string_view::npos) return rest_.remove_prefix(misspelt);
    }
    no_comment_end_ = true;
    rest_.remove_prefix(length_of_unclosed(rest_));
}

// False with nothing read where it has no end: then it is text.
bool HtmlTokenizer::skip_declaration() {
    const auto end = no_tag_end_ ? std::string_view::npos : rest_.find('>');
    no_tag_end_ = end == std::string_view::npos;
    if (no_tag_end_) return false;
    // PHP that was not run: it may compare, and does not reach over a line.
    constexpr std::size_t longest_program = 1000;
    const bool is_program = rest_.starts_with("<?php") || rest_.starts_with("<?=");
    std::string_view line = rest_.substr(0, is_program ? longest_program : 0);
    line = line.substr(0, line.find('\n'));
    const auto program_end = line.find("?>");
    rest_.remove_prefix(program_end == std::string_view::npos ? end + 1 : program_end + 2);
    return false;
}

// False for a tag that the end of the text cuts off: it is left out, as in a browser.
bool HtmlTokenizer::read_tag(HtmlToken& token) {
    const auto name_end = std::ranges::find_if(rest_, ends_tag_name) - rest_.begin();
    token.name = ascii_lower(rest_.substr(0, static_cast<std::size_t>(name_end)));
    token.attributes.clear();
    token.self_closing = token.slash_apart = false;
    rest_.remove_prefix(token.name.size());
    while (!rest_.empty() && rest_.front() != '>') {
        if (is_ascii_space(rest_.front()) || rest_.front() == '/') {
            token.self_closing = token.slash_apart = rest_.front() == '/';
            rest_.remove_prefix(1);
        } else {
            token.self_closing = token.slash_apart = false;
            read_attribute(token);
        }
    }
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
}

void HtmlTokenizer::read_attribute(HtmlToken& token) {
    std::size_t end = 1;  // an `=` in front belongs to the name
    while (end < rest_.size() && !ends_tag_name(rest_[end]) && rest_[end] != '=') ++end;
    HtmlAttribute attribute{ascii_lower(rest_.substr(0, end)), {}};
    rest_.remove_prefix(end);
    const auto value_at =
        std::ranges::find_if_not(rest_, [](char c) { return is_ascii_space(c); }) - rest_.begin();
    std::string_view value = rest_.substr(static_cast<std::size_t>(value_at));
    if (value.starts_with('=')) {
        value.remove_prefix(1);
        while (!value.empty() && is_ascii_space(value.front())) value.remove_prefix(1);
        const bool quoted = value.starts_with('"') || value.starts_with('\'');
        if (quoted) {
            const char quote = value.front();
            value.remove_prefix(1);
            const QuotedValue quoted_here = quoted_value(value, quote);
            attribute.value = value.substr(0, quoted_here.length);
            value.remove_prefix(std::min(value.size(), quoted_here.length + (quoted_here.closed ? 1 : 0)));
        } else {
            const auto length =
                std::ranges::find_if(value, [](char c) { return is_ascii_space(c) || c == '>'; });
            attribute.value = value.substr(0, static_cast<std::size_t>(length - value.begin()));
            value.remove_prefix(attribute.value.size());
            if (value.starts_with('>')) token.self_closing = attribute.value.ends_with('/');
        }
        rest_ = value;
    }
    if (token.attributes.size() < most_attributes) token.attributes.push_back(std::move(attribute));
}

}  // namespace paperround::email
