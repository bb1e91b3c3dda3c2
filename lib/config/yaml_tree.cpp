#include "config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <streambuf>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::config {

namespace {

// Thrown to leave yaml-cpp's parser from inside an event; caught in parse_tree.
struct LimitReached {
    SyntaxError error;
};

[[noreturn]] void refuse(std::size_t line, std::string message) {
    throw LimitReached{SyntaxError{line, std::move(message)}};
}

std::size_t line_of(const YAML::Mark& mark) {
    return mark.is_null() ? 0 : static_cast<std::size_t>(mark.line) + 1;
}

// The cost of one more copy of a value.
struct Weight {
    std::size_t nodes = 1;
    std::size_t octets = 0;
    std::size_t levels = 0;
};

Weight weigh(const Node& node) {
    Weight total;
    total.octets = node.scalar.size();
    const auto add = [&total](const Node& child) {
        const Weight weight = weigh(child);
        total.nodes += weight.nodes;
        total.octets += weight.octets;
        total.levels = std::max(total.levels, weight.levels);
    };
    std::ranges::for_each(node.keys, add);
    std::ranges::for_each(node.items, add);
    if (node.kind == Node::Kind::sequence || node.kind == Node::Kind::mapping) ++total.levels;
    return total;
}

class TreeBuilder final : public YAML::EventHandler {
  public:
    [[nodiscard]] Node take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(Node{Node::Kind::null, line_of(mark), {}, {}, {}}, anchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  const std::string& value) override {
        add(Node{Node::Kind::scalar, line_of(mark), value, {}, {}}, anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto target = anchored_.find(anchor);
        if (target == anchored_.end()) refuse(line_of(mark), "an alias inside the value that it names");
        const Weight weight = weigh(target->second);
        count_ += weight.nodes;
        unfolded_octets_ += weight.octets;
        if (count_ > most_nodes || unfolded_octets_ > largest_file ||
            open_.size() + weight.levels > deepest_nesting) {
            refuse(line_of(mark),
                   fmt::format("aliases that unfold to more than {} values, {} octets or {} levels",
                               most_nodes, largest_file, deepest_nesting));
        }
        attach(Node(target->second));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        enter(Node::Kind::sequence, line_of(mark), anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        enter(Node::Kind::mapping, line_of(mark), anchor);
    }
    void OnSequenceEnd() override { leave(); }
    void OnMapEnd() override { leave(); }

  private:
    struct Open {
        Node node;
        YAML::anchor_t anchor;
    };

    void count_one(std::size_t line) {
        if (++count_ > most_nodes) refuse(line, fmt::format("more than {} values in one file", most_nodes));
    }

    void add(Node&& node, YAML::anchor_t anchor) {
        count_one(node.line);
        if (anchor != YAML::NullAnchor) anchored_.insert_or_assign(anchor, node);
        attach(std::move(node));
    }

    void enter(Node::Kind kind, std::size_t line, YAML::anchor_t anchor) {
        count_one(line);
        if (open_.size() >= deepest_nesting)
            refuse(line, fmt::format("nested deeper than {} levels", deepest_nesting));
        open_.push_back({Node{kind, line, {}, {}, {}}, anchor});
    }

    void leave() {
        Open done = std::move(open_.back());
        open_.pop_back();
        if (done.anchor != YAML::NullAnchor) anchored_.insert_or_assign(done.anchor, done.node);
        attach(std::move(done.node));
    }

    void attach(Node&& node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Node& parent = open_.back().node;
        const bool is_key = parent.kind == Node::Kind::mapping && parent.keys.size() == parent.items.size();
        (is_key ? parent.keys : parent.items).push_back(std::move(node));
    }

    Node root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Node> anchored_;
    std::size_t count_ = 0;
    std::size_t unfolded_octets_ = 0;
};

// Lets yaml-cpp read the text without a copy.
class ViewBuffer final : public std::streambuf {
  public:
    explicit ViewBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());  // the get area is only read
        setg(begin, begin, begin + text.size());
    }
};

std::size_t line_at(std::string_view text, std::size_t position) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, position), '\n'));
}

std::string_view line_text(std::string_view yaml, std::size_t line) {
    for (std::size_t skipped = 1; skipped < line; ++skipped) {
        const auto end = yaml.find('\n');
        if (end == std::string_view::npos) return {};
        yaml.remove_prefix(end + 1);
    }
    return yaml.substr(0, yaml.find('\n'));
}

// Refuses octets that yaml-cpp would guess at (UTF-16), stop at or pass on.
std::optional<SyntaxError> find_foreign_octets(std::string_view yaml) {
    std::size_t at = 0;
    while (at < yaml.size()) {
        const CodePoint point = next_code_point(yaml.substr(at));
        if (!point.valid) return SyntaxError{line_at(yaml, at), "expected UTF-8, got an octet that is not"};
        const bool is_line_end_or_tab = point.value == '\n' || point.value == '\r' || point.value == '\t';
        if ((point.value < 0x20 && !is_line_end_or_tab) || point.value == 0x7F) {
            return SyntaxError{line_at(yaml, at),
                               fmt::format("expected text, got the control character U+{:04X}",
                                           static_cast<unsigned>(point.value))};
        }
        at += point.length;
    }
    return std::nullopt;
}

SyntaxError explain(const YAML::Exception& error, std::string_view yaml) {
    const std::size_t line = line_of(error.mark);
    const std::string_view text = line_text(yaml, line);
    const auto indentation = text.substr(0, text.find_first_not_of(" \t"));
    if (line > 0 && indentation.find('\t') != std::string_view::npos) {
        return {line, "a tab in the indentation: YAML wants spaces there"};
    }
    // yaml-cpp quotes single octets, which may be control characters or parts of a character.
    return {line, fmt::format("not valid YAML: {}", without_control_characters(to_valid_utf8(error.msg)))};
}

}  // namespace

Result<Node, SyntaxError> parse_tree(std::string_view yaml) {
    if (yaml.size() > largest_file) {
        return failure(SyntaxError{0, fmt::format("larger than the limit of {} octets", largest_file)});
    }
    if (auto foreign = find_foreign_octets(yaml)) return failure(std::move(*foreign));
    ViewBuffer buffer(yaml);
    std::istream in(&buffer);
    TreeBuilder tree;
    try {
        YAML::Parser parser(in);
        if (!parser.HandleNextDocument(tree)) return Node{};
        TreeBuilder next;
        if (parser.HandleNextDocument(next)) {
            return failure(
                SyntaxError{next.take_root().line, "expected one YAML document, got a second one"});
        }
    } catch (const LimitReached& limit) {
        return failure(limit.error);
    } catch (const YAML::Exception& error) {
        return failure(explain(error, yaml));
    }
    return tree.take_root();
}

std::string_view name_of(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::null:
            return "nothing";
        case Node::Kind::scalar:
            return "text";
        case Node::Kind::sequence:
            return "a list";
        case Node::Kind::mapping:
            return "a mapping";
    }
    return "";
}

}  // namespace paperround::config
