#include "email/formula/formula_text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/formula/mathml_tree.hpp"
#include "email/formula/tex_tree.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_mathml = 64U << 10U;

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_invisible_operator(std::string_view text) {
    constexpr std::array<std::string_view, 5> invisible{"", "\u2061", "\u2062", "\u2063", "\u2064"};
    return among(invisible, text);
}

// Stands between spaces where something stands before it.
bool is_binary(std::string_view text) {
    constexpr std::array<std::string_view, 36> operators{
        "+",      "-",      "\u2212", "=",      "<",      ">",      "\u2264", "\u2265", "\u2260",
        "\u2248", "\u2192", "\u21d2", "\u21d4", "\u2208", "\u22c5", "\u00d7", "\u00f7", "\u00b1",
        "\u223c", "\u2261", "\u2282", "\u2286", "\u222a", "\u2229", "\u2227", "\u2228", ":=",
        "\u221d", "\u2190", "\u2194", "\u21a6", "\u2245", "\u2209", "\u226a", "\u226b", "\u2213"};
    return among(operators, text);
}

bool is_accent(std::string_view text) {
    constexpr std::array<std::string_view, 12> accents{"^",      "~",      "\u00af", "\u02c9",
                                                       "\u203e", "\u005f", "\u02c6", "\u02dc",
                                                       "\u2192", "\u20d7", "\u02d9", "\u00a8"};
    return among(accents, text);
}

std::string accented(const std::string& base, std::string_view accent) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> marks{{{"^", "\u0302"},
                                                                                   {"\u02c6", "\u0302"},
                                                                                   {"~", "\u0303"},
                                                                                   {"\u02dc", "\u0303"},
                                                                                   {"\u2192", "\u20d7"},
                                                                                   {"\u20d7", "\u20d7"},
                                                                                   {"\u02d9", "\u0307"},
                                                                                   {"\u00a8", "\u0308"},
                                                                                   {"\u203e", "\u0304"},
                                                                                   {"\u00af", "\u0304"}}};
    for (const auto& [sign, mark] : marks) {
        if (accent == sign) return base + std::string(mark);
    }
    return base + "\u0304";
}

