// Notes that an author keeps to himself, as programs that make pages of Markdown have them: Obsidian's
// `%%…%%`, the comments of Liquid, Nunjucks, Hugo, kramdown and MDX. Pure, linear.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace paperround::markdown {

class PrivateNotes {
  public:
    // The length of the note that begins in front, to its end; 0 where none does. The rests of one text,
    // front to back: what no end is to come for is looked for once.
    [[nodiscard]] std::size_t length_at(std::string_view rest);

  private:
    std::size_t end_of(std::string_view rest, std::size_t from, std::string_view end);

    // Of one that ends with a tag: `word` stands in that, and `close` ends it.
    std::size_t end_of_block(std::string_view rest, std::size_t from, std::string_view word,
                             std::string_view close);

    std::vector<std::string_view> never_to_come_;
};

}  // namespace paperround::markdown
