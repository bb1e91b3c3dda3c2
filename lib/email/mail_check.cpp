#include "email/mail_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "base/utf8.hpp"
#include "email/css/dark_check.hpp"
#include "email/html/html_tree.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t gmail_clip = 102UL * 1024;
constexpr std::size_t nearly_clipped = 90UL * 1024;
constexpr std::size_t longest_subject = 70;  // columns; phones show about forty
constexpr int longest_title_word = 24;       // columns; as many as a phone shows of a title
constexpr double fewest_words = 0.9;         // of the HTML's words stand in the text part too

bool is_http(std::string_view url) {
    return ascii_istarts_with(url, "http://") || ascii_istarts_with(url, "https://");
}

struct Picture {
    std::string url;
    bool described;
    bool measured;
};

// Collects what a reader sees and where it points to.
class MailContents {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) {
            if (hidden_ == 0) text_ += node.v.text.text;
            if (hidden_ == 0 && in_heading_ > 0) headings_ += node.v.text.text;
            return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboTag tag = node.v.element.tag;
        if (tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_SCRIPT) return false;
        if (tag == GUMBO_TAG_IMG) picture(node);
        if (tag == GUMBO_TAG_A) link(node);
        if (is_hidden(node)) ++hidden_;
        if (is_heading(tag)) ++in_heading_;
        if (is_block(tag)) text_ += ' ';
        return true;
    }
    void close(const GumboNode& node) {
        if (is_hidden(node)) --hidden_;
        if (is_heading(node.v.element.tag)) {
            --in_heading_;
            headings_ += ' ';
        }
        if (is_block(node.v.element.tag)) text_ += ' ';
    }

    std::string text_;
    std::string headings_;  // of the first two ranks
    std::vector<Picture> pictures_;
    std::vector<std::string> links_;

  private:
    static bool is_heading(GumboTag tag) { return tag == GUMBO_TAG_H1 || tag == GUMBO_TAG_H2; }
    static bool is_block(GumboTag tag) {
        constexpr std::array<GumboTag, 17> inline_tags{
            GUMBO_TAG_A,   GUMBO_TAG_B,   GUMBO_TAG_BDI, GUMBO_TAG_CODE,   GUMBO_TAG_DEL,  GUMBO_TAG_EM,
            GUMBO_TAG_I,   GUMBO_TAG_INS, GUMBO_TAG_KBD, GUMBO_TAG_MARK,   GUMBO_TAG_S,    GUMBO_TAG_SPAN,
            GUMBO_TAG_SUB, GUMBO_TAG_SUP, GUMBO_TAG_U,   GUMBO_TAG_STRONG, GUMBO_TAG_SMALL};
        return std::ranges::find(inline_tags, tag) == inline_tags.end();
    }
    static bool is_hidden(const GumboNode& node) {
        std::string style = ascii_lower(attribute_of(node, "style").value_or(""));
        std::erase_if(style, is_ascii_space);
        return style.find("display:none") != std::string::npos;
    }
    void picture(const GumboNode& node) {
        const auto url = attribute_of(node, "src");
        // One that is sent with the mail is looked at as well.
        if (!url || (!is_http(*url) && !url->starts_with("cid:"))) return;
        const bool decoration = attribute_of(node, "role") == "presentation";
        pictures_.push_back({std::string(*url),
                             decoration || !trim(attribute_of(node, "alt").value_or("")).empty(),
                             attribute_of(node, "width") || attribute_of(node, "height")});
    }
    void link(const GumboNode& node) {
        const auto url = attribute_of(node, "href");
        if (url && is_http(*url)) links_.emplace_back(*url);
    }

    int hidden_ = 0;
    int in_heading_ = 0;
};

MailContents read(std::string_view html) {
    const HtmlTree tree(html);
    MailContents contents;
    tree.walk_body(contents);
    return contents;
}

std::vector<std::string> each_once(const std::vector<std::string>& list) {
    std::set<std::string> seen;
    std::vector<std::string> out;
    for (const std::string& item : list) {
        if (seen.insert(item).second) out.push_back(item);
    }
    return out;
}

// Runs of letters and digits; everything beyond ASCII counts as a letter.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : text) {
        if (is_ascii_alpha(c) || is_ascii_digit(c) || static_cast<unsigned char>(c) >= 0x80) {
            word += ascii_lower(c);
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty()) words.push_back(word);
    return words;
}

void check_size(std::string_view html, std::vector<Finding>& findings) {
    if (html.size() <= nearly_clipped) return;
    const bool clipped = html.size() > gmail_clip;
    findings.push_back(
        {clipped ? Severity::error : Severity::warning, "clipped",
         fmt::format("the HTML part has {} KiB: Gmail {} 102 KiB, and the way to unsubscribe with it",
                     html.size() / 1024, clipped ? "cuts off what is behind" : "would cut off at")});
}

