#include "feed/text/feed_encoding.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "base/utf8.hpp"

using namespace paperround;
using feed::decode_feed;

namespace {

std::string declared(const std::string& encoding, const std::string& text) {
    return "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?><rss>" + text + "</rss>";
}

}  // namespace

TEST_CASE("no octet of a feed leaves as anything but UTF-8, whatever encoding was declared") {
    std::string every;
    for (int octet = 0; octet < 256; ++octet) every.push_back(static_cast<char>(octet));
    const std::string overlong = "\xC0\xAF";
    const std::string surrogate = "\xED\xA0\x80";
    const std::string beyond = "\xF4\x90\x80\x80";
    const std::string cut = "caf\xC3";
    for (const char* encoding : {"utf-8", "windows-1252", "iso-8859-1", "utf-16", "utf-16le", "us-ascii",
                                 "shift_jis", "gb18030", "koi8-r", "utf-7", "made-up"}) {
        for (const std::string& text : {every, overlong, surrogate, beyond, cut}) {
            INFO(encoding);
            CHECK(is_utf8(decode_feed(declared(encoding, text), "").text));
            CHECK(is_utf8(decode_feed(text, std::string("text/xml; charset=") + encoding).text));
        }
    }
}

TEST_CASE("octets that are not UTF-8 are shown as such, and the feed says so") {
    const auto decoded = decode_feed(declared("utf-8", "caf\u00e9 \xff"), "");
    CHECK(decoded.text == declared("utf-8", "caf\u00e9 \uFFFD"));
    CHECK(decoded.warning == "holds octets that are not UTF-8: each shown as U+FFFD");
}

TEST_CASE("a byte order mark goes, and decides") {
    const auto decoded = decode_feed(std::string("\xFF\xFE<\0r\0>\0", 8), "text/xml; charset=utf-8");
    CHECK(decoded.text == "<r>");
    CHECK(decode_feed("\xEF\xBB\xBF<r>\u00e9", "").text == "<r>\u00e9");
}

TEST_CASE("what is UTF-8 beyond ASCII is that, and what cannot be is what was declared") {
    CHECK(decode_feed("<r>\u00e9", "text/xml; charset=iso-8859-1").text == "<r>\u00e9");
    CHECK(decode_feed("<r>\xe9", "text/xml; charset=iso-8859-1").text == "<r>\u00e9");
}
