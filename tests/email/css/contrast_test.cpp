// Whether the templates can be read: the contrast of every text with what is behind it (WCAG 2.1, level AA),
// as the style sheets have it by day and in dark mode.
#include <catch2/catch.hpp>
#include <set>

#include "base/text.hpp"
#include "email/css/colour.hpp"
#include "email/css/css_cascade.hpp"
#include "email/css/css_policy.hpp"
#include "email/html/html_tree.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::test;
using email::Colour;
using email::CssDeclaration;

namespace {

enum class Scheme { light, dark };

// What stands in <style> elements; conditional comments are none.
struct StyleSheets {
    bool open(const GumboNode& node) {
        if (inside && email::is_text(node)) css += node.v.text.text;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        inside = node.v.element.tag == GUMBO_TAG_STYLE;
        return true;
    }
    void close(const GumboNode& /*node*/) { inside = false; }
    std::string css;
    bool inside = false;
};

email::CssCascade sheet_for(Scheme scheme, const email::HtmlTree& tree, WorkBudget& budget) {
    email::CssCascade cascade(budget);
    if (scheme == Scheme::light) return cascade;
    StyleSheets sheets;
    tree.walk(sheets);
    const auto rules = email::parse_css(sheets.css);
    REQUIRE(rules.has_value());
    for (const email::CssRule& group : *rules) {
        if (group.prelude.find("prefers-color-scheme: dark") == std::string::npos) continue;
        for (const email::CssRule& rule : group.rules) {
            for (const auto text : email::split_selectors(rule.prelude)) {
                auto selector = email::CssSelector::parse(text);
                REQUIRE(selector.has_value());
                cascade.add(std::move(*selector), rule.declarations);
            }
        }
    }
    REQUIRE_FALSE(cascade.empty());
    return cascade;
}

// Walks a mail with the style that holds for each element, and notes the texts that have too little contrast.
class Reader {
  public:
    explicit Reader(email::CssCascade sheet) : sheet_(std::move(sheet)) {}

    bool open(const GumboNode& node) {
        if (email::is_text(node)) {
            if (const auto text = replace_all(node.v.text.text, "\u00A0", " "); !trim(text).empty())
                judge(text);
            return false;
        }
        if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag == GUMBO_TAG_HEAD) return false;
        const auto own = email::parse_declarations(email::attribute_of(node, "style").value_or(""));
        const auto style = sheet_.style_of(node, own);
        if (email::hides(style)) return false;
        looks_.push_back(looks_.back());
        for (const CssDeclaration& declaration : style) take(declaration);
        return true;
    }
    void close(const GumboNode& /*node*/) { looks_.pop_back(); }

    std::set<std::string> pairs_;  // "#1d1b18 on #ffffff"
    std::set<std::string> poor_;

  private:
    struct Look {
        Colour colour{0, 0, 0};
        Colour background{255, 255, 255};
        double size = 16;
        bool bold = false;
    };

    void take(const CssDeclaration& declaration) {
        const auto colour = [&] {
            const auto parsed = email::parse_colour(declaration.value);
            INFO(declaration.property << ": " << declaration.value);
            REQUIRE(parsed.has_value());
            return *parsed;
        };
        Look& look = looks_.back();
        // What stands around it, which the look began with.
        if (declaration.value == "inherit" || declaration.value == "transparent") return;
        if (declaration.property == "color") look.colour = colour();
        if (declaration.property == "background-color") look.background = colour();
        if (declaration.property == "font-size") look.size = std::stod(declaration.value);
        if (declaration.property == "font-weight")
            look.bold = declaration.value == "bold" || declaration.value >= "700";
    }

    // Large is from 18 points on, or bold from 14 points on: 24 and 18.66 pixels.
    void judge(std::string_view text) {
        const Look& look = looks_.back();
        const bool large = look.size >= 24 || (look.bold && look.size >= 18.67);
        const std::string pair = to_text(look.colour) + " on " + to_text(look.background);
        pairs_.insert(pair);
        if (contrast(look.colour, look.background) <
            (large ? email::visible_contrast : email::readable_contrast))
            poor_.insert(pair + ": " + std::string(trim(text)));
    }

    email::CssCascade sheet_;
    std::vector<Look> looks_{{}};
};

Reader read(const std::string& template_name, Scheme scheme, const std::string& accent) {
    auto content = sample_content();
    content.posts.push_back(sample_post_with_everything());
    content.newsletter.share = {"email", "bluesky"};
    content.newsletter.theme.accent = accent;
    const std::string html = email::html_of(rendered(content, template_name), sample_recipient());
    const email::HtmlTree tree(html);
    WorkBudget budget(1'000'000);
    Reader reader(sheet_for(scheme, tree, budget));
    tree.walk(reader);
    return reader;
}

}  // namespace

TEST_CASE("every text of the templates can be read, by day and in dark mode") {
    const std::string accent = config::Theme{}.accent;
    for (const char* name : {"default", "digest", "plain"}) {
        for (const Scheme scheme : {Scheme::light, Scheme::dark}) {
            INFO(name << (scheme == Scheme::dark ? ", dark" : ", light"));
            const Reader reader = read(name, scheme, accent);
            CHECK(reader.poor_ == std::set<std::string>{});
            CHECK(reader.pairs_.size() >= 4);
        }
    }
}

TEST_CASE("every text can be read whatever the newsletter's accent is") {
    for (const char* accent : {"#ffffff", "#ffd400", "#7f7f7f", "#777777", "#0080ff", "#e0401f", "#000000"}) {
        for (const Scheme scheme : {Scheme::light, Scheme::dark}) {
            INFO(accent);
            CHECK(read("default", scheme, accent).poor_ == std::set<std::string>{});
        }
    }
}
