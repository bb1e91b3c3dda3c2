#include "email/clean/block_direction.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace paperround::email {

namespace {

bool is_flow_block(GumboTag tag) {
    constexpr std::array tags{GUMBO_TAG_P,  GUMBO_TAG_DIV, GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_UL, GUMBO_TAG_OL,
                              GUMBO_TAG_DL, GUMBO_TAG_H1,  GUMBO_TAG_H2,         GUMBO_TAG_H3, GUMBO_TAG_H4,
                              GUMBO_TAG_H5, GUMBO_TAG_H6,  GUMBO_TAG_TABLE};
    return std::ranges::find(tags, tag) != tags.end();
}

struct Words {
    std::size_t to_left = 0;
    std::size_t to_right = 0;

    // A word or two in Latin letters, as a product's name, say nothing of a line's direction.
    [[nodiscard]] Direction direction() const {
        if (to_left > to_right) return Direction::right_to_left;
        return to_right > to_left && to_right > 2 ? Direction::left_to_right : Direction::none;
    }
};

Words count_words(std::string_view text) {
    constexpr std::string_view blanks = " \n";
    Words words;
    for (auto at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(blanks, at), text.size());
        const Direction direction = first_direction(text.substr(at, end - at));
        words.to_left += direction == Direction::right_to_left ? 1 : 0;
        words.to_right += direction == Direction::left_to_right ? 1 : 0;
        at = text.find_first_not_of(blanks, end);
    }
    return words;
}

// From the innermost blocks outwards.
class Counting {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) {
            const Words words = count_words(node.v.text.text);
            open_.back().to_left += words.to_left;
            open_.back().to_right += words.to_right;
        }
        if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag == GUMBO_TAG_PRE) return false;
        open_.emplace_back();
        return true;
    }
    void close(const GumboNode& node) {
        const Words words = open_.back();
        open_.pop_back();
        open_.back().to_left += words.to_left;
        open_.back().to_right += words.to_right;
        if (is_flow_block(node.v.element.tag)) blocks_[&node] = words.direction();
    }
    [[nodiscard]] const Words& all() const { return open_.front(); }
    [[nodiscard]] const std::map<const GumboNode*, Direction>& blocks() const { return blocks_; }

  private:
    std::vector<Words> open_{1};
    std::map<const GumboNode*, Direction> blocks_;
};

// From the outermost inwards: what changes.
class Saying {
  public:
    Saying(const std::map<const GumboNode*, Direction>& blocks, std::map<const GumboNode*, Direction>& said)
        : blocks_(blocks), said_(said) {}
    bool open(const GumboNode& node) {
        if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag == GUMBO_TAG_PRE) return false;
        if (attribute_of(node, "dir")) return false;
        const auto found = blocks_.find(&node);
        Direction here = open_.back();
        if (found != blocks_.end() && found->second != Direction::none && found->second != here) {
            here = found->second;
            said_[&node] = here;
        }
        open_.push_back(here);
        return true;
    }
    void close(const GumboNode& /*node*/) { open_.pop_back(); }

  private:
    const std::map<const GumboNode*, Direction>& blocks_;
    std::map<const GumboNode*, Direction>& said_;
    std::vector<Direction> open_{Direction::none};
};

}  // namespace

BlockDirections::BlockDirections(const HtmlTree& tree) {
    Counting counting;
    tree.walk_body(counting);
    // The post's own direction is said around it.
    if (counting.all().to_left == 0 || counting.all().to_right == 0) return;
    Saying saying(counting.blocks(), said_);
    tree.walk_body(saying);
    const bool mixed = std::ranges::adjacent_find(said_, [](const auto& a, const auto& b) {
                           return a.second != b.second;
                       }) != said_.end();
    if (!mixed) said_.clear();
}

Direction BlockDirections::of(const GumboNode& node) const {
    const auto found = said_.find(&node);
    return found == said_.end() ? Direction::none : found->second;
}

void add_alignment(std::vector<CssDeclaration>& style, std::string_view side) {
    const bool said = std::ranges::any_of(
        style, [](const CssDeclaration& declaration) { return declaration.property == "text-align"; });
    if (!said) style.push_back({"text-align", std::string(side), false});
}

}  // namespace paperround::email
