#include "email/public_letter.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "email/template/merge_text.hpp"

namespace paperround::email {

namespace {

// Stands where the link to leave belongs. No edition holds this character (without_marks).
constexpr char leave_mark = '\x01';
constexpr std::string_view link_end = "</a>";
constexpr std::size_t longest_tag = 1024;  // of ours

std::string for_nobody(const Edition& edition) {
    const MergeText text(edition.html, edition.html_fields);
    const Recipient nobody;
    std::string out;
    for (const MergePiece& piece : text.pieces()) {
        out += piece.literal;
        if (!piece.field) continue;
        const MergeField& field = text.fields()[*piece.field];
        if (field.kind == MergeField::Kind::unsubscribe_url) {
            out += leave_mark;
        } else {
            out += value_of(field, nobody);
        }
    }
    return out;
}

// The link's content, with these words in place of its own.
std::string with_words(std::string_view content, std::string_view words) {
    std::string out;
    bool said = false;
    // What a conditional comment hides is not told from what it shows.
    if (content.find("<!--") != std::string_view::npos) content = {};
    while (!content.empty()) {
        const auto tag = content.find('<');
        if (!said && !trim(content.substr(0, tag)).empty()) {
            out += words;
            said = true;
        }
        if (tag == std::string_view::npos) break;
        const auto end = std::min(content.find('>', tag), content.size() - 1);
        out += content.substr(tag, end + 1 - tag);
        content.remove_prefix(end + 1);
    }
    return said ? out : std::string(words);
}

bool begins_link(std::string_view tag) {
    return tag.size() > 2 && ascii_lower(tag[1]) == 'a' && is_ascii_space(tag[2]) &&
           tag.find('>') == std::string_view::npos;
}

std::string without_leaving(std::string_view html, const PublicPlace& place) {
    const std::string url = escape_html(place.subscribe_url);
    const std::string mark(1, leave_mark);
    std::string out;
    for (auto at = html.find(leave_mark); at != std::string_view::npos; at = html.find(leave_mark)) {
        const auto tag = html.rfind('<', at);
        const bool is_link = tag != std::string_view::npos && begins_link(html.substr(tag, at - tag));
        const auto opened = is_link ? html.find('>', at) : std::string_view::npos;
        const auto end = is_link ? html.find(link_end, at) : std::string_view::npos;
        if (end == std::string_view::npos || opened > end) {
            out += html.substr(0, at);
            out += url;
            html.remove_prefix(at + 1);
            continue;
        }
        out += html.substr(0, tag);
        if (!url.empty()) {
            out += replace_all(html.substr(tag, opened + 1 - tag), mark, url);
            out += with_words(html.substr(opened + 1, end - opened - 1), escape_html(place.subscribe_words));
            out += link_end;
        }
        html.remove_prefix(end + link_end.size());
    }
    out += html;
    return out;
}

std::string with_picture_urls(std::string_view html, std::string_view folder) {
    constexpr std::string_view begin = "\"cid:";
    std::string out;
    for (auto at = html.find(begin); at != std::string_view::npos; at = html.find(begin)) {
        const std::string_view behind = html.substr(at + begin.size());
        const std::string_view name = public_name(behind.substr(0, behind.find('"')));
        out += html.substr(0, at);
        if (name.empty()) {
            out += begin;
            html = behind;
            continue;
        }
        out += '"';
        out += folder;
        out += name;
        html = behind.substr(behind.find('"'));
    }
    out += html;
    return out;
}

// A wide table scrolls in its box; with the keyboard only if that can be reached.
std::string with_reachable_tables(std::string_view html) {
    constexpr std::string_view begin = "<div ";
    std::string out;
    for (auto at = html.find(begin); at != std::string_view::npos; at = html.find(begin)) {
        std::string_view tag = html.substr(at, longest_tag);
        tag = tag.substr(0, tag.find('>'));
        out += html.substr(0, at + begin.size());
        if (tag.find("class=\"table wide\"") != std::string_view::npos) out += "tabindex=\"0\" ";
        html.remove_prefix(at + begin.size());
    }
    out += html;
    return out;
}

void insert_before(std::string& html, std::size_t at, std::string_view what) {
    if (at != std::string::npos) html.insert(at, what);
}

}  // namespace

std::string public_letter(const Edition& edition, const PublicPlace& place) {
    std::string html =
        with_reachable_tables(with_picture_urls(without_leaving(for_nobody(edition), place), place.pictures));
    const auto body = html.find("<body");
    const auto begin = body == std::string::npos ? body : html.find('>', body);
    const auto end = html.rfind("</body>");
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        return place.top + "<main>" + html + "</main>";
    html.insert(end, "</main>\n");
    html.insert(begin + 1, "\n" + place.top + "<main>");
    insert_before(html, html.substr(0, body).find("</head>"),
                  "<link rel=\"canonical\" href=\"" + escape_html(place.canonical_url) + "\">\n");
    return html;
}

std::string_view public_name(std::string_view picture_id) {
    const std::string_view name = picture_id.substr(0, picture_id.find('@'));
    const bool ours = std::ranges::all_of(name, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '.';
    });
    return ours ? name : std::string_view();
}

}  // namespace paperround::email
