#include "email/picture/table_width.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tree.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

namespace {

constexpr unsigned letter_width = 8;  // pixels, at the size that tables have
constexpr unsigned cell_margin = 20;
constexpr std::size_t most_columns_counted = 200;

unsigned longest_word(std::string_view text) {
    unsigned longest = 0;
    unsigned word = 0;
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        const bool space = is_ascii_space(text.front());
        text.remove_prefix(point.length);
        // Ideographs break anywhere.
        constexpr char32_t ideographs = 0x2E80;
        word = space || point.value >= ideographs ? 0 : word + 1;
        longest = std::max(longest, word);
    }
    return longest;
}

// The widest content of each column; a table within counts as cells of the outer one.
class Measure {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) {
            need(longest_word(node.v.text.text) * letter_width);
            return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboTag tag = node.v.element.tag;
        if (tag == GUMBO_TAG_TR) column_ = 0;
        if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH) ++column_;
        if (tag == GUMBO_TAG_IMG) need(pixels(attribute_of(node, "width")).value_or(0));
        return true;
    }
    void close(const GumboNode& /*node*/) {}

    [[nodiscard]] unsigned width() const {
        unsigned sum = 0;
        for (const unsigned widest : columns_) sum += widest + cell_margin;
        return sum;
    }

  private:
    void need(unsigned width) {
        if (column_ == 0 || column_ > most_columns_counted) return;
        if (columns_.size() < column_) columns_.resize(column_);
        columns_[column_ - 1] = std::max(columns_[column_ - 1], width);
    }

    std::vector<unsigned> columns_;
    std::size_t column_ = 0;  // counted from 1; 0: outside
};

}  // namespace

bool is_wider_than(const GumboNode& table, unsigned column) {
    Measure measure;
    HtmlTree::walk_from(table, measure);
    return measure.width() > column;
}

}  // namespace paperround::email
