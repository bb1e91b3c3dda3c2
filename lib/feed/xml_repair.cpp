#include "feed/xml_repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/text/character_reference.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/xml_entities.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t longest_xml_tag = 64U << 10U;
// HTML's void elements, without those whose names RSS uses otherwise (<link>, <source>).
constexpr std::array<std::string_view, 8> void_elements{"br",  "hr",   "img", "input",
                                                        "wbr", "area", "col", "embed"};

bool is_name_start(char c) {
    return is_ascii_alpha(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_octet(char c) {
    return is_name_start(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == ':';
}

// A name with at most one colon, inside.
bool is_qualified_name(std::string_view name) {
    if (name.empty() || !is_name_start(name.front()) || name.back() == ':') return false;
    const auto colon = name.find(':');
    return colon == std::string_view::npos || (colon == name.rfind(':') && is_name_start(name[colon + 1]));
}

bool is_item(std::string_view name) {
    const auto local = name.substr(name.find(':') + 1);
    return local == "item" || local == "entry";
}

bool is_xml_character(char32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

// Stands in a document as it is.
bool is_plain(char c) {
    return c >= ' ' && c < 0x7F && c != '&' && c != '<' && c != '>';
}

struct Tag {
    std::string name;
    std::string attributes;  // well-formed, each with a space before it
    bool closes_itself = false;
    std::size_t length = 0;
};

class Repair {
  public:
    Repair(std::string_view text, std::span<const DeclaredEntity> entities)
        : rest_(text), entities_(entities) {
        out_.reserve(text.size() + text.size() / 16);
    }

    RepairedXml run() {
        while (!rest_.empty() && !closed_ && !too_deep_ && out_.size() <= largest_repaired) step();
        if (out_.size() > largest_repaired) return {.too_large = true};
        if (too_deep_) return {.too_deep = true};
        const bool cut = !closed_;
        bool dropped = false;
        const auto item = std::ranges::find_if(open_, [](const Open& open) { return is_item(open.name); });
        if (cut && item != open_.end()) {
            out_.resize(item->offset);
            open_.erase(item, open_.end());
            dropped = true;
        }
        close_to(0);
        return {.text = std::move(out_), .cut = cut, .dropped_item = dropped};
    }

  private:
    struct Open {
        std::string name;
        std::size_t offset;  // of its start tag in the output
    };

    void step() {
        if (rest_.front() == '<') return markup();
        if (rest_.front() == '&') return reference();
        const auto length = std::min(rest_.find_first_of("<&"), rest_.size());
        put_text(rest_.substr(0, length));
        rest_.remove_prefix(length);
    }

    void markup() {
        if (rest_.starts_with("<!--")) return skip_past("-->", 4);
        if (rest_.starts_with("<![") && ascii_istarts_with(rest_, "<![CDATA[")) return cdata();
        if (rest_.starts_with("<?")) return skip_past("?>", 2);
        if (rest_.starts_with("<!")) return rest_.remove_prefix(declaration_length(rest_));
        if (rest_.starts_with("</")) return end_tag();
        if (rest_.size() > 1 && is_name_start(rest_[1])) {
            if (auto tag = read_tag()) return start_tag(*tag);
        }
        put_text("<");
        rest_.remove_prefix(1);
    }

    void skip_past(std::string_view end, std::size_t from) {
        const auto at = rest_.find(end, from);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }

    void cdata() {
        const auto end = std::min(rest_.find("]]>"), rest_.size());
        put_text(rest_.substr(9, end - std::min<std::size_t>(end, 9)));
        rest_.remove_prefix(std::min(rest_.size(), end + 3));
    }

    void reference() {
        const Reference reference = read_reference(rest_);
        if (reference.length == 0) {
            const DeclaredEntity* known = declared_reference(entities_, rest_);
            if (known != nullptr && known->text.size() <= expansion_left_) {
                put_text(known->text);
                expansion_left_ -= known->text.size();
                return rest_.remove_prefix(known->name.size() + 2);
            }
            put_text("&");
            rest_.remove_prefix(1);
            return;
        }
        std::string character;
        append_utf8(character, reference.value);
        put_text(character);
        rest_.remove_prefix(reference.length);
    }

    void end_tag() {
        const auto end = rest_.find_first_of("<>", 2);
        if (end == std::string_view::npos || rest_[end] == '<') {
            put_text("<");
            rest_.remove_prefix(1);
            return;
        }
        const std::string_view name = trim(rest_.substr(2, end - 2));
        const auto match = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& open) {
            return name.size() == open.name.size() && ascii_iequals(open.name, name);
        });
        rest_.remove_prefix(end + 1);
        if (match == open_.rend()) return;
        close_to(static_cast<std::size_t>(open_.rend() - match) - 1);
        closed_ = open_.empty();
    }

    void start_tag(const Tag& tag) {
        rest_.remove_prefix(tag.length);
        if (is_item(tag.name)) {
            const auto outer = std::ranges::find(open_, tag.name, &Open::name);
            if (outer != open_.end()) close_to(static_cast<std::size_t>(outer - open_.begin()));
        }
        const bool empty =
            tag.closes_itself || std::ranges::find(void_elements, tag.name) != void_elements.end();
        const std::size_t offset = out_.size();
        out_ += fmt::format("<{}{}{}>", tag.name, tag.attributes, empty ? "/" : "");
        if (empty) {
            closed_ = open_.empty();
            return;
        }
        open_.push_back({tag.name, offset});
        too_deep_ = open_.size() > deepest_xml;
    }

    std::optional<Tag> read_tag() const {
        const std::string_view text = rest_.substr(0, longest_xml_tag);
        std::size_t at = 1;
        while (at < text.size() && is_name_octet(text[at])) ++at;
        Tag tag;
        tag.name = text.substr(1, at - 1);
        if (!is_qualified_name(tag.name)) return std::nullopt;
        std::vector<std::string_view> seen;
        for (;;) {
            while (at < text.size() && (is_ascii_space(text[at]) || text[at] == '/')) {
                tag.closes_itself = text[at] == '/' || tag.closes_itself;
                ++at;
            }
            if (at >= text.size() || text[at] == '<') return std::nullopt;
            if (text[at] == '>') break;
            tag.closes_itself = false;
            const std::size_t before = at;
            read_attribute(text, at, tag, seen);
            if (at == before) ++at;
        }
        tag.length = at + 1;
        return tag;
    }

    static void read_attribute(std::string_view text, std::size_t& at, Tag& tag,
                               std::vector<std::string_view>& seen) {
        const std::size_t start = at;
        while (at < text.size() && text[at] != '=' && text[at] != '>' && text[at] != '/' && text[at] != '<' &&
               !is_ascii_space(text[at])) {
            ++at;
        }
        const std::string_view name = text.substr(start, at - start);
        std::string_view value;
        if (at < text.size() && text[at] == '=') {
            ++at;
            if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
                const auto end = std::min(text.find(text[at], at + 1), text.size());
                value = text.substr(at + 1, end - at - 1);
                at = std::min(text.size(), end + 1);
            } else {
                const auto end = std::min(text.find_first_of(" \t\r\n<>", at), text.size());
                value = text.substr(at, end - at);
                at = end;
            }
        }
        const bool usable = is_qualified_name(name) && std::ranges::all_of(name, is_name_octet);
        if (!usable || seen.size() > 64 || std::ranges::find(seen, name) != seen.end()) return;
        seen.push_back(name);
        tag.attributes +=
            fmt::format(" {}=\"{}\"", name, escape_html(one_line(decode_references(value), longest_xml_tag)));
    }

    void put_text(std::string_view text) {
        if (open_.empty()) return;  // nothing but the root may stand there
        while (!text.empty()) {
            const auto plain = std::ranges::find_if_not(text, is_plain) - text.begin();
            out_.append(text.substr(0, static_cast<std::size_t>(plain)));
            text.remove_prefix(static_cast<std::size_t>(plain));
            if (text.empty()) return;
            const CodePoint point = next_code_point(text);
            switch (point.value) {
                case '&':
                    out_ += "&amp;";
                    break;
                case '<':
                    out_ += "&lt;";
                    break;
                case '>':
                    out_ += "&gt;";
                    break;
                default:
                    is_xml_character(point.value) ? append_utf8(out_, point.value) : out_.push_back(' ');
            }
            text.remove_prefix(point.length);
        }
    }

    void close_to(std::size_t depth) {
        while (open_.size() > depth) {
            out_ += fmt::format("</{}>", open_.back().name);
            open_.pop_back();
        }
    }

    std::string_view rest_;
    std::string out_;
    std::vector<Open> open_;
    std::span<const DeclaredEntity> entities_;
    std::size_t expansion_left_ = most_expansion;
    bool closed_ = false;  // the root has ended
    bool too_deep_ = false;
};

}  // namespace

RepairedXml repair_xml(std::string_view utf8, std::span<const DeclaredEntity> entities) {
    return Repair(utf8, entities).run();
}

}  // namespace paperround::feed
