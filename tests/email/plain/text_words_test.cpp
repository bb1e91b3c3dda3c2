// Nothing that an article says is lost in its text part: every word, in order, by Python's HTML parser.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "email/clean/html_cleaner.hpp"
#include "email/plain/text_part.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/seeded_random.hpp"

using namespace paperround;
using namespace paperround::test;
using nlohmann::json;

namespace {

const std::vector<std::string> sentences{
    "The ferry leaves at six, and nobody waits for it.",
    "\u201CWell,\u201D she said \u2014 and then nothing, for a long\u2011drawn minute\u2026",
    "It costs 12,50\u00A0\u20AC; that is less than \u00A311 &amp; more than $9.",
    "\u05D4\u05D9\u05D0 \u05D4\u05DC\u05DB\u05D4 \u05DC\u05E9\u05D5\u05E7 \u05D1\u05D1\u05D5\u05E7\u05E8 "
    "\u05D5\u05E7\u05E0\u05EA\u05D4 3 \u05EA\u05E4\u05D5\u05D7\u05D9\u05DD.",
    "\u6771\u4EAC\u306E\u6625\u306F\u77ED\u3044\u3002\u685C\u306F\u4E00\u9031\u9593\u3067\u6563\u308B"
    "\u3002\u305D\u308C\u3067\u3082\u4EBA\u306F\u6BCE\u5E74\u5F85\u3064\u3002",
    "Na\u00EFve caf\u00E9s, \u0141\u00F3d\u017A and \u00C5ngstr\u00F6m; \U0001F642 emoji too.",
    "See "
    "https://example.org/a/very/long/address/"
    "that-is-not-broken?even=if&it=is-longer-than-the-line-has-room-for.",
    "Some <em>emphasis</em>, <strong>more <em>of</em> it</strong>, <code>f(x)</code> and <a "
    "href=\"/link\">a link with several words</a>.",
    "A footnote<sup><a href=\"#fn1\">1</a></sup>, a <kbd>Ctrl</kbd> key, H<sub>2</sub>O and "
    "<mark>marked</mark> "
    "words.",
};

// An article of nested, mixed blocks, as editors and generators write them.
class Articles {
  public:
    std::string next() {
        std::string html = "<h1>" + sentence() + "</h1>";
        for (int i = 0; i < 12; ++i) html += block(0);
        return html;
    }

  private:
    std::string sentence() { return sentences[random_.next() % sentences.size()]; }

    std::string paragraph() {
        std::string text = sentence();
        for (auto more = random_.next() % 4; more > 0; --more) text += "\n  " + sentence();
        return text;
    }

    std::string list(const std::string& tag, int depth) {
        std::string html = "<" + tag + ">";
        for (int i = 0; i < 3; ++i)
            html += "<li>" + sentence() + (depth < 2 && i == 1 ? block(depth + 1) : "");
        return html + "</" + tag + ">";
    }

    std::string table() {
        std::string html = "<table><caption>Figures</caption><tr><th>Name</th><th>What it is</th></tr>";
        const bool wide = random_.next() % 2 == 0;
        for (int i = 0; i < 3; ++i)
            html += "<tr><td>row " + std::to_string(i) + "</td><td>" + (wide ? sentence() : "small") +
                    "</td></tr>";
        return html + "</table>";
    }

    std::string block(int depth) {
        switch (random_.next() % 10) {
            case 0:
                return "<h" + std::to_string(2 + random_.next() % 4) + ">" + sentence() + "</h2>";
            case 1:
                return list("ul", depth);
            case 2:
                return list("ol", depth);
            case 3:
                return depth < 2
                           ? "<blockquote>" + block(depth + 1) + "<p>" + sentence() + "</p></blockquote>"
                           : "";
            case 4:
                return "<pre><code>int main() {\n    return 0; // " + std::string(80, 'x') +
                       "\n}</code></pre>";
            case 5:
                return table();
            case 6:
                return "<figure><img src=/i.jpg alt=\"a harbour at dusk\"><figcaption>" + sentence() +
                       "</figcaption></figure>";
            case 7:
                return "<dl><dt>" + sentence() + "<dd>" + paragraph() + "</dl>";
            default:
                return "<p>" + paragraph() + "</p>\n";
        }
    }

    SeededRandom random_{29};
};

}  // namespace

TEST_CASE("the text part of fifty articles has every word of the HTML in order, within 72 columns") {
    Articles articles;
    json request = json::array();
    for (int i = 0; i < 50; ++i) {
        const std::string html = articles.next();
        const auto clean = email::clean_html(html, "https://example.org/post");
        REQUIRE(clean.has_value());
        const std::string text = email::text_of(*clean);
        request.push_back({{"html", html}, {"text", text}});
        for (const std::string_view line : split(text, '\n')) {
            // Code is verbatim, and an address is not broken.
            if (line.find("xxxx") != std::string_view::npos || line.find("://") != std::string_view::npos)
                continue;
            INFO(line);
            REQUIRE(display_width(line) <= email::text_columns);
        }
    }
    const auto done =
        run({python, test::source_folder() + "/tests/support/verify/words_in_order.py"}, request.dump());
    INFO(done.errors);
    REQUIRE(done.status == 0);
    CHECK(json::parse(done.output) == json(std::vector<json>(50, nullptr)));
}