void check_subject(std::string_view subject, std::vector<Finding>& findings) {
    const auto columns = static_cast<std::size_t>(display_width(subject));
    if (trim(subject).empty()) {
        findings.push_back({Severity::error, "subject", "there is no subject"});
    } else if (columns > longest_subject) {
        findings.push_back({Severity::warning, "subject",
                            fmt::format("the subject has {} characters: inboxes cut it at 40 to {}", columns,
                                        longest_subject)});
    }
}

void check_pictures(const std::vector<Picture>& pictures, std::vector<Finding>& findings) {
    std::set<std::string> seen;
    for (const Picture& picture : pictures) {
        if (!seen.insert(picture.url).second) continue;
        if (!picture.described) {
            findings.push_back({Severity::warning, "alt",
                                fmt::format("no description (alt) for the picture {}", picture.url)});
        }
        if (!picture.measured) {
            findings.push_back({Severity::warning, "picture-width",
                                fmt::format("the width of the picture {} is not known: Outlook shows it "
                                            "as wide as it is",
                                            picture.url)});
        }
        if (ascii_istarts_with(picture.url, "http:")) {
            findings.push_back(
                {Severity::warning, "plain-http",
                 fmt::format("mail clients may refuse a picture over plain http: {}", picture.url)});
        }
    }
}

// Where lines may break without a space: behind signs, and in scripts that write none.
bool is_breakable(char32_t c) {
    constexpr std::u32string_view signs = U" \t\r\n\u00A0-/?\u00AD\u2010\u2013\u2014\u200B";
    const bool ideographs = c >= 0x2E80 && c < 0x1F000;
    const bool south_east_asian =
        (c >= 0x0E00 && c < 0x0F00) || (c >= 0x1000 && c < 0x10A0) || (c >= 0x1780 && c < 0x1800);
    return signs.find(c) != std::u32string_view::npos || ideographs || south_east_asian;
}

std::string_view longest_unbroken(std::string_view text) {
    std::string_view longest;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = next_code_point(text.substr(at));
        at += point.length;
        if (is_breakable(point.value)) begin = at;
        if (at - begin > longest.size()) longest = text.substr(begin, at - begin);
    }
    return longest;
}

void check_headings(const std::string& headings, std::vector<Finding>& findings) {
    const std::string_view word = longest_unbroken(headings);
    const auto columns = static_cast<int>(display_width(word));
    if (columns <= longest_title_word) return;
    findings.push_back({Severity::warning, "title-break",
                        fmt::format("\"{}\" in a title has {} characters without a place to break: phones "
                                    "break it anywhere, Outlook nowhere",
                                    utf8_prefix(word, 60), columns)});
}

void check_text(const std::string& seen, std::string_view text, std::vector<Finding>& findings) {
    const auto words = words_of(without_direction_marks(seen));
    const auto said = words_of(without_direction_marks(text));
    const std::set<std::string> known(said.begin(), said.end());
    const auto missing =
        std::ranges::count_if(words, [&](const auto& word) { return !known.contains(word); });
    const auto present = static_cast<double>(words.size()) - static_cast<double>(missing);
    if (words.empty() || present >= fewest_words * static_cast<double>(words.size())) return;
    findings.push_back(
        {Severity::warning, "text-part",
         fmt::format("the text part lacks {} of the {} words of the HTML: filters take that for spam",
                     missing, words.size())});
}

}  // namespace

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::error:
            break;
    }
    return "error";
}

References references_of(std::string_view html) {
    const MailContents contents = read(html);
    std::vector<std::string> images;
    for (const Picture& picture : contents.pictures_) {
        if (is_http(picture.url)) images.push_back(picture.url);
    }
    std::vector<std::string> links = each_once(contents.links_);
    // A link to the whole picture is fetched with the pictures.
    const std::set<std::string> shown(images.begin(), images.end());
    std::erase_if(links, [&](const auto& link) { return shown.contains(link); });
    return {each_once(images), std::move(links)};
}

std::vector<Finding> check_mail(const CheckedParts& parts) {
    const MailContents contents = read(parts.html);
    std::vector<Finding> findings;
    check_size(parts.html, findings);
    check_subject(parts.subject, findings);
    check_pictures(contents.pictures_, findings);
    check_headings(contents.headings_, findings);
    for (std::string& line : unreadable_in_the_dark(parts.html))
        findings.push_back({Severity::warning, "dark-colours", std::move(line)});
    check_text(contents.text_, parts.text, findings);
    return findings;
}

}  // namespace paperround::email
