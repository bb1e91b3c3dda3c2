#include "base/address/url.hpp"

#include <catch2/catch.hpp>

using namespace paperround;

TEST_CASE("a URL comes apart into scheme, host, port and the rest") {
    const Url url = parse_url("HTTPS://News.Example.org:8443/a?b=c#d").value();
    CHECK(url.scheme == "https");
    CHECK(url.host == "news.example.org");
    CHECK(url.port == 8443);
    CHECK(url.rest == "/a?b=c#d");
    CHECK(url.is_web());
}

TEST_CASE("a URL without a port or a path has neither") {
    const Url url = parse_url("smtp://mail.example.org").value();
    CHECK(url.port == 0);
    CHECK(url.rest.empty());
    CHECK_FALSE(url.is_web());
    CHECK(parse_url("http://example.org?q").value().rest == "?q");
}

TEST_CASE("an IPv6 address stands in brackets") {
    const Url url = parse_url("http://[2001:DB8::1]:80/").value();
    CHECK(url.host == "2001:db8::1");
    CHECK(url.port == 80);
    CHECK_FALSE(parse_url("http://[not-an-address]/"));
    CHECK_FALSE(parse_url("http://[::1"));
    CHECK_FALSE(parse_url("http://[::1]80/"));
}

TEST_CASE("a file URL needs no host") {
    CHECK(parse_url("file:///srv/feed.xml").value().rest == "/srv/feed.xml");
    CHECK(parse_url("file:///srv/feed.xml").value().host.empty());
}

TEST_CASE("what is no absolute URL with an authority is refused") {
    const std::string text = GENERATE(
        as<std::string>{}, "", "example.org", "//example.org/", "/path", "mailto:a@example.org",
        "http:/example.org", "http://", "http:///path", "http://:80/", "1http://example.org",
        "http://example.org:0/", "http://example.org:65536/", "http://example.org:/",
        "http://example.org:8o/", "http://exa mple.org/", "http://example.org/a b",
        "http://example.org/\r\nHost: x", "http://user@example.org/", "http://user:secret@example.org/",
        "http://exam<ple.org/", "http://example.org\\@evil.example/", "http://example.org%00.evil.example/",
        "javascript:alert(1)");
    CAPTURE(text);
    CHECK_FALSE(parse_url(text));
}

// All references of RFC 3986 §5.4, except those that §5.4.2 leaves to backward compatibility.
TEST_CASE("references are resolved as the examples of RFC 3986 have it") {
    const auto [reference, target] = GENERATE(table<std::string, std::string>({
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/./x", "http://a/b/c/g#s/./x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
    }));
    CAPTURE(reference);
    CHECK(resolve_url("http://a/b/c/d;p?q", reference) == target);
}

TEST_CASE("references are resolved against a site without a path and a file") {
    CHECK(resolve_url("https://example.org", "a.png") == "https://example.org/a.png");
    CHECK(resolve_url("https://example.org?q", "/a.png") == "https://example.org/a.png");
    CHECK(resolve_url("file:///srv/site/feed.xml", "a.png") == "file:///srv/site/a.png");
    CHECK(resolve_url("", "a.png") == "a.png");
    CHECK(resolve_url("not a url", "a.png") == "a.png");
}

TEST_CASE("loopback is what cannot leave the machine") {
    for (const auto* host : {"localhost", "mail.localhost", "127.0.0.1", "127.8.9.10", "::1"}) {
        CAPTURE(host);
        CHECK(is_loopback(host));
    }
    for (const auto* host : {"example.org", "127.0.0.1.example.org", "127.example.org", "128.0.0.1", "::2",
                             "", "10.0.0.1", "localhost.example.org"}) {
        CAPTURE(host);
        CHECK_FALSE(is_loopback(host));
    }
}
