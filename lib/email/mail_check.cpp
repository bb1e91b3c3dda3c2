#include "email/mail_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/display_width.hpp"
#include "base/text.hpp"
#include "email/bidi.hpp"
#include "email/html_tree.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t gmail_clip = 102UL * 1024;
constexpr std::size_t nearly_clipped = 90UL * 1024;
constexpr std::size_t longest_subject = 70;  // columns; phones show about forty
constexpr double fewest_words = 0.9;         // of the HTML's words stand in the text part too

bool is_http(std::string_view url) {
    return ascii_istarts_with(url, "http://") || ascii_istarts_with(url, "https://");
}

struct Picture {
    std::string url;
    bool described;
};

// Collects what a reader sees and where it points to.
class Reader {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) {
            if (hidden_ == 0) text_ += node.v.text.text;
            return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboTag tag = node.v.element.tag;
        if (tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_SCRIPT) return false;
        if (tag == GUMBO_TAG_IMG) picture(node);
        if (tag == GUMBO_TAG_A) link(node);
        if (is_hidden(node)) ++hidden_;
        if (is_block(tag)) text_ += ' ';
        return true;
    }
    void close(const GumboNode& node) {
        if (is_hidden(node)) --hidden_;
        if (is_block(node.v.element.tag)) text_ += ' ';
    }

    std::string text_;
    std::vector<Picture> pictures_;
    std::vector<std::string> links_;

  private:
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
        if (!url || !is_http(*url)) return;
        const bool decoration = attribute_of(node, "role") == "presentation";
        pictures_.push_back(
            {std::string(*url), decoration || !trim(attribute_of(node, "alt").value_or("")).empty()});
    }
    void link(const GumboNode& node) {
        const auto url = attribute_of(node, "href");
        if (url && is_http(*url)) links_.emplace_back(*url);
    }

    int hidden_ = 0;
};

Reader read(std::string_view html) {
    const HtmlTree tree(html);
    Reader reader;
    tree.walk_body(reader);
    return reader;
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
        if (ascii_istarts_with(picture.url, "http:")) {
            findings.push_back(
                {Severity::warning, "plain-http",
                 fmt::format("mail clients may refuse a picture over plain http: {}", picture.url)});
        }
    }
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
    const Reader reader = read(html);
    std::vector<std::string> images;
    for (const Picture& picture : reader.pictures_) images.push_back(picture.url);
    return {each_once(images), each_once(reader.links_)};
}

std::vector<Finding> check_mail(const CheckedParts& parts) {
    const Reader reader = read(parts.html);
    std::vector<Finding> findings;
    check_size(parts.html, findings);
    check_subject(parts.subject, findings);
    check_pictures(reader.pictures_, findings);
    check_text(reader.text_, parts.text, findings);
    return findings;
}

}  // namespace paperround::email
