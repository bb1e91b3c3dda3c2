#include "email/html_tokenizer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace paperround::email {

namespace {
constexpr std::size_t most_attributes = 64;

bool ends_tag_name(char c) {
    return is_ascii_space(c) || c == '/' || c == '>';
}
}  // namespace

bool HtmlTokenizer::next(HtmlToken& token) {
    while (!rest_.empty()) {
        if (rest_.front() == '<') {
            const std::size_t before = rest_.size();
            if (read_markup(token)) return true;
            if (rest_.size() < before) continue;
        }
        // A `<` that begins no markup is text, like all up to the next one.
        token.kind = HtmlToken::Kind::text;
        token.text = rest_.substr(0, rest_.find('<', 1));
        rest_.remove_prefix(token.text.size());
        return true;
    }
    return false;
}

// At a `<`. True when it was a tag; false with nothing read when it is text, with something read when it was
// skipped.
bool HtmlTokenizer::read_markup(HtmlToken& token) {
    const char second = rest_.size() > 1 ? rest_[1] : ' ';
    if (is_ascii_alpha(second)) {
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
    } else if (second == '!' || second == '?' || (second == '/' && rest_.size() > 2)) {
        skip_through(">");
    }
    return false;
}

// `<!-->` and `<!--->` are complete comments; `--!>` ends one as well as `-->`; an unclosed one runs to the
// end.
void HtmlTokenizer::skip_comment() {
    rest_.remove_prefix(4);
    if (rest_.starts_with(">")) return rest_.remove_prefix(1);
    if (rest_.starts_with("->")) return rest_.remove_prefix(2);
    for (;;) {
        const auto dashes = rest_.find("--");
        if (dashes == std::string_view::npos) return skip_everything();
        rest_.remove_prefix(dashes + 1);
        if (rest_.starts_with("->")) return rest_.remove_prefix(2);
        if (rest_.starts_with("-!>")) return rest_.remove_prefix(3);
    }
}

void HtmlTokenizer::skip_through(std::string_view end) {
    const auto at = rest_.find(end);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
}

// False for a tag that the end of the text cuts off: it is left out, as in a browser.
bool HtmlTokenizer::read_tag(HtmlToken& token) {
    const auto name_end = std::ranges::find_if(rest_, ends_tag_name) - rest_.begin();
    token.name = ascii_lower(rest_.substr(0, static_cast<std::size_t>(name_end)));
    token.attributes.clear();
    rest_.remove_prefix(token.name.size());
    while (!rest_.empty() && rest_.front() != '>') {
        if (is_ascii_space(rest_.front()) || rest_.front() == '/') {
            rest_.remove_prefix(1);
        } else {
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
            attribute.value = value.substr(0, value.find(quote));
            value.remove_prefix(std::min(value.size(), attribute.value.size() + 1));
        } else {
            const auto length =
                std::ranges::find_if(value, [](char c) { return is_ascii_space(c) || c == '>'; });
            attribute.value = value.substr(0, static_cast<std::size_t>(length - value.begin()));
            value.remove_prefix(attribute.value.size());
        }
        rest_ = value;
    }
    if (token.attributes.size() < most_attributes) token.attributes.push_back(std::move(attribute));
}

bool HtmlTokenizer::skip_past_end_tag(const std::string& name) {
    if (without_end_tag_.contains(name)) return false;
    std::string_view ahead = rest_;
    for (;;) {
        const auto at = ahead.find("</");
        if (at == std::string_view::npos) break;
        ahead.remove_prefix(at + 2);
        const bool same = ascii_istarts_with(ahead, name);
        if (!same || (ahead.size() > name.size() && !ends_tag_name(ahead[name.size()]))) continue;
        rest_ = ahead;
        skip_through(">");
        return true;
    }
    without_end_tag_.insert(name);
    return false;
}

}  // namespace paperround::email
