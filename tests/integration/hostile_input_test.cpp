// Over two hundred hostile inputs, given to the real program: each must cause a clear error or a sound
// result, the right exit code and no sanitizer report, and must destroy nothing that was there before.
#include "integration/daemon_fixture.hpp"
#include "support/places.hpp"
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

// An input and its expected result, derived from the format's own rules.
struct Hostile {
    std::string input;
    int status;
    std::string says = {};  // a part of the message; empty if no message is expected
};

// The program must end with `status`; its message must name the input.
void expect(const Finished& finished, int status, const std::string& name, const std::string& says = {}) {
    CAPTURE(finished.errors.substr(0, 2000));
    CHECK(finished.status == status);
    CHECK_FALSE(sanitizer_spoke(finished));
    CHECK(finished.errors.find(says) != std::string::npos);
    if (status != 0 || !says.empty()) CHECK(finished.errors.find(name) != std::string::npos);
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

// A truncated feed is usable once one post is complete; before that it contains nothing.
void add_cut_feeds(std::vector<Hostile>& inputs, const std::string& whole, std::size_t cuts,
                   const std::string& end_of_post) {
    std::vector<std::string> cut;
    add_truncations(cut, whole, cuts);
    for (const std::string& input : cut) {
        const bool has_post = input.find(end_of_post) != std::string::npos;
        inputs.push_back({input, has_post ? 0 : 65, "feed:"});
    }
}

// Octets that can neither begin a document nor be a byte order mark.
std::string noise(SeededRandom& random) {
    std::string octets = random.bytes(500);
    std::ranges::replace_if(
        octets, [](char c) { return c == '<' || c == '{' || c == '['; }, 'x');
    return "x" + octets;
}

std::vector<Hostile> hostile_feeds() {
    std::vector<Hostile> inputs;
    add_cut_feeds(inputs, rss(item("One — “two”") + item("Three")), 40, "</item>");
    add_cut_feeds(inputs, whole_atom, 20, "</entry>");
    add_cut_feeds(inputs, whole_json, 15, "never: half of a JSON document is none");
    SeededRandom random;
    for (int i = 0; i < 15; ++i) inputs.push_back({noise(random), 65, "hostile-feed:"});
    const std::string nul(1, '\0');
    const std::vector<Hostile> titles{
        {"a\r\nBcc: victim@example.org", 0},  // a line break in a title is white space
        {"a" + nul + "b", 0, "line 1, column "},
        {std::string("a\x01\x02\x7f"), 0, "line 1, column "},
        {std::string("\xff\xfe\xfa"), 0, "windows-1252"},
        {std::string("&#0;&#10;&#13;&#x1F;"), 0, "line 1, column "},
        {std::string("\xed\xa0\x80"), 0, "UTF-8"},  // a surrogate
        {std::string("&undefined; &amp"), 0, "line 1, column "},
        {repeated("long ", 50'000), 0},
        {std::string("<![CDATA[<script>x</script>]]>"), 0}};
    for (const Hostile& title : titles) inputs.push_back({rss(item(title.input)), title.status, title.says});
    // The document is 8-bit and has no byte order mark. Its first octets contradict encodings with wider
    // units; read as EBCDIC it has no "<" at all.
    const auto in = [](const char* encoding) {
        return "<?xml version=\"1.0\" encoding=\"" + std::string(encoding) +
               "\"?><rss><channel><title>\xe4\xf6</title>" + item("\xfc") + "</channel></rss>";
    };
    inputs.insert(inputs.end(), {{in("UTF-16"), 0, "windows-1252"},
                                 {in("UTF-7"), 0, "windows-1252"},
                                 {in("no-such-encoding"), 0, "no-such-encoding"},
                                 {in("ISO-8859-1"), 0},
                                 {in("UCS-4"), 0, "windows-1252"},
                                 {in("ebcdic"), 0, "ebcdic"}});
    inputs.insert(
        inputs.end(),
        {{"", 65, "empty"},
         {" ", 65, "empty"},
         {nul, 65},
         {"<", 65},
         {"<rss", 65},
         {"<html><body>not a feed</body></html>", 65, "<html>"},
         {"<rss version=\"2.0\"/>", 0},  // a feed without a post is a feed
         {"null", 65},
         {"[]", 65},
         {"{}", 65, "items"},
         {"{\"items\": 7}", 65, "items"},
         {repeated("[", 200'000), 65, "deep"},
         {repeated("{\"a\":", 100'000), 65, "deep"},
         {rss(repeated("<item>", 100'000)), 0},  // items without content
         {repeated("<a>", 200'000), 65, "deep"},
         {"<!DOCTYPE r [<!ENTITY a \"" + repeated("x", 1000) + "\"><!ENTITY b \"" + repeated("&a;", 1000) +
              "\"><!ENTITY c \"" + repeated("&b;", 1000) + "\">]>" + rss(item("&c;")),
          0, "line 1, column "},
         {"<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" + rss(item("&x;")), 0,
          "line 1, column "},
         {rss("<item><title>" + repeated("<b>", 50'000) + "</title></item>"), 65, "deep"},
         {rss(item("big") + repeated(" ", 11U << 20U)), 65, "10485760"}});
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

std::vector<Hostile> hostile_csv() {
    return {
        {"", 65, "empty"},
        {"\n", 65, "empty"},
        {"name\nAda\n", 65, "address"},
        {"email\n\xff\xfe\xfd@example.org\n", 65, "hostile.csv:2: "},
        {std::string("email\nx\0y\n", 10), 65, "NUL"},
        {std::string("e\0mail\n", 7), 65, "NUL"},
        {"email\n\"unclosed@example.org\n", 65, "never closed"},
        {"email\na@b@c@d\n@\n@@\n", 65, "hostile.csv:4: "},
        {"email\n" + repeated("x", 100'000) + "@example.org\n", 65, "65536 octets"},
        {"email,name\nx@example.org," + repeated("n", 100'000) + "\n", 65, "65536 octets"},
        {"email\n\"x@example.org\r\nBcc: y@example.org\"\n", 65, "hostile.csv:2: "},
        {repeated("email,", 10'000) + "\n", 65, "200 columns"},
        {"email\n" + repeated(",", 5'000) + "\n", 65, "200 columns"},
        // An odd number of quotes: the last one is never closed.
        {"email\n" + repeated("\"", 9'999) + "\n", 65, "hostile.csv:2: "},
        {std::string("\xff\xfe"
                     "e\0m\0a\0i\0l\0\n\0x\0\n\0",
                     18),
         65, "hostile.csv:2: x"},
        {"PK\x03\x04", 65, "ZIP archive"},
        {"email;name\nnot-an-address;x\n", 65, "hostile.csv:2: not-an-address"},
        {"email\tname\nnot-an-address\tx\n", 65, "hostile.csv:2: not-an-address"},
        {"email\r\rbad\r", 65, "hostile.csv:3: bad"},
        {"email,email\nbad,worse\n", 65, "email"},
        {"email\n=cmd|' /C calc'!A0\n", 65, "hostile.csv:2: "},
        {"email\n<script>@example.org\n", 65, "hostile.csv:2: "},
        {"email\n[127.0.0.1]\nx@[127.0.0.1]\n", 65, "hostile.csv:3: "},
        {"email\nx@" + repeated("a.", 200) + "org\n", 65, "hostile.csv:2: "},
        {"email\n\"quoted local\"@example.org\n", 65, "hostile.csv:2: "},
        {"email\n" + repeated("not-an-address\n", 20'000), 65, "hostile.csv:20001: not-an-address"},
        // Only seemingly hostile: one good row among bad ones, and a field that a spreadsheet would execute.
        {"email\ngood@example.org\nbad\n", 65, "1 added"},
        {"email,name\nsheet@example.org,=HYPERLINK(1)\n", 0}};
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
        const auto& [input, status, says] = inputs[i];
        CAPTURE(i, input.substr(0, 200));
        const auto file = dir.write("hostile-feed", input);
        const auto read = run({paperround::test::paperround_program(), "feed", file.string(), "--json"});
        expect(read, status, "hostile-feed", says);
        CHECK(read.output.find('\0') == std::string::npos);
        CHECK(read.output.find("root:x:0:0") == std::string::npos);
    }
}

TEST_CASE_METHOD(DaemonFixture, "hostile configurations are refused with their problems, exit 78") {
    const auto inputs = hostile_configurations();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        CAPTURE(i, inputs[i].substr(0, 200));
        const auto file = dir.write("hostile.yaml", inputs[i]);
        const auto checked =
            run({paperround::test::paperround_program(), "--config", file.string(), "check"});
        expect(checked, 78, "hostile.yaml");
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
        const auto& [input, status, says] = inputs[i];
        CAPTURE(i, input.substr(0, 200));
        const auto file = dir.write("hostile.csv", input);
        const auto imported = command({"subscribers", "import", "notes", file.string()});
        expect({imported.status, {}, imported.output + imported.errors}, status,
               status == 0 ? "" : "hostile.csv", says);
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
    const auto read =
        run({paperround::test::paperround_program(), "feed", (dir / "posts").string(), "--json"});
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
        expect(run({paperround::test::paperround_program(), "feed", server.url(path)}), 65, path);
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
