#include "audience/tags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/text/unseen.hpp"
#include "base/utf8.hpp"

namespace paperround::audience {

namespace {

std::string tidied(std::string_view tag) {
    tag = trim_unseen(tag);
    while (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
        tag = trim_unseen(tag.substr(1, tag.size() - 2));
    return ascii_lower(tag);
}

Tags in_order(Tags tags) {
    std::ranges::sort(tags);
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    if (tags.size() > most_tags) tags.resize(most_tags);
    return tags;
}

Tags split_tags(std::string_view text, std::string_view separators) {
    Tags tags;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        std::string tag = tidied(text.substr(begin, end - begin));
        if (tag_problem(tag).empty()) tags.push_back(std::move(tag));
        begin = end + 1;
    }
    return in_order(std::move(tags));
}

}  // namespace

std::string tag_problem(std::string_view tag) {
    if (tag.empty()) return "a tag without a letter";
    if (tag.size() > longest_tag) return fmt::format("a tag of more than {} octets", longest_tag);
    if (!is_utf8(tag)) return "a tag that is not UTF-8";
    if (without_control_characters(tag) != tag) return "a control character in a tag";
    if (tag.find_first_of(",;\"") != std::string_view::npos) return "a comma, semicolon or quote in a tag";
    return {};
}

Tags tags_of_list(std::string_view text) {
    return split_tags(text, ",;\n");
}

Tags with_tags(const Tags& before, std::span<const std::string> added, std::span<const std::string> removed) {
    Tags tags;
    for (const std::string& tag : before) {
        if (std::ranges::find(removed, tag) == removed.end()) tags.push_back(tag);
    }
    tags.insert(tags.end(), added.begin(), added.end());
    return in_order(std::move(tags));
}

std::string encode_tags(const Tags& tags) {
    std::string text;
    for (const std::string& tag : tags) text += (text.empty() ? "" : "\n") + tag;
    return text;
}

Tags decode_tags(std::string_view text) {
    Tags tags;
    if (text.empty()) return tags;
    for (const std::string_view tag : split(text, '\n')) tags.emplace_back(tag);
    return tags;
}

}  // namespace paperround::audience
