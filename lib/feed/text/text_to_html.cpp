#include "feed/text/text_to_html.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"

namespace paperround::feed {

namespace {

bool is_mailbox_octet(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '.' || c == '-' || c == '_' || c == '+';
}

// `desk@harbour.example`, and nothing that only looks alike.
bool is_mailbox(std::string_view word) {
    const auto at = word.find('@');
    if (at == 0 || at == std::string_view::npos || word.size() > 254) return false;
    const auto domain = word.substr(at + 1);
    const auto dot = domain.rfind('.');
    return dot != std::string_view::npos && dot > 0 && domain.size() - dot > 2 && domain[0] != '.' &&
           std::ranges::all_of(domain.substr(dot + 1), [](char c) { return is_ascii_alpha(c); }) &&
           std::ranges::all_of(word.substr(0, at), is_mailbox_octet) &&
           std::ranges::all_of(domain, is_mailbox_octet);
}

// The address without what the sentence around it put at its end: "(see https://example.org/a_(b).)"
std::string_view without_punctuation(std::string_view address) {
    while (!address.empty()) {
        const char last = address.back();
        const bool unopened =
            last == ')' && std::ranges::count(address, '(') < std::ranges::count(address, ')');
        if (std::string_view(".,;:!?'\"*_").find(last) == std::string_view::npos && !unopened) break;
        address.remove_suffix(1);
    }
    return address;
}

constexpr std::size_t longest_address = 2000;

// One word of a text, escaped, as a link where it is an address.
void append_word(std::string& out, std::string_view word) {
    const auto begin = std::min(word.find_first_not_of("(<[\"'"), word.size());
    std::string_view address =
        word.substr(begin, std::min(word.find_first_of("<>\"", begin), word.size()) - begin);
    address = address.size() <= longest_address ? without_punctuation(address) : std::string_view{};
    const bool page = (address.starts_with("https://") && address.size() > 8) ||
                      (address.starts_with("http://") && address.size() > 7);
    if (!page && !is_mailbox(address)) {
        out += escape_html(word);
        return;
    }
    const std::string shown = escape_html(address);
    out += escape_html(word.substr(0, begin));
    out += "<a href=\"" + std::string(page ? "" : "mailto:") + shown + "\">" + shown + "</a>";
    out += escape_html(word.substr(begin + address.size()));
}

// A text that is nothing but addresses would become many times as large.
constexpr std::size_t most_links = 10'000;

std::string with_links(std::string_view text) {
    std::string out;
    std::size_t addresses = 0;
    while (!text.empty()) {
        const auto space = std::min(text.find_first_not_of(" \t\n"), text.size());
        out.append(text.substr(0, space));
        text.remove_prefix(space);
        const auto word = std::min(text.find_first_of(" \t\n"), text.size());
        const std::string_view here = text.substr(0, word);
        const bool may_be_address = here.find_first_of("@:") != std::string_view::npos;
        if (may_be_address && addresses++ < most_links) {
            append_word(out, here);
        } else {
            out += escape_html(here);
        }
        text.remove_prefix(word);
    }
    return out;
}

}  // namespace

std::string text_to_html(std::string_view text) {
    const std::string cleaned = body_text(text);
    const std::string lines = with_links(trim(cleaned));
    if (lines.empty()) return {};
    std::string out = "<p>";
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        out.append(lines, at, end - at);
        at = end;
        std::size_t breaks = 0;
        while (at < lines.size() && is_ascii_space(lines[at])) breaks += lines[at++] == '\n' ? 1U : 0U;
        if (breaks > 1) {
            out += "</p>\n<p>";
        } else if (breaks == 1) {
            out += "<br>\n";
        }
    }
    return out + "</p>";
}

}  // namespace paperround::feed
