#include "email/formula/mathml_tree.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html/html_tokenizer.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t deepest_tree = 50;
constexpr std::size_t most_nodes = 20'000;

constexpr std::array references = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"ApplyFunction", ""},
    {"InvisibleComma", ""},
    {"InvisibleTimes", ""},
    {"PlusMinus", "\u00b1"},
    {"alpha", "\u03b1"},
    {"amp", "&"},
    {"apos", "'"},
    {"beta", "\u03b2"},
    {"gamma", "\u03b3"},
    {"ge", "\u2265"},
    {"gt", ">"},
    {"infin", "\u221e"},
    {"it", ""},
    {"lambda", "\u03bb"},
    {"le", "\u2264"},
    {"lt", "<"},
    {"minus", "\u2212"},
    {"mu", "\u03bc"},
    {"nbsp", " "},
    {"ne", "\u2260"},
    {"pi", "\u03c0"},
    {"plusmn", "\u00b1"},
    {"quot", "\""},
    {"rarr", "\u2192"},
    {"sdot", "\u22c5"},
    {"sigma", "\u03c3"},
    {"sum", "\u2211"},
    {"theta", "\u03b8"},
    {"thinsp", " "},
    {"times", "\u00d7"},
});

// False where `name`, what stands between `&` and `;`, is no reference that is known.
bool append_reference(std::string& out, std::string_view name) {
    if (name.starts_with('#')) {
        const bool hexadecimal = name.size() > 1 && ascii_lower(name[1]) == 'x';
        const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
        unsigned value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
        const bool surrogate = value >= 0xD800 && value < 0xE000;
        if (error != std::errc() || end != digits.data() + digits.size()) return false;
        if (value < 0x20 || value > 0x10FFFF || surrogate) return false;
        append_utf8(out, value);
        return true;
    }
    const auto found = std::ranges::find(references, name, &decltype(references)::value_type::first);
    if (found == references.end()) return false;
    out += found->second;
    return true;
}

bool is_leaf(std::string_view name) {
    constexpr std::array<std::string_view, 4> leaves{"mspace", "none", "mprescripts", "mglyph"};
    return std::ranges::find(leaves, name) != leaves.end();
}

class Builder {
  public:
    std::vector<MathNode> run(std::string_view content) {
        nodes_.push_back({.name = "mrow"});
        open_.push_back(0);
        HtmlTokenizer tokenizer(content);
        HtmlToken token;
        while (nodes_.size() < most_nodes && tokenizer.next(token)) {
            // A prefix is as good as none: <mml:mi>.
            const std::string name = token.name.substr(token.name.find(':') + 1);
            if (token.kind == HtmlToken::Kind::text) {
                add({.text = decode_math_references(token.text)});
            } else if (token.kind == HtmlToken::Kind::start_tag) {
                start(name, token);
            } else {
                end(name);
            }
        }
        return std::move(nodes_);
    }

  private:
    std::size_t add(MathNode node) {
        nodes_.push_back(std::move(node));
        nodes_[open_.back()].children.push_back(nodes_.size() - 1);
        return nodes_.size() - 1;
    }

    void start(const std::string& name, const HtmlToken& token) {
        if (open_.size() >= deepest_tree) return;
        MathNode node{.name = name};
        if (name == "mfenced") {
            node.open = token.has("open") ? decode_math_references(token.value_of("open")) : "(";
            node.close = token.has("close") ? decode_math_references(token.value_of("close")) : ")";
        }
        node.is_tex = ascii_lower(token.value_of("encoding")).find("tex") != std::string::npos &&
                      name == "annotation" && token.value_of("encoding") != "text/plain";
        const std::size_t added = add(std::move(node));
        if (!token.self_closing && !is_leaf(name)) open_.push_back(added);
    }

    void end(const std::string& name) {
        for (std::size_t at = open_.size(); at > 1; --at) {
            if (nodes_[open_[at - 1]].name != name) continue;
            open_.resize(at - 1);
            return;
        }
    }

    std::vector<MathNode> nodes_;
    std::vector<std::size_t> open_;
};

}  // namespace

std::string decode_math_references(std::string_view text) {
    constexpr std::size_t longest = 16;
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto plain = std::min(text.find('&'), text.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto end = text.substr(0, longest + 2).find(';');
        if (end != std::string_view::npos && append_reference(out, text.substr(1, end - 1))) {
            text.remove_prefix(end + 1);
        } else {
            out += '&';
            text.remove_prefix(1);
        }
    }
    return out;
}

std::vector<MathNode> mathml_tree(std::string_view content) {
    return Builder().run(content);
}

}  // namespace paperround::email
