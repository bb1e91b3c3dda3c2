// Over two hundred hostile inputs through the program's own doors: a clear error or a sound result for each,
// the right exit code, never a sanitizer's report, and nothing that was there before is lost.
#include "integration/daemon_fixture.hpp"
#include "support/seeded_random.hpp"
#include "support/web_server.hpp"

using namespace paperround::test;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

bool sanitizer_spoke(const Finished& finished) {
    return finished.errors.find("Sanitizer") != std::string::npos ||
           finished.errors.find("runtime error:") != std::string::npos;
}

// Ends with one of `codes`; when it is not 0, it says why in words that name the input.
void expect(const Finished& finished, const std::vector<int>& codes, const std::string& name) {
    CAPTURE(finished.status, finished.errors.substr(0, 2000));
    CHECK(std::ranges::find(codes, finished.status) != codes.end());
    CHECK_FALSE(sanitizer_spoke(finished));
    if (finished.status != 0) CHECK(finished.errors.find(name) != std::string::npos);
}

std::string rss(const std::string& items) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>T</title>" +
           items + "</channel></rss>";
}
std::string item(const std::string& title) {
    return "<item><guid>g</guid><title>" + title +
           "</title><link>https://example.org/g</link>"
           "<description><![CDATA[<p>Body &amp; <b>soul</b></p>]]></description></item>";
}

const std::string whole_atom =
    "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><entry><id>urn:1</id>"
    "<title type=\"html\">A &amp;amp; B</title><updated>2026-01-02T03:04:05Z</updated>"
    "<content type=\"xhtml\"><div "
    "xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div></content></entry></feed>";
const std::string whole_json =
    R"({"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"A","content_html":"<p>x</p>"}]})";

void add_truncations(std::vector<std::string>& inputs, const std::string& whole, std::size_t cuts) {
    for (std::size_t i = 1; i <= cuts; ++i) inputs.push_back(whole.substr(0, whole.size() * i / (cuts + 1)));
}

