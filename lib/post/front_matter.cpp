#include "post/front_matter.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/text.hpp"
#include "post/feed_date.hpp"
#include "post/feed_text.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t largest_block = 64U << 10U;
constexpr std::size_t deepest = 10;

// Ends the parse from inside a handler; never leaves this file.
struct Refused {
    FrontMatterError error;
};

[[noreturn]] void refuse(const YAML::Mark& mark, std::string message) {
    // Marks count from 0, and the block's first line is the file's second.
    throw Refused{{static_cast<std::size_t>(std::max(0, mark.line)) + 2, std::move(message)}};
}

bool read_bool(const YAML::Mark& mark, const std::string& key, const std::string& value) {
    const std::string lower = ascii_lower(value);
    if (lower == "true" || lower == "yes" || lower == "on") return true;
    if (lower == "false" || lower == "no" || lower == "off" || lower.empty()) return false;
    refuse(mark, fmt::format("{}: expected true or false, got \"{}\"", key, one_line(value, 60)));
}

// Takes the parser's events. Only the outermost map matters, and in it scalars and lists of scalars.
class Reader final : public YAML::EventHandler {
  public:
    explicit Reader(FrontMatter& into) : into_(into) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, anchor, {}, true); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        refuse(mark, "aliases are not accepted");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  const std::string& value) override {
        scalar(mark, anchor, value, false);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        if (depth_ == 0) refuse(mark, "expected keys and values, got a list");
        if (depth_ == 1 && !is_key_ && key_ != "tags" && is_known(key_)) {
            refuse(mark, fmt::format("{}: expected a text, got a list", key_));
        }
        enter(mark, anchor);
    }
    void OnSequenceEnd() override { leave(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        if (depth_ == 1 && !is_key_ && is_known(key_)) {
            refuse(mark, fmt::format("{}: expected a text, got a map", key_));
        }
        enter(mark, anchor);
    }
    void OnMapEnd() override { leave(); }

  private:
    static bool is_known(std::string_view key) {
        constexpr std::string_view known[] = {"title", "subtitle", "author", "slug", "image",
                                              "link",  "date",     "tags",   "draft"};
        return std::ranges::find(known, key) != std::end(known);
    }

    void enter(const YAML::Mark& mark, YAML::anchor_t anchor) {
        if (depth_ == 1 && is_key_) refuse(mark, "expected a text as key");
        if (anchor != 0) refuse(mark, "anchors are not accepted");
        if (++depth_ > deepest) refuse(mark, fmt::format("nested deeper than {}", deepest));
    }
    void leave() {
        if (--depth_ == 1) is_key_ = true;
    }

    void scalar(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& value, bool is_null) {
        if (anchor != 0) refuse(mark, "anchors are not accepted");
        if (depth_ == 0) {
            if (!is_null) refuse(mark, "expected keys and values (\"title: …\"), got a text");
        } else if (depth_ == 1 && is_key_) {
            key_ = ascii_lower(value);
            is_key_ = false;
        } else if (depth_ == 1) {
            is_key_ = true;
            take(mark, value);
        } else if (depth_ == 2 && key_ == "tags" && !value.empty()) {
            into_.tags.push_back(value);
        }
    }

    void take(const YAML::Mark& mark, const std::string& value) {
        if (key_ == "title") into_.title = one_line(value);
        if (key_ == "subtitle") into_.subtitle = one_line(value);
        if (key_ == "author") into_.author = one_line(value, 300);
        if (key_ == "slug") into_.slug = one_line(value, 500);
        if (key_ == "image") into_.image = one_line(value);
        if (key_ == "link") into_.link = one_line(value);
        if (key_ == "draft") into_.draft = read_bool(mark, key_, value);
        if (key_ == "tags") {
            for (const auto tag : split(value, ',')) {
                if (!trim(tag).empty()) into_.tags.emplace_back(trim(tag));
            }
        }
        if (key_ == "date" && !value.empty()) {
            into_.date = parse_feed_date(value);
            if (!into_.date) {
                refuse(mark, fmt::format("date: expected 2026-11-22 or 2026-11-22T08:00:00Z, got \"{}\"",
                                         one_line(value, 60)));
            }
        }
    }

    FrontMatter& into_;
    std::size_t depth_ = 0;
    bool is_key_ = true;  // in the outermost map: the next node is a key
    std::string key_;
};

struct Block {
    std::string_view yaml;
    std::string_view body;
};

// The line that starts at `at`, without its end.
std::string_view line_at(std::string_view text, std::size_t at) {
    std::string_view line = text.substr(at, text.find('\n', at) - at);
    while (!line.empty() && is_ascii_space(line.back())) line.remove_suffix(1);
    return line;
}

std::optional<Block> find_block(std::string_view text, std::size_t start) {
    for (std::size_t at = start; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = line_at(text, at);
        const std::size_t next = std::min(text.size(), end + 1);
        if (line == "---" || line == "...") return Block{text.substr(start, at - start), text.substr(next)};
        at = next;
    }
    return std::nullopt;
}

}  // namespace

Result<FrontMatter, FrontMatterError> read_front_matter(std::string_view text) {
    FrontMatter matter;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (line_at(text, 0) != "---") {
        matter.body = text;
        return matter;
    }
    const auto block = find_block(text, std::min(text.find('\n'), text.size() - 1) + 1);
    if (!block) return failure(FrontMatterError{1, "the front matter has no closing \"---\" line"});
    if (block->yaml.size() > largest_block) {
        return failure(
            FrontMatterError{1, fmt::format("the front matter is larger than {} octets", largest_block)});
    }
    matter.body = block->body;
    matter.body_line = 1 + static_cast<std::size_t>(std::count(text.data(), block->body.data(), '\n'));
    try {
        // Without its last line end: yaml-cpp 0.7 takes a quoted text that is never closed as closed by "\n"
        // and the end.
        std::string_view yaml = block->yaml;
        while (!yaml.empty() && is_ascii_space(yaml.back())) yaml.remove_suffix(1);
        std::istringstream stream{std::string(yaml)};
        YAML::Parser parser(stream);
        Reader reader(matter);
        parser.HandleNextDocument(reader);
    } catch (const Refused& refused) {
        return failure(refused.error);
    } catch (const YAML::Exception& error) {
        return failure(FrontMatterError{static_cast<std::size_t>(std::max(0, error.mark.line)) + 2,
                                        "the front matter is not valid YAML: " + one_line(error.msg, 200)});
    }
    return matter;
}

}  // namespace paperround::post
