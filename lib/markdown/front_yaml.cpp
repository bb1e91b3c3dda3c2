// YAML between two `---` lines. A title with a colon in it, and other texts that ought to stand in quotation
// marks, are read as they are meant. Aliases and anchors make their value unusable: nobody writes them there,
// and a bomb needs them.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/front_value.hpp"

namespace paperround::markdown {

namespace {

using Kind = FrontValue::Kind;

// Ends the parse from inside a handler; never leaves this file.
struct RefusedYaml {
    FrontMatterError error;
};

// Grows the tree from the parser's events. What is under construction lies in `open_`, outermost first.
class YamlEvents final : public YAML::EventHandler {
  public:
    explicit YamlEvents(std::size_t first_line) : first_line_(first_line) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, {}, true); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        if (is_key()) refuse(mark, "expected a text as key");
        add({.kind = Kind::unusable, .text = "aliases are not accepted", .line = line_of(mark)});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  const std::string& value) override {
        scalar(mark, anchor, value, false);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        if (open_.empty()) refuse(mark, "expected keys and values, got a list");
        enter(mark, anchor, Kind::list);
    }
    void OnSequenceEnd() override { leave(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        enter(mark, anchor, Kind::map);
    }
    void OnMapEnd() override { leave(); }

    FrontValue result = {.kind = Kind::map};

  private:
    struct Open {
        FrontValue value;
        std::string key;
        bool has_key = false;  // of a map: the next node is the key's value
        bool anchored = false;
    };

    [[nodiscard]] std::size_t line_of(const YAML::Mark& mark) const {
        return static_cast<std::size_t>(std::max(0, mark.line)) + first_line_;
    }
    [[noreturn]] void refuse(const YAML::Mark& mark, std::string message) const {
        throw RefusedYaml{{line_of(mark), std::move(message)}};
    }
    [[nodiscard]] bool is_key() const {
        return !open_.empty() && open_.back().value.kind == Kind::map && !open_.back().has_key;
    }

    void enter(const YAML::Mark& mark, YAML::anchor_t anchor, Kind kind) {
        if (is_key()) refuse(mark, "expected a text as key");
        if (open_.size() >= deepest_front_matter)
            refuse(mark, fmt::format("nested deeper than {}", deepest_front_matter));
        open_.push_back({.value = {.kind = kind, .line = line_of(mark)}, .key = {}, .anchored = anchor != 0});
    }
    void leave() {
        Open done = std::move(open_.back());
        open_.pop_back();
        if (done.anchored)
            done.value = {
                .kind = Kind::unusable, .text = "anchors are not accepted", .line = done.value.line};
        if (open_.empty()) {
            result = std::move(done.value);
        } else {
            add(std::move(done.value));
        }
    }

    void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& value, bool is_null) {
        if (open_.empty()) {
            if (!is_null) refuse(mark, "expected keys and values (\"title: …\"), got a text");
        } else if (is_key()) {
            open_.back().key = ascii_lower(value);
            open_.back().has_key = true;
        } else if (anchor != 0) {
            add({.kind = Kind::unusable, .text = "anchors are not accepted", .line = line_of(mark)});
        } else {
            add({.kind = Kind::text, .text = value, .line = line_of(mark)});
        }
    }

    void add(FrontValue value) {
        Open& around = open_.back();
        if (around.value.kind == Kind::list) {
            around.value.items.push_back(std::move(value));
        } else {
            around.value.members.push_back({std::move(around.key), std::move(value)});
            around.has_key = false;
        }
    }

    std::size_t first_line_;
    std::vector<Open> open_;
};

Result<FrontValue, FrontMatterError> read_strictly(const std::string& block, std::size_t first_line) {
    try {
        std::istringstream stream{block};
        YAML::Parser parser(stream);
        YamlEvents events(first_line);
        parser.HandleNextDocument(events);
        if (events.result.kind == Kind::unusable)
            return failure(FrontMatterError{first_line, events.result.text});
        return std::move(events.result);
    } catch (const RefusedYaml& refused) {
        return failure(refused.error);
    } catch (const YAML::Exception& error) {
        return failure(
            FrontMatterError{static_cast<std::size_t>(std::max(0, error.mark.line)) + first_line,
                             "the front matter is not valid YAML: " + feed::one_line(error.msg, 200)});
    }
}

// A text that YAML would not take without quotation marks: "Storm: the day after", "@ann", "Ben" and Ann.
bool wants_quotes(std::string_view value) {
    if (value.empty()) return false;
    const char first = value.front();
    if (first == '@' || first == '`' || first == '%') return true;
    if (first == '"' || first == '\'') {
        const auto end = value.find(first, 1);
        return end != std::string_view::npos && end + 1 < value.size() && value[end + 1] != first &&
               value[end - 1] != '\\' && trim(value.substr(end + 1)).front() != '#';
    }
    if (std::string_view("[{|>&*!#").find(first) != std::string_view::npos) return false;
    return value.find(": ") != std::string_view::npos || value.ends_with(':');
}

// Keys at the left edge whose value stands on their line, each such value in quotation marks.
std::string with_quotes(std::string_view block) {
    std::string out;
    for (const std::string_view line : split(block, '\n')) {
        const auto colon = line.find(": ");
        const std::string_view value =
            colon == std::string_view::npos ? std::string_view{} : trim(line.substr(colon + 2));
        const bool key = colon != std::string_view::npos && colon > 0 && is_ascii_alpha(line.front());
        if (!out.empty()) out += '\n';
        if (key && wants_quotes(value)) {
            out += std::string(line.substr(0, colon + 2)) + '\'' + replace_all(value, "'", "''") + '\'';
        } else {
            out += line;
        }
    }
    return out;
}

}  // namespace

Result<FrontValue, FrontMatterError> read_yaml_matter(std::string_view block, std::size_t first_line) {
    // Without its last line end: yaml-cpp 0.7 takes a quoted text that is never closed as closed by "\n" and
    // the end.
    block = trim_end(block);
    auto read = read_strictly(std::string(block), first_line);
    if (read) return read;
    auto mended = read_strictly(with_quotes(block), first_line);
    return mended ? std::move(mended) : std::move(read);
}

}  // namespace paperround::markdown