std::vector<std::string> hostile_feeds() {
    std::vector<std::string> inputs;
    add_truncations(inputs, rss(item("One — “two”") + item("Three")), 40);
    add_truncations(inputs, whole_atom, 20);
    add_truncations(inputs, whole_json, 15);
    SeededRandom random;
    for (int i = 0; i < 15; ++i) inputs.push_back(random.bytes(500));
    const std::string nul(1, '\0');
    for (const std::string& title :
         {std::string("a\r\nBcc: victim@example.org"), "a" + nul + "b", std::string("a\x01\x02\x7f"),
          std::string("\xff\xfe\xfa"), std::string("&#0;&#10;&#13;&#x1F;"), std::string("\xed\xa0\x80"),
          std::string("&undefined; &amp"), repeated("long ", 50'000),
          std::string("<![CDATA[<script>x</script>]]>")}) {
        inputs.push_back(rss(item(title)));
    }
    for (const char* encoding : {"UTF-16", "UTF-7", "no-such-encoding", "ISO-8859-1", "UCS-4", "ebcdic"}) {
        inputs.push_back("<?xml version=\"1.0\" encoding=\"" + std::string(encoding) +
                         "\"?><rss><channel><title>\xe4\xf6</title>" + item("\xfc") + "</channel></rss>");
    }
    inputs.insert(
        inputs.end(),
        {"", " ", nul, "<", "<rss", "<html><body>not a feed</body></html>", "<rss version=\"2.0\"/>", "null",
         "[]", "{}", "{\"items\": 7}", repeated("[", 200'000), repeated("{\"a\":", 100'000),
         rss(repeated("<item>", 100'000)), repeated("<a>", 200'000),
         "<!DOCTYPE r [<!ENTITY a \"" + repeated("x", 1000) + "\"><!ENTITY b \"" + repeated("&a;", 1000) +
             "\"><!ENTITY c \"" + repeated("&b;", 1000) + "\">]>" + rss(item("&c;")),
         "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + rss(item("&x;")),
         rss("<item><title>" + repeated("<b>", 50'000) + "</title></item>"),
         rss(item("big") + repeated(" ", 11U << 20U))});
    return inputs;
}

std::vector<std::string> hostile_configurations() {
    const std::string good =
        "newsletters: {n: {title: T, from: a@example.org, sources: [{feed: \"https://e.org/f\"}]}}\n";
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
    for (char level = 'b'; level <= 'j'; ++level) {
        const std::string below(1, static_cast<char>(level - 1));
        bomb += fmt::format("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", level, below);
    }
    std::vector<std::string> inputs{
        bomb,
        "",
        "~",
        "[]",
        "7",
        "a: b: c",
        "\t a",
        "key: [1, 2",
        "key: {a: 1",
        "\"open",
        "- a\n- b",
        "&a *a",
        "*nowhere",
        "a: !!binary x",
        "%YAML 9.9\n---\na: 1",
        std::string(1, '\0'),
        "\xff\xfe",
        "a: \"\\x00\"",
        "? [complex]: 1",
        repeated("[", 100'000),
        repeated("{a: ", 50'000),
        repeated("- ", 50'000),
        repeated("a: 1\n", 1000),
        repeated("x", 2U << 20U),
        good,
        good + "relays: 7\n",
        good + "relays: {m: {url: \"ftp://x\"}}\n",
        good + "relays: {m: {url: \"smtp://h:99999\"}}\n",
        good + "relays: {m: {url: \"smtp://user:pass@h\"}}\n",
        good + "relays: {m: {url: \"smtp://h\", connections: -1}}\n",
        good + "relays: {m: {url: \"smtp://h\", password: hunter2}}\n",
        good + "relays: {m: {url: \"smtp://h\"}, m: {url: \"smtp://g\"}}\n",
        good + "relays: {m: {url: \"smtp://h\"}}\nretry: {first: 99999999999h}\n"};
    add_truncations(inputs, good, 5);
    return inputs;
}

std::vector<std::string> hostile_csv() {
    std::vector<std::string> inputs{"",
                                    "\n",
                                    "name\nAda\n",
                                    "email\n\xff\xfe\xfd@example.org\n",
                                    "email\n" + std::string(3, '\0') + "\n",
                                    "e\0mail\n",
                                    "email\n\"unclosed@example.org\n",
                                    "email\na@b@c@d\n@\n@@\n",
                                    "email\n" + repeated("x", 100'000) + "@example.org\n",
                                    "email,name\nx@example.org," + repeated("n", 100'000) + "\n",
                                    "email\n\"x@example.org\r\nBcc: y@example.org\"\n",
                                    repeated("email,", 10'000) + "\n",
                                    "email\n" + repeated(",", 5'000) + "\n",
                                    "email\n" + repeated("\"", 9'999) + "\n",
                                    "\xff\xfe"
                                    "e\0m\0a\0i\0l\0\n\0",
                                    "email;name\nnot-an-address;x\n",
                                    "email\tname\nnot-an-address\tx\n",
                                    "email\r\rbad\r",
                                    "email,email\nbad,worse\n",
                                    "email\n=cmd|' /C calc'!A0\n",
                                    "email\n<script>@example.org\n",
                                    "email\n[127.0.0.1]\nx@[127.0.0.1]\n",
                                    "email\nx@" + repeated("a.", 200) + "org\n",
                                    "email\n\"quoted local\"@example.org\n",
                                    "email\n" + repeated("not-an-address\n", 20'000)};
    return inputs;
}

std::vector<std::string> hostile_markdown() {
    return {"---\ntitle: [unclosed\n---\nx",
            "---\ntitle: " + repeated("x", 100'000) + "\n---\n",
            "---\n" + repeated("[", 60'000) + "\n---\n",
            "---\na: &a [*a]\n---\n",
            "---\ndate: yesterday\n---\n# T",
            "---\ndraft: maybe\n---\n# T",
            "---\nslug: ../../etc/passwd\n---\n# T",
            "---\ntitle: \"a\\r\\nBcc: x\"\n---\n",
            "---\nno end",
            std::string(2U << 20U, 'x'),
            "\xff\xfe\xfd",
            std::string("# a\0b", 5),
            repeated("> ", 50'000) + "x",
            repeated("[", 50'000),
            repeated("*a ", 50'000)};
}

}  // namespace

TEST_CASE_METHOD(DaemonFixture, "hostile feeds end in a sound result or a clear error") {
    const auto inputs = hostile_feeds();
    REQUIRE(inputs.size() >= 120);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        CAPTURE(i, inputs[i].substr(0, 200));
        const auto file = dir.write("hostile-feed", inputs[i]);
        const auto read = run({PAPERROUND_BINARY, "feed", file.string(), "--json"});
        expect(read, {0, 65}, "hostile-feed");
        CHECK(read.output.find('\0') == std::string::npos);
        CHECK(read.output.find("root:x:0:0") == std::string::npos);
    }
}

TEST_CASE_METHOD(DaemonFixture, "hostile configurations are refused with their problems, exit 78") {
    const auto inputs = hostile_configurations();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        CAPTURE(i, inputs[i].substr(0, 200));
        const auto file = dir.write("hostile.yaml", inputs[i]);
        const auto checked = run({PAPERROUND_BINARY, "--config", file.string(), "check"});
        expect(checked, {78}, "hostile.yaml");
        CHECK(checked.errors.find("hunter2") == std::string::npos);
        CHECK(checked.errors.find("user:pass") == std::string::npos);
    }
}

TEST_CASE_METHOD(DaemonFixture,
                 "hostile subscriber lists are refused row by row, and nobody who was there is lost") {
    configure({.relay_port = 25});
    import_readers(5);
    const auto inputs = hostile_csv();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        CAPTURE(i, inputs[i].substr(0, 200));
        const auto file = dir.write("hostile.csv", inputs[i]);
        expect(command({"subscribers", "import", "notes", file.string()}), {0, 65}, "hostile.csv");
    }
    const auto members = command({"subscribers", "list", "--state", "active"}).output;
    for (int i = 1; i <= 5; ++i)
        CHECK(members.find(fmt::format("reader{}@example.org", i)) != std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture,
                 "hostile Markdown files are reported by name, and the file beside them is still a post") {
    const auto inputs = hostile_markdown();
    for (std::size_t i = 0; i < inputs.size(); ++i)
        dir.write(fmt::format("posts/hostile-{}.md", i), inputs[i]);
    dir.write("posts/good.md", "---\ntitle: Good\ndate: 2026-01-01\n---\nText");
    const auto read = run({PAPERROUND_BINARY, "feed", (dir / "posts").string(), "--json"});
    CAPTURE(read.errors.substr(0, 2000));
    CHECK(read.status == 0);
    CHECK_FALSE(sanitizer_spoke(read));
    CHECK(read.output.find("\"title\":\"Good\"") != std::string::npos);
    CHECK(read.errors.find("hostile-0.md:") != std::string::npos);
}

TEST_CASE_METHOD(DaemonFixture, "hostile servers end in a clear error, and the other source goes on") {
    const WebServer server(R"({
        "/loop": [{"status": 302, "headers": {"Location": "/loop"}, "body": ""}],
        "/file": [{"status": 302, "headers": {"Location": "file:///etc/passwd"}, "body": ""}],
        "/large": [{"status": 200, "repeat": ["x", 11534336]}],
        "/bomb": [{"status": 200, "gzip": true, "repeat": ["x", 104857600]}],
        "/cut": [{"status": 200, "body": "<rss><channel><item><title>x", "cut": 10}],
        "/gone": [{"status": 410, "body": ""}]
    })");
    for (const char* path : {"/loop", "/file", "/large", "/bomb", "/cut", "/gone", "/missing"}) {
        CAPTURE(path);
        expect(run({PAPERROUND_BINARY, "feed", server.url(path)}), {65}, path);
    }
    const AiosmtpdServer relay({});
    configure({.relay_port = relay.port()});
    auto text = slurp(dir / "config.yaml");
    text.insert(text.find("      - {feed"), fmt::format("      - {{feed: \"{}\"}}\n", server.url("/loop")));
    dir.write("config.yaml", text);
    publish({"sound"});
    import_readers(1);
    const auto sent = command({"run", "--once"});
    CHECK(sent.status == 0);
    CHECK(sent.errors.find("/loop") != std::string::npos);
    CHECK(relay.messages().size() == 1);
}
