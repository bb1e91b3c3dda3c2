#include "feed/xml_repair.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace paperround;
using feed::repair_xml;

namespace {

std::string repaired(const std::string& xml) {
    return repair_xml(xml, {}).text;
}

}  // namespace

TEST_CASE("an ampersand that begins no reference is spelt out, and so is what XML has no name for") {
    CHECK(repaired("<r>AT&T &amp; &#233; &nbsp;&bogus;</r>") ==
          "<r>AT&amp;T &amp; \u00e9 \u00a0&amp;bogus;</r>");
}

TEST_CASE("a sign that begins no tag is text") {
    CHECK(repaired("<r>1 < 2, a <3</r>") == "<r>1 &lt; 2, a &lt;3</r>");
}

TEST_CASE("attributes get the quotation marks that they lack") {
    CHECK(repaired("<r a=1 b='two' c></r>").find("a=\"1\" b=\"two\"") != std::string::npos);
}

TEST_CASE("an end tag that is missing is added, one that matches nothing is dropped") {
    const auto mended = repair_xml("<r><a><b>x</a></c>y</r>", {});
    CHECK(mended.text == "<r><a><b>x</b></a>y</r>");
    CHECK_FALSE(mended.cut);
    CHECK_FALSE(mended.dropped_item);
}

TEST_CASE("an item within an item closes the first") {
    CHECK(repaired("<rss><channel><item><title>1</title><item><title>2</title></item></channel></rss>") ==
          "<rss><channel><item><title>1</title></item><item><title>2</title></item></channel></rss>");
}

TEST_CASE("a document that ends within an item loses that item, and says so") {
    const auto mended =
        repair_xml("<rss><channel><item><title>1</title></item><item><title>2</title><descr", {});
    CHECK(mended.cut);
    CHECK(mended.dropped_item);
    CHECK(mended.text == "<rss><channel><item><title>1</title></item></channel></rss>");
}

TEST_CASE("the document's own entities are spelt out, its document type goes") {
    const std::vector<feed::DeclaredEntity> entities{{"ship", "The <Ann>"}};
    CHECK(repair_xml("<!DOCTYPE r []><r>&ship; &ship</r>", entities).text ==
          "<r>The &lt;Ann&gt; &amp;ship</r>");
}

TEST_CASE("control characters become spaces") {
    CHECK(repaired("<r>a\x01"
                   "b\tc</r>") == "<r>a b\tc</r>");
}

TEST_CASE("what is nested too deep gives no text") {
    std::string deep;
    for (std::size_t i = 0; i <= feed::deepest_xml; ++i) deep += "<a>";
    const auto mended = repair_xml(deep, {});
    CHECK(mended.too_deep);
    CHECK(mended.text.empty());
}

TEST_CASE("what would become too large gives no text") {
    const auto mended = repair_xml("<r>" + std::string(5U << 20U, '&') + "</r>", {});
    CHECK(mended.too_large);
    CHECK(mended.text.empty());
}
