// Where elements end whose content a mail does not show, also those that are never closed, or closed in their
// own start tag as XML has it: such a one costs itself and not the rest of the article. For this library's
// sources only. Pure; linear over all calls for one text.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace paperround::email {

// In octets, behind the start tag. Both 0 where only the start tag is to go.
struct ElementExtent {
    std::size_t content = 0;
    std::size_t whole = 0;  // with the end tag
    bool closed = false;
};

// Of one text, asked front to back.
class ElementExtents {
  public:
    // Of an element whose content is no HTML, as a script's. `rest`: what stands behind its start tag.
    [[nodiscard]] ElementExtent raw(std::string_view rest, const std::string& name, bool self_closing);
    // Of one whose content is HTML, and may hold its like.
    [[nodiscard]] ElementExtent nested(std::string_view rest, const std::string& name, bool self_closing);

  private:
    std::set<std::string> without_end_;           // searched for in vain: no need to search again
    std::map<std::string, unsigned> unbalanced_;  // how often
};

}  // namespace paperround::email
