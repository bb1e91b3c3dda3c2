#include "email/plain/inline_text.hpp"

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
    if (text.empty()) return;
    const bool joins = std::string_view(".,;:!?)]").find(text.front()) != std::string_view::npos;
    if (std::exchange(word_ended_, false) && !joins && !text_.empty() && !is_ascii_space(text_.back()))
        text_ += ' ';
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

void InlineText::note_picture() {
    if (!links_.empty()) links_.back().has_picture = true;
}

// The mark of a note of the post: the note stands in the same text, and needs no address.
bool InlineText::leads_to_note(const Link& link, std::string_view label) const {
    if (link.url.find('#') == std::string::npos) return false;
    const bool raised = !scripts_.empty() && scripts_.back() <= link.start;
    return raised || is_raised_number(label);
}

void InlineText::close_link() {
    const Link link = std::move(links_.back());
    links_.pop_back();
    const std::string_view label = trim(std::string_view(text_).substr(std::min(link.start, text_.size())));
    if (label.empty() && link.has_picture) {
        if (!text_.empty() && !is_ascii_space(text_.back())) text_ += ' ';
        text_ += link.url;
        word_ended_ = true;
    }
    note(link, label);
}

void InlineText::note(const Link& link, std::string_view label) {
    if (link.url.empty() || label.empty() || says_the_same(label, link.url)) return;
    if (leads_to_note(link, label)) return;
    const auto [found, added] = numbers_.emplace(link.url, urls_.size() + 1);
    if (added) urls_.push_back(link.url);
    const bool spaced = is_ascii_space(text_.back());
    while (is_ascii_space(text_.back())) text_.pop_back();
    note_places_.push_back(text_.size());
    text_ += fmt::format(" [{}]{}", found->second, spaced ? " " : "");
}

// The numbers of links stay behind what was raised.
void InlineText::close_script(Script script) {
    const std::size_t start = std::min(scripts_.back(), text_.size());
    scripts_.pop_back();
    std::size_t end = text_.size();
    const auto inside = std::ranges::lower_bound(note_places_, start);
    if (inside != note_places_.end()) end = *inside;
    const std::string_view before = std::string_view(text_).substr(0, start);
    const std::string written =
        script_text(script, std::string_view(text_).substr(start, end - start), before);
    for (auto place = inside; place != note_places_.end(); ++place)
        *place = *place - end + start + written.size();
    text_.replace(start, end - start, written);
}

// The block ends within them, and another may follow: its first words get the number.
void InlineText::note_open_links() {
    for (Link& link : links_) {
        const std::string label(trim(std::string_view(text_).substr(std::min(link.start, text_.size()))));
        if (label.empty()) continue;
        note(link, label);
        link.url.clear();
    }
}

std::string InlineText::take(Direction before) {
    note_open_links();
    const std::string text = std::exchange(text_, {});
    const Direction direction = main_direction(text, before);
    std::string taken;
    LastDirection last;
    std::size_t done = 0;
    for (const std::size_t place : std::exchange(note_places_, {})) {
        const std::string_view piece = std::string_view(text).substr(done, place - done);
        last.see(piece);
        taken += piece;
        taken += mark_between(last.value(), "", direction);
        done = place;
    }
    taken += std::string_view(text).substr(done);
    for (Link& link : links_) link.start = 0;
    for (std::size_t& start : scripts_) start = 0;
    return taken;
}

std::vector<std::string> InlineText::notes() const {
    std::vector<std::string> notes;
    for (const std::string& url : urls_) notes.push_back(fmt::format("[{}] {}", notes.size() + 1, url));
    return notes;
}

}  // namespace paperround::email
