#include "net/link_header.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace paperround::net {

namespace {

constexpr std::size_t longest_field = 16U << 10U;
constexpr std::size_t longest_target = 2000;
constexpr std::size_t most_links_read = 64;
constexpr std::size_t most_parameters = 32;

struct Parameter {
    std::string name;  // lower case
    std::string value;
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return text_.empty(); }
    void skip_spaces() {
        while (!at_end() && is_ascii_space(text_.front())) text_.remove_prefix(1);
    }
    bool take(char wanted) {
        skip_spaces();
        if (at_end() || text_.front() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::string_view take_until(std::string_view ends) {
        const std::string_view taken = text_.substr(0, text_.find_first_of(ends));
        text_.remove_prefix(taken.size());
        return taken;
    }
    // The text up to the closing quote, which is consumed too; nothing if there is none.
    std::optional<std::string> take_quoted_rest() {
        std::string value;
        while (!at_end()) {
            char c = text_.front();
            text_.remove_prefix(1);
            if (c == '"') return value;
            if (c == '\\' && !at_end()) {
                c = text_.front();
                text_.remove_prefix(1);
            }
            value.push_back(c);
        }
        return std::nullopt;
    }
    // Moves behind the next comma that is not in quotes.
    void skip_link() {
        while (!at_end() && !take(',')) {
            if (take('"')) {
                static_cast<void>(take_quoted_rest());
            } else {
                text_.remove_prefix(std::min<std::size_t>(1, text_.size()));
            }
        }
    }

  private:
    std::string_view text_;
};

std::optional<Parameter> take_parameter(Scanner& in) {
    in.skip_spaces();
    Parameter parameter{ascii_lower(trim(in.take_until("=;,\""))), {}};
    if (!in.take('=')) return parameter;
    if (!in.take('"')) {
        parameter.value = trim(in.take_until(";,"));
        return parameter;
    }
    auto value = in.take_quoted_rest();
    if (!value) return std::nullopt;
    parameter.value = std::move(*value);
    return parameter;
}

// Returns nothing if the link is malformed; the scanner then stands somewhere within it.
std::optional<Link> take_link(Scanner& in) {
    if (!in.take('<')) return std::nullopt;
    Link link{std::string(trim(in.take_until(">"))), {}, false};
    if (!in.take('>') || link.target.size() > longest_target) return std::nullopt;
    bool related = false;
    for (std::size_t count = 0; in.take(';'); ++count) {
        if (count >= most_parameters) return std::nullopt;
        const auto parameter = take_parameter(in);
        if (!parameter) return std::nullopt;
        if (parameter->name == "anchor") link.anchored = true;
        // RFC 8288 §3.3: only the first `rel` counts.
        if (parameter->name != "rel" || related) continue;
        related = true;
        const std::string relations = collapse_spaces(parameter->value);
        for (const std::string_view relation : split(relations, ' ')) {
            if (!relation.empty()) link.relations.push_back(ascii_lower(relation));
        }
    }
    return link;
}

}  // namespace

bool Link::has_relation(std::string_view name) const {
    return std::ranges::find(relations, name) != relations.end();
}

std::vector<Link> parse_link_field(std::string_view value) {
    std::vector<Link> links;
    if (value.size() > longest_field) return links;
    Scanner in(value);
    while (links.size() < most_links_read) {
        in.skip_spaces();
        if (in.at_end()) break;
        auto link = take_link(in);
        if (link && !link->target.empty()) links.push_back(std::move(*link));
        in.skip_link();
    }
    return links;
}

}  // namespace paperround::net