bool is_word(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// One number, one name or one character: it needs no brackets.
bool is_atom(std::string_view text) {
    if (text.empty() || next_code_point(text).length == text.size()) return true;
    if (std::ranges::all_of(text, [](char c) { return is_ascii_digit(c) || c == '.' || c == ','; }))
        return true;
    if (text.size() <= 4 && next_code_point(text).length + 2 == text.size() && text.ends_with("\u2032"))
        return true;
    const bool bracketed = text.front() == '(' && text.find(')') == text.size() - 1;
    return bracketed;
}

std::string grouped(const std::string& text) {
    return is_atom(text) ? text : "(" + text + ")";
}

// A part of a row of a formula.
struct Piece {
    std::string text;
    bool is_operator = false;
    bool is_composite = false;  // what follows must stand apart from it
    bool is_name = false;       // of several letters, as `sin`
};

class FormulaWriter {
  public:
    explicit FormulaWriter(const std::vector<MathNode>& nodes) : nodes_(nodes) {}

    [[nodiscard]] std::string whole() { return collapse_spaces(row(nodes_[0])); }
    // It has parts that one line does not show well.
    [[nodiscard]] bool is_intricate() const { return intricate_; }
    [[nodiscard]] const std::string& tex() const { return tex_; }

  private:
    std::string row(const MathNode& node) {
        std::string out;
        Piece before{.is_operator = true};
        for (const std::size_t child : node.children) {
            Piece piece = piece_of(nodes_[child]);
            if (piece.text.empty()) continue;
            append(out, before, piece);
            before = std::move(piece);
        }
        return out;
    }

    static void append(std::string& out, const Piece& before, const Piece& piece) {
        if (piece.is_operator) {
            const bool spaced = is_binary(piece.text) && !before.is_operator && !out.empty();
            if (spaced) {
                out += ' ' + piece.text + ' ';
            } else {
                // Or the bracket would belong to the power.
                if (before.is_composite && (piece.text == "(" || piece.text == "[")) out += ' ';
                out += piece.text;
                if (piece.text == "," || piece.text == ";") out += ' ';
            }
            return;
        }
        const bool after_word =
            !out.empty() && (is_word(out.back()) || out.back() == ')' || out.back() == '}');
        const bool word = is_word(piece.text.front()) || piece.text.front() == '(';
        const bool digits = is_ascii_digit(piece.text.front());
        const bool apart = before.is_composite || before.is_name || piece.is_name || digits ||
                           (piece.is_composite && piece.text.find('/') != std::string::npos);
        if (!before.is_operator && after_word && word && apart) out += ' ';
        out += piece.text;
    }

    [[nodiscard]] std::string text_in(const MathNode& node) const {
        std::string text;
        for (const std::size_t child : node.children) text += nodes_[child].text;
        return text;
    }

    // The elements among the children: white space between them is none of the formula's.
    [[nodiscard]] std::vector<std::size_t> parts_of(const MathNode& node) const {
        std::vector<std::size_t> parts;
        for (const std::size_t child : node.children) {
            if (!nodes_[child].name.empty() || !trim(nodes_[child].text).empty()) parts.push_back(child);
        }
        return parts;
    }

    std::string part(const std::vector<std::size_t>& parts, std::size_t index) {
        return index < parts.size() ? std::string(trim(piece_of(nodes_[parts[index]]).text)) : std::string{};
    }

    // One name needs no brackets, however long it is.
    std::string base_of(const std::vector<std::size_t>& parts) {
        const std::string base = part(parts, 0);
        return !parts.empty() && nodes_[parts[0]].name == "mi" ? base : grouped(base);
    }

    Piece piece_of(const MathNode& node) {
        if (node.name.empty()) return {std::string(trim(node.text))};
        if (node.name == "mo") {
            const std::string sign(trim(text_in(node)));
            if (is_invisible_operator(sign)) return {};
            const bool bracket = sign == ")" || sign == "]" || sign == "}" || sign == "|" || sign == "!";
            return {.text = sign, .is_operator = !bracket};
        }
        if (node.name == "mi") {
            std::string name(trim(row(node)));
            const bool several = name.size() > 1 && is_ascii_alpha(name[0]) && is_ascii_alpha(name[1]);
            return {.text = std::move(name), .is_name = several};
        }
        if (node.name == "mn") return {std::string(trim(row(node)))};
        if (node.name == "mtext" || node.name == "ms") return {.text = text_in(node), .is_name = true};
        if (node.name == "mspace") return {" "};
        if (node.name == "annotation" || node.name == "annotation-xml") return annotation(node);
        if (node.name == "mphantom" || node.name == "none" || node.name == "mprescripts") return {};
        return layout(node);
    }

    Piece annotation(const MathNode& node) {
        if (node.is_tex && tex_.empty()) tex_ = text_in(node);
        return {};
    }

    Piece layout(const MathNode& node) {
        const auto parts = parts_of(node);
        const auto composite = [](std::string text) {
            return Piece{.text = std::move(text), .is_composite = true};
        };
        if (node.name == "mfrac") return composite(grouped(part(parts, 0)) + "/" + grouped(part(parts, 1)));
        if (node.name == "msup") return composite(raised(base_of(parts), part(parts, 1)));
        if (node.name == "msub") return composite(base_of(parts) + "_" + grouped(part(parts, 1)));
        if (node.name == "msubsup")
            return composite(raised(base_of(parts) + "_" + grouped(part(parts, 1)), part(parts, 2)));
        if (node.name == "msqrt") return composite("\u221a" + grouped(std::string(trim(row(node)))));
        if (node.name == "mroot")
            return composite(grouped(part(parts, 0)) + "^(1/" + grouped(part(parts, 1)) + ")");
        if (node.name == "mfenced") return {node.open + fenced(parts) + node.close};
        if (node.name == "munder" || node.name == "mover" || node.name == "munderover")
            return stacked(node, parts);
        if (node.name == "mtable") return table(parts);
        if (node.name == "mmultiscripts" || node.name == "menclose" || node.name == "mlongdiv")
            intricate_ = true;
        if (node.name == "semantics" || node.name == "maction") {
            Piece shown{part(parts, 0)};
            for (std::size_t i = 1; i < parts.size(); ++i) part(parts, i);
            return shown;
        }
        return {row(node)};
    }

    static std::string raised(const std::string& base, const std::string& exponent) {
        if (exponent == "\u2032" || exponent == "'" || exponent == "\u2033") return base + exponent;
        return base + "^" + grouped(exponent);
    }

    std::string fenced(const std::vector<std::size_t>& parts) {
        std::string out;
        for (std::size_t i = 0; i < parts.size(); ++i) out += (i == 0 ? "" : ", ") + part(parts, i);
        return out;
    }

    Piece stacked(const MathNode& node, const std::vector<std::size_t>& parts) {
        const std::string base = part(parts, 0);
        if (node.name == "mover" && is_accent(part(parts, 1))) {
            if (next_code_point(base.empty() ? " " : base).length < base.size()) intricate_ = true;
            return {.text = accented(base, part(parts, 1))};
        }
        intricate_ = true;
        std::string out = base;
        if (node.name != "mover") out += "_" + grouped(part(parts, 1));
        if (node.name != "munder") out += "^" + grouped(part(parts, node.name == "mover" ? 1 : 2));
        return {.text = out + " ", .is_composite = true};
    }

    Piece table(const std::vector<std::size_t>& rows) {
        intricate_ = true;
        std::string out;
        for (const std::size_t row : rows) {
            if (!out.empty()) out += "; ";
            out += fenced(parts_of(nodes_[row]));
        }
        return {"[" + out + "]"};
    }

    const std::vector<MathNode>& nodes_;
    bool intricate_ = false;
    std::string tex_;
};

}  // namespace

