#include "email/inline_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace paperround::email {

namespace {

bool says_the_same(std::string_view label, std::string_view url) {
    const auto scheme = url.starts_with("mailto:") || url.starts_with("tel:") ? url.find(':') + 1 : 0;
    return label == url || label == url.substr(scheme);
}

}  // namespace

void InlineText::append(std::string_view text) {
    for (const char c : text) {
        if (!is_ascii_space(c)) {
            text_ += c;
        } else if (!text_.empty() && text_.back() != ' ' && text_.back() != '\n') {
            text_ += ' ';
        }
    }
}

void InlineText::open_link(std::string_view url) {
    links_.push_back({std::string(url), text_.size()});
}

void InlineText::close_link() {
    const Link link = std::move(links_.back());
    links_.pop_back();
    const std::size_t start = std::min(link.start, text_.size());
    const std::string_view label = trim(std::string_view(text_).substr(start));
    if (link.url.empty() || label.empty() || says_the_same(label, link.url)) return;
    const auto [found, added] = numbers_.emplace(link.url, urls_.size() + 1);
    if (added) urls_.push_back(link.url);
    while (is_ascii_space(text_.back())) text_.pop_back();
    note_places_.push_back(text_.size());
    text_ += fmt::format(" [{}]", found->second);
}

std::string InlineText::take(Direction before) {
    std::string taken = std::exchange(text_, {});
    const Direction direction = main_direction(taken, before);
    // From the last on, so that the places before it stay where they are.
    const auto places = std::exchange(note_places_, {});
    for (auto at = places.rbegin(); at != places.rend(); ++at)
        taken.insert(*at, mark_between(std::string_view(taken).substr(0, *at), "", direction));
    for (Link& link : links_) link.start = 0;
    return taken;
}

std::vector<std::string> InlineText::notes() const {
    std::vector<std::string> notes;
    for (const std::string& url : urls_) notes.push_back(fmt::format("[{}] {}", notes.size() + 1, url));
    return notes;
}

}  // namespace paperround::email