std::string tidied_tex(std::string_view tex) {
    std::string out = collapse_spaces(tex);
    for (const std::string_view mark : {"% <![CDATA[", "%<![CDATA[", "%]]>", "% ]]>"})
        out = replace_all(out, mark, "");
    for (bool more = true; more;) {
        more = false;
        std::string_view inner = trim(out);
        if (inner.starts_with("{\\displaystyle") && inner.ends_with('}')) {
            inner = trim(inner.substr(14, inner.size() - 15));
            more = true;
        } else if (inner.starts_with("\\displaystyle") && inner.size() > 13 && !is_ascii_alpha(inner[13])) {
            inner = trim(inner.substr(13));
            more = true;
        } else if (inner.size() > 2 && inner.starts_with('$') && inner.ends_with('$')) {
            inner = inner.substr(1, inner.size() - 2);
            more = true;
        }
        out = std::string(inner);
    }
    return out;
}

std::string formula_of_tex(std::string_view tex) {
    std::string source = tidied_tex(tex);
    if (source.size() > longest_mathml) return source;
    const auto nodes = tex_tree(source);
    if (!nodes) return source;
    std::string words = FormulaWriter(*nodes).whole();
    return words.empty() ? source : words;
}

std::string formula_of_mathml(std::string_view content, std::string_view alternative) {
    const auto nodes = mathml_tree(content.substr(0, longest_mathml));
    FormulaWriter writer(nodes);
    std::string words = writer.whole();
    std::string tex = tidied_tex(writer.tex().empty() ? decode_math_references(alternative) : writer.tex());
    return !tex.empty() && (words.empty() || writer.is_intricate()) ? formula_of_tex(tex) : words;
}

}  // namespace paperround::email
