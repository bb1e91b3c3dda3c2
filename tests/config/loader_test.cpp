#include "config/loader.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view smallest = R"(newsletters:
  notes:
    title: Field Notes
    from: notes@example.org
    sources:
      - feed: https://example.org/feed.xml
relays:
  main: {url: "smtp://mail.example.org"}
)";

// The smallest file, with one line replaced or with lines appended.
std::string with(std::string_view from, std::string_view to) {
    std::string yaml(smallest);
    const auto at = yaml.find(from);
    REQUIRE(at != std::string::npos);
    return yaml.replace(at, from.size(), to);
}
std::string and_also(std::string_view lines) {
    return std::string(smallest) + std::string(lines);
}

Settings sound(std::string_view yaml) {
    auto settings = parse(yaml, "/etc/paperround/config.yaml");
    if (!settings) {
        for (const Problem& problem : settings.error()) UNSCOPED_INFO(problem.to_line());
    }
    REQUIRE(settings);
    return *settings;
}

std::vector<std::string> problems(std::string_view yaml) {
    const auto settings = parse(yaml, "config.yaml");
    std::vector<std::string> lines;
    if (settings) return lines;
    for (const Problem& problem : settings.error()) lines.push_back(problem.to_line());
    return lines;
}

// The only problem of a file.
std::string problem(std::string_view yaml) {
    const auto lines = problems(yaml);
    CAPTURE(lines);
    REQUIRE(lines.size() == 1);
    return lines.front();
}

}  // namespace

TEST_CASE("the smallest configuration takes every default") {
    const Settings settings = sound(smallest);
    Newsletter newsletter;
    newsletter.name = "notes";
    newsletter.title = "Field Notes";
    newsletter.from = {"", "notes@example.org"};
    newsletter.sources = {Source{SourceKind::feed, "https://example.org/feed.xml", 10min, 0, 5}};
    newsletter.relay = "main";
    Relay relay;
    relay.name = "main";
    relay.host = "mail.example.org";
    Settings expected;
    expected.file = "/etc/paperround/config.yaml";
    expected.newsletters = {newsletter};
    expected.relays = {relay};
    CHECK(settings == expected);
}

TEST_CASE("every key of the top level is read") {
    const Settings settings = sound(and_also(R"(data_dir: data
public_url: https://news.example.org/letters/
sender_id: fieldnotes
timezone: Europe/London
http: {listen: "[::1]:9000"}
retry: {first: 1m, most: 2h, jitter: 0.5, give_up_after: 3d}
doubt_window: 40
on_doubt: hold
drain: 10s
fetch_pictures: false
)"));
    CHECK(settings.data_dir == "/etc/paperround/data");
    CHECK(settings.public_url == "https://news.example.org/letters");
    CHECK(settings.public_url_given);
    CHECK(settings.sender_id == "fieldnotes");
    CHECK(settings.http == Http{"::1", 9000});
    CHECK(settings.retry == Retry{1min, 2h, 0.5, 72h});
    CHECK(settings.doubt_window == 40);
    CHECK(settings.on_doubt == OnDoubt::hold);
    CHECK(settings.drain == 10s);
    CHECK(settings.newsletters.at(0).schedule.zone == "Europe/London");
    CHECK_FALSE(settings.newsletters.at(0).fetch_pictures);
}

TEST_CASE("every key of a newsletter is read") {
    const test::TempDir dir;
    std::filesystem::create_directory(dir / "posts");
    const auto file = dir.write("config.yaml", R"(newsletters:
  notes:
    title: "Field Notes \u2014 weekly"
    from: '"Notes, Field" <notes@example.org>'
    reply_to: editor@example.org
    postal_address: "1 High Street, Anytown"
    language: pt-BR
    list_id: notes.lists.example.org
    template: plain
    timezone: America/New_York
    schedule: weekly mon 08:00
    relay: second
    sources:
      - {feed: "http://example.org/feed.xml", every: 1h30m, backlog: 3, max_new_posts: 9, max_age: 90d, websub: false}
      - folder: ./posts
relays:
  first: {url: "smtp://a.example.org"}
  second: {url: "smtp://b.example.org"}
)");
    const auto settings = load(file);
    REQUIRE(settings);
    const Newsletter& newsletter = settings->newsletters.at(0);
    CHECK(newsletter.title == "Field Notes \xe2\x80\x94 weekly");
    CHECK(newsletter.from == Mailbox{"Notes, Field", "notes@example.org"});
    CHECK(newsletter.reply_to == Mailbox{"", "editor@example.org"});
    CHECK(newsletter.postal_address == "1 High Street, Anytown");
    CHECK(newsletter.language == "pt-BR");
    CHECK(newsletter.effective_list_id() == "notes.lists.example.org");
    CHECK(newsletter.template_name == "plain");
    CHECK(newsletter.schedule == Schedule{Schedule::Kind::weekly, 1, 8h, "America/New_York"});
    CHECK(newsletter.relay == "second");
    REQUIRE(newsletter.sources.size() == 2);
    CHECK(newsletter.sources[0] ==
          Source{SourceKind::feed, "http://example.org/feed.xml", 90min, 3, 9, 90 * 24h, false});
    CHECK(newsletter.sources[1].kind == SourceKind::folder);
    CHECK(newsletter.sources[1].location == (dir / "posts").string());
    CHECK_FALSE(newsletter.sources[1].max_age.has_value());
}

TEST_CASE("every key of a relay is read") {
    const test::TempDir dir;
    dir.write("password", "x");
    dir.write("ca.pem", "x");
    const auto file = dir.write("config.yaml", with(R"({url: "smtp://mail.example.org"})", R"(
    url: smtps://mail.example.org
    tls: required
    ca_file: ca.pem
    username: notes
    password_file: password
    auth: cram-md5
    ehlo: out.example.org
    proxy: socks5h://127.0.0.1:9050
    connections: 200
    messages_per_connection: 50
    pipelining: across
    idle: 5s
    timeouts: {connect: 1s, greeting: 7s, mail: 2s, rcpt: 3s, data: 4s, block: 5s, final_dot: 6s})"));
    const auto settings = load(file);
    REQUIRE(settings);
    Relay expected;
    expected.name = "main";
    expected.host = "mail.example.org";
    expected.port = 465;
    expected.implicit_tls = true;
    expected.tls = Tls::required;
    expected.ca_file = dir / "ca.pem";
    expected.username = "notes";
    expected.password_file = dir / "password";
    expected.auth = "CRAM-MD5";
    expected.ehlo = "out.example.org";
    expected.proxy = "socks5h://127.0.0.1:9050";
    expected.connections = 200;
    expected.messages_per_connection = 50;
    expected.pipelining = Pipelining::across;
    expected.idle = 5s;
    expected.timeouts = {1s, 7s, 2s, 3s, 4s, 5s, 6s};
    CHECK(settings->relays.at(0) == expected);
}

TEST_CASE("a relay's port is 25 for smtp and 465 for smtps unless the URL says otherwise") {
    CHECK(sound(smallest).relays.at(0).port == 25);
    CHECK(sound(with("smtp://mail", "smtps://mail")).relays.at(0).port == 465);
    CHECK(sound(with("mail.example.org\"", "mail.example.org:587/\"")).relays.at(0).port == 587);
    CHECK(sound(with("mail.example.org\"", "[2001:db8::1]:2525\"")).relays.at(0).host == "2001:db8::1");
}

TEST_CASE("all problems of a file come in one go, in the order of its lines") {
    const auto lines = problems(R"(data_dir: ./data
newsletters:
  notes:
    title: Field Notes
    from: notes.example.org
    shedule: daily 08:00
    relay: mian
    sources:
      - feed: https://example.org/feed.xml
        every: 10 minutes
relays:
  main: {url: "smtp://mail.example.org", connections: 0}
publc_url: https://news.example.org
)");
    REQUIRE(lines.size() == 6);
    CHECK(lines[0] == "config.yaml:5: newsletters.notes.from: bad address \"notes.example.org\": no @");
    CHECK(lines[1] == "config.yaml:6: newsletters.notes.shedule: unknown key, did you mean \"schedule\"?");
    CHECK(lines[2] ==
          "config.yaml:7: newsletters.notes.relay: there is no relay \"mian\", did you mean \"main\"?");
    CHECK(lines[3] ==
          "config.yaml:10: newsletters.notes.sources[0].every: expected a duration such as 10m or 48h, got "
          "\"10 "
          "minutes\"");
    CHECK(lines[4] ==
          "config.yaml:12: relays.main.connections: expected a whole number from 1 to 200, got \"0\"");
    CHECK(lines[5] == "config.yaml:13: publc_url: unknown key, did you mean \"public_url\"?");
}

TEST_CASE("a key that nothing resembles gets no suggestion") {
    CHECK(problem(and_also("zzzzzzzzzzzzzz: 1\n")) == "config.yaml:9: zzzzzzzzzzzzzz: unknown key");
}

TEST_CASE("a known key in the wrong section is told where it belongs") {
    CHECK(problem(and_also("schedule: daily 08:00\n")) ==
          "config.yaml:9: schedule: unknown key here: it belongs to newsletters.*");
    CHECK(problem(with("    title:", "    drain: 5s\n    title:")) ==
          "config.yaml:3: newsletters.notes.drain: unknown key here: it belongs to the top level");
}

TEST_CASE("missing required keys are named where they should stand") {
    const auto lines = problems("newsletters:\n  notes: {title: Notes}\nrelays:\n  main: {connections: 3}\n");
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "config.yaml:2: newsletters.notes.from: required key is missing");
    CHECK(lines[1] == "config.yaml:2: newsletters.notes.sources: required key is missing");
    CHECK(lines[2] == "config.yaml:4: relays.main.url: required key is missing");
    CHECK(problems("data_dir: x\n") ==
          std::vector<std::string>{"config.yaml: newsletters: required key is missing",
                                   "config.yaml: relays: required key is missing"});
}

TEST_CASE("two newsletters of one name, and any other key given twice, are refused") {
    CHECK(problem(with("relays:", "  notes: {}\nrelays:")) ==
          "config.yaml:7: newsletters.notes: defined twice, first on line 2");
    CHECK(problem(with("    title: Field Notes\n", "    title: Field Notes\n    title: Other\n")) ==
          "config.yaml:4: newsletters.notes.title: defined twice, first on line 3");
    CHECK(problem(and_also("relays: {}\n")) == "config.yaml:9: relays: defined twice, first on line 7");
}

TEST_CASE("a value of the wrong type says what was expected and what came") {
    CHECK(problem(with("Field Notes", "[a, b]")) ==
          "config.yaml:3: newsletters.notes.title: expected a title, got a list");
    CHECK(problem(with("Field Notes", "")) ==
          "config.yaml:3: newsletters.notes.title: expected a title, got nothing");
    CHECK(problem(with("Field Notes", "\"\"")) ==
          "config.yaml:3: newsletters.notes.title: expected a title, got an empty text");
    CHECK(problem(and_also("http: 127.0.0.1:8025\n")) ==
          "config.yaml:9: http: expected a mapping (key: value), got text");
    CHECK(problem(and_also("doubt_window: many\n")) ==
          "config.yaml:9: doubt_window: expected a whole number from 1 to 1000, got \"many\"");
    CHECK(problem(and_also("drain: {a: 1}\n")) ==
          "config.yaml:9: drain: expected a duration such as 10m or 48h, got a mapping");
}

TEST_CASE("a file that is no mapping is refused") {
    CHECK(problem("") == "config.yaml: expected a mapping (key: value), got nothing");
    CHECK(problem("- a\n- b\n") == "config.yaml: expected a mapping (key: value), got a list");
    CHECK(problem("hello\n") == "config.yaml: expected a mapping (key: value), got text");
}

TEST_CASE("a key that is no name is refused") {
    CHECK(problem(and_also("? [a, b]\n: 1\n")) == "config.yaml:9: expected a name, got a list");
}

TEST_CASE("newsletters and relays need at least one name") {
    CHECK(problems("newsletters: {}\nrelays: {}\n") ==
          std::vector<std::string>{"config.yaml:1: newsletters: expected at least one name below it",
                                   "config.yaml:2: relays: expected at least one name below it"});
}

TEST_CASE("a newsletter's name is an identifier") {
    CHECK(problem(with("  notes:", "  Field Notes:")) ==
          "config.yaml:2: newsletters.Field Notes: expected a name of at most 40 characters a-z, 0-9, '-' "
          "and '_'");
}

TEST_CASE("numbers are held to their range") {
    const auto [key, value] =
        GENERATE(table<std::string, std::string>({{"doubt_window", "0"},
                                                  {"doubt_window", "1001"},
                                                  {"doubt_window", "-1"},
                                                  {"doubt_window", "1.5"},
                                                  {"doubt_window", "99999999999999999999"},
                                                  {"doubt_window", "0x10"},
                                                  {"doubt_window", "10 "}}));
    CAPTURE(key, value);
    if (value == "10 ") {
        CHECK(sound(and_also(key + ": " + value + "\n")).doubt_window == 10);
    } else {
        CHECK(problem(and_also(key + ": " + value + "\n")) ==
              "config.yaml:9: doubt_window: expected a whole number from 1 to 1000, got \"" + value + "\"");
    }
}

TEST_CASE("connections are 1 to 200") {
    const auto with_connections = [](const std::string& n) {
        return with("smtp://mail.example.org\"", "smtp://mail.example.org\", connections: " + n);
    };
    CHECK(sound(with_connections("1")).relays.at(0).connections == 1);
    CHECK(sound(with_connections("200")).relays.at(0).connections == 200);
    CHECK(problem(with_connections("201")) ==
          "config.yaml:8: relays.main.connections: expected a whole number from 1 to 200, got \"201\"");
}

TEST_CASE("jitter is a share") {
    const std::string value = GENERATE("1.1", "-0.1", "nan", "inf", "120%", "half");
    CHECK(problem(and_also("retry: {jitter: " + value + "}\n")) ==
          "config.yaml:9: retry.jitter: expected a number from 0 to 1, or 0% to 100%, got \"" + value + "\"");
}

TEST_CASE("a share may be written as a percentage") {
    CHECK(sound(and_also("retry: {jitter: 50%}\n")).retry.jitter == 0.5);
}

TEST_CASE("an impossible duration is refused") {
    CHECK(problem(and_also("drain: 10\n")) ==
          "config.yaml:9: drain: expected a duration such as 10m or 48h, got \"10\"");
    CHECK(problem(and_also("drain: -5s\n")) ==
          "config.yaml:9: drain: expected a duration such as 10m or 48h, got \"-5s\"");
    CHECK(problem(and_also("drain: 2h\n")) ==
          "config.yaml:9: drain: expected a duration from 0s to 10m, got \"2h\"");
    CHECK(
        problem(with("feed.xml", "feed.xml\n        every: 0s")) ==
        "config.yaml:7: newsletters.notes.sources[0].every: expected a duration from 1s to 30d, got \"0s\"");
}

TEST_CASE("the longest retry interval is no shorter than the first") {
    CHECK(problem(and_also("retry: {first: 1h, most: 5m}\n")) ==
          "config.yaml:9: retry.most: expected no less than first, which is 1h, got 5m");
    CHECK(problem(and_also("retry: {first: 5h}\n")) ==
          "config.yaml:9: retry.most: expected no less than first, which is 5h, got 4h");
}

TEST_CASE("a bad schedule or zone is refused with what would do") {
    CHECK(problem(with("    sources:", "    schedule: daily 25:00\n    sources:")) ==
          "config.yaml:5: newsletters.notes.schedule: expected a time of day from 00:00 to 23:59, got "
          "\"daily 25:00\"");
    CHECK(problem(with("    sources:", "    timezone: Europe/Lodnon\n    sources:")) ==
          "config.yaml:5: newsletters.notes.timezone: this system knows no time zone \"Europe/Lodnon\", did "
          "you mean "
          "\"Europe/London\"?");
    CHECK(problem(and_also("timezone: Europe/Lodnon\n")) ==
          "config.yaml:9: timezone: this system knows no time zone \"Europe/Lodnon\", did you mean "
          "\"Europe/London\"?");
}

TEST_CASE("a newsletter's zone goes before the one at the top") {
    const Settings settings =
        sound(with("    sources:", "    schedule: daily 08:00\n    timezone: Asia/Kolkata\n    sources:") +
              "timezone: Europe/London\n");
    CHECK(describe(settings.newsletters.at(0).schedule) == "daily 08:00 Asia/Kolkata");
}

TEST_CASE("the sender id is 5 to 15 characters") {
    CHECK(sound(and_also("sender_id: abcde\n")).sender_id == "abcde");
    CHECK(sound(and_also("sender_id: a-b_c-012345678\n")).sender_id == "a-b_c-012345678");
    const std::string value = GENERATE("abcd", "abcdefghijklmnop", "a:b:c", "caf\xc3\xa9s");
    CHECK(problem(and_also("sender_id: " + value + "\n")) ==
          "config.yaml:9: sender_id: expected 5 to 15 letters, digits, '-' and '_', got \"" + value + "\"");
}

TEST_CASE("the public URL is http or https, without query") {
    CHECK(problem(and_also("public_url: ftp://example.org\n")) ==
          "config.yaml:9: public_url: expected a URL with http or https, got \"ftp://example.org\"");
    CHECK(problem(and_also("public_url: example.org\n")) ==
          "config.yaml:9: public_url: expected a URL with http or https, got \"example.org\"");
    CHECK(problem(and_also("public_url: https://example.org/?a=b\n")) ==
          "config.yaml:9: public_url: expected a URL without query and fragment, got "
          "\"https://example.org/\" with one");
}

TEST_CASE("the listener wants a host and a port") {
    const std::string value =
        GENERATE("8025", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:80/x", ":80");
    CHECK(problem(and_also("http: {listen: \"" + value + "\"}\n")) ==
          "config.yaml:9: http.listen: expected an address to listen on such as 127.0.0.1:8025 or "
          "[::1]:8025, got \"" +
              value + "\"");
}

TEST_CASE("a folder has no hub") {
    CHECK(problem(with("feed: https://example.org/feed.xml", "folder: /\n        websub: true")) ==
          "config.yaml:7: newsletters.notes.sources[0].websub: only a feed has it: no hub pushes a folder");
    CHECK(problem(with("feed.xml", "feed.xml\n        websub: sometimes"))
              .starts_with("config.yaml:7: newsletters.notes.sources[0].websub: expected "));
}

TEST_CASE("a source is either a feed or a folder") {
    CHECK(
        problem(with("- feed: https://example.org/feed.xml", "- https://example.org/feed.xml")) ==
        "config.yaml:6: newsletters.notes.sources[0]: expected \"feed: URL\" or \"folder: PATH\", got text");
    CHECK(problem(with("- feed: https://example.org/feed.xml", "- every: 1h")) ==
          "config.yaml:6: newsletters.notes.sources[0]: expected either feed or folder, got neither");
    CHECK(problem(with("feed.xml", "feed.xml\n        folder: /")) ==
          "config.yaml:6: newsletters.notes.sources[0]: expected either feed or folder, got both");
    CHECK(problem(with("feed: https:", "feed: gopher:")) ==
          "config.yaml:6: newsletters.notes.sources[0].feed: expected a URL with http, https or file, got "
          "\"gopher://example.org/feed.xml\"");
}

TEST_CASE("sources are a list of at least one, none twice") {
    CHECK(
        problem(with("\n      - feed: https://example.org/feed.xml", " []")) ==
        "config.yaml:5: newsletters.notes.sources: expected a list of feeds and folders, got an empty list");
    CHECK(problem(with("\n      - feed: https://example.org/feed.xml", " {feed: x}")) ==
          "config.yaml:5: newsletters.notes.sources: expected a list of feeds and folders, got a mapping");
    CHECK(problem(with("feed.xml", "feed.xml\n      - feed: https://example.org/feed.xml")) ==
          "config.yaml:7: newsletters.notes.sources[1]: the same source as sources[0]");
}

TEST_CASE("files and folders that are not there are named by their full path") {
    const test::TempDir dir;
    const auto file = dir.write("config.yaml", R"(templates: ./themes
newsletters:
  notes:
    title: Field Notes
    from: notes@example.org
    sources:
      - folder: posts
      - folder: config.yaml
relays:
  main:
    url: smtp://mail.example.org
    username: notes
    password_file: secret
    ca_file: ca.pem
)");
    const auto settings = load(file);
    REQUIRE_FALSE(settings);
    const std::string here = dir.path().string() + "/";
    std::vector<std::string> messages;
    for (const Problem& found : settings.error()) messages.push_back(found.key + ": " + found.message);
    CHECK(messages == std::vector<std::string>{
                          "templates: there is no \"" + here + "themes\"",
                          "newsletters.notes.sources[0].folder: there is no \"" + here + "posts\"",
                          "newsletters.notes.sources[1].folder: \"" + here + "config.yaml\" is not a folder",
                          "relays.main.password_file: there is no \"" + here + "secret\"",
                          "relays.main.ca_file: there is no \"" + here + "ca.pem\""});
}

TEST_CASE("a relay's URL is smtp or smtps with nothing behind the port") {
    CHECK(problem(with("smtp://mail", "http://mail")) ==
          "config.yaml:8: relays.main.url: expected a URL with smtp or smtps, got "
          "\"http://mail.example.org\", did you "
          "mean \"smtp\"?");
    CHECK(problem(with("mail.example.org\"", "mail.example.org/me\"")) ==
          "config.yaml:8: relays.main.url: expected nothing behind the host and port of a relay's URL; ehlo "
          "sets the "
          "EHLO name");
    CHECK(problem(with("mail.example.org\"", "mail.example.org:0\"")) ==
          "config.yaml:8: relays.main.url: expected a URL with smtp or smtps, got "
          "\"smtp://mail.example.org:0\"");
}

TEST_CASE("an unknown word gets the choices and the nearest of them") {
    CHECK(problem(with("mail.example.org\"", "mail.example.org\", tls: requierd")) ==
          "config.yaml:8: relays.main.tls: expected required, opportunistic or never, got \"requierd\", did "
          "you mean "
          "\"required\"?");
    CHECK(problem(and_also("on_doubt: send\n")) ==
          "config.yaml:9: on_doubt: expected resend or hold, got \"send\", did you mean \"resend\"?");
}

TEST_CASE("a password in the file is refused, with the way out and without the password") {
    const std::string line = problem(with("mail.example.org\"", "mail.example.org\", password: hunter2"));
    CHECK(line ==
          "config.yaml:8: relays.main.password: secrets do not stand in this file: write it to a file of its "
          "own and "
          "name that with password_file");
}

TEST_CASE("a client's secret in the file is refused with the key that takes its file") {
    CHECK(
        problem(with("mail.example.org\"",
                     "mail.example.org\", username: me, oauth: {token_url: \"https://login.example.org/\", "
                     "client_id: c, client_secret: hunter2, refresh_token_file: /dev/null}"))
            .ends_with("secrets do not stand in this file: write it to a file of its own and name that with "
                       "client_secret_file"));
}

TEST_CASE("a URL with a user name and password is refused without being shown") {
    const auto urls =
        GENERATE(as<std::string>{}, with("smtp://mail", "smtp://me:hunter2@mail"),
                 with("https://example", "https://me:hunter2@example"),
                 with("mail.example.org\"", "mail.example.org\", proxy: \"http://me:hunter2@proxy\""),
                 and_also("public_url: https://me:hunter2@example.org\n"));
    const std::string line = problem(urls);
    CHECK(line.find("hunter2") == std::string::npos);
    CHECK(line.find("without a user name or password in it") != std::string::npos);
}

TEST_CASE("a user name and a password file come together") {
    const test::TempDir dir;
    dir.write("password", "x");
    const std::string file = (dir / "password").string();
    CHECK(problem(with("mail.example.org\"", "mail.example.org\", username: me")) ==
          "config.yaml:8: relays.main.password_file: required key is missing: username is there");
    CHECK(problem(with("mail.example.org\"", "mail.example.org\", password_file: " + file)) ==
          "config.yaml:8: relays.main.username: required key is missing: password_file is there");
}

TEST_CASE("every key of a relay's oauth is read") {
    const test::TempDir dir;
    dir.write("secret", "x");
    dir.write("refresh", "x");
    const auto file = dir.write("config.yaml", with(R"({url: "smtp://mail.example.org"})", R"(
    url: smtps://mail.example.org
    username: notes
    auth: OAuthBearer
    oauth: {token_url: "https://login.example.org/token", client_id: me, client_secret_file: secret,
            scope: "mail offline", refresh_token_file: refresh})"));
    const auto settings = load(file);
    REQUIRE(settings);
    CHECK(settings->relays.at(0).auth == "OAUTHBEARER");
    CHECK(settings->relays.at(0).oauth == OAuth{.token_url = "https://login.example.org/token",
                                                .client_id = "me",
                                                .client_secret_file = dir / "secret",
                                                .scope = "mail offline",
                                                .refresh_token_file = dir / "refresh"});
}

TEST_CASE("a token's URL is https off loopback") {
    const test::TempDir dir;
    dir.write("secret", "x");
    const auto login = [&dir](const std::string& url) {
        return with("mail.example.org\"",
                    "mail.example.org\", username: me, oauth: {client_id: c, token_url: \"" + url +
                        "\", client_secret_file: " + (dir / "secret").string() + "}");
    };
    CHECK(problem(login("http://login.example.org/token")) ==
          "config.yaml:8: relays.main.oauth.token_url: expected an https URL: secrets never go over plain "
          "text");
    CHECK(sound(login("http://127.0.0.1:1/token")).relays.at(0).oauth->token_url ==
          "http://127.0.0.1:1/token");
}

TEST_CASE("oauth needs a user name and a secret or a refresh token but no password") {
    const test::TempDir dir;
    dir.write("secret", "x");
    const std::string file = (dir / "secret").string();
    const auto relay = [](const std::string& rest) {
        return with("mail.example.org\"", "mail.example.org\", " + rest);
    };
    const std::string url = "oauth: {token_url: \"https://login.example.org/\", client_id: c";
    CHECK(problem(relay(url + ", client_secret_file: " + file + "}")) ==
          "config.yaml:8: relays.main.username: required key is missing: oauth is there");
    CHECK(problem(relay("username: me, password_file: " + file + ", " + url +
                        ", client_secret_file: " + file + "}")) ==
          "config.yaml:8: relays.main.oauth: a login has either a password or access "
          "tokens: leave password_file out");
    CHECK(problem(relay("username: me, " + url + "}")) ==
          "config.yaml:8: relays.main.oauth.client_secret_file: required key is missing: without "
          "refresh_token_file the client speaks for itself");
    CHECK(sound(relay("username: me, " + url + ", refresh_token_file: " + file + "}")).relays.at(0).oauth);
}

TEST_CASE("the login mechanism is one that we can do with what is configured") {
    const test::TempDir dir;
    dir.write("password", "x");
    const auto relay = [&dir](const std::string& name) {
        return with("mail.example.org\"", "mail.example.org\", username: me, auth: " + name +
                                              ", password_file: " + (dir / "password").string());
    };
    CHECK(sound(relay("login")).relays.at(0).auth == "LOGIN");
    CHECK(problem(relay("NTLM")) ==
          "config.yaml:8: relays.main.auth: expected PLAIN, LOGIN, CRAM-MD5 or, with oauth, XOAUTH2, "
          "OAUTHBEARER, got \"NTLM\"");
    CHECK(problem(relay("xoauth2")) ==
          "config.yaml:8: relays.main.auth: XOAUTH2 takes an access token: it needs oauth");
}

TEST_CASE("a password is never configured to go to a proxy in plain text") {
    const test::TempDir dir;
    dir.write("password", "x");
    CHECK(problem(with("mail.example.org\"",
                       "127.0.0.1\", username: me, tls: never, proxy: \"socks5://10.0.0.1\", "
                       "password_file: " +
                           (dir / "password").string()))
              .find("a password never goes over plain text") != std::string::npos);
}

TEST_CASE("a password is never configured to go over plain text off loopback") {
    const test::TempDir dir;
    dir.write("password", "x");
    const std::string login = "\", username: me, tls: never, password_file: " + (dir / "password").string();
    CHECK(problem(with("mail.example.org\"", "mail.example.org" + login)) ==
          "config.yaml:8: relays.main.tls: a password never goes over plain text: set required, or leave the "
          "username "
          "out");
    CHECK(sound(with("mail.example.org\"", "127.0.0.1" + login)).relays.at(0).tls == Tls::never);
}

TEST_CASE("an smtps relay cannot be without TLS") {
    CHECK(problem(with("smtp://mail.example.org\"", "smtps://mail.example.org\", tls: never")) ==
          "config.yaml:8: relays.main.tls: an smtps:// URL is always TLS: set required, or leave it out");
}

TEST_CASE("with several relays a newsletter names its own") {
    CHECK(problem(and_also("  other: {url: \"smtp://b.example.org\"}\n")) ==
          "config.yaml:2: newsletters.notes.relay: required key is missing: there is more than one relay");
}

TEST_CASE("a relay with a problem of its own still counts as there") {
    CHECK(problem(with("{url: \"smtp://mail.example.org\"}", "{}")) ==
          "config.yaml:8: relays.main.url: required key is missing");
}

TEST_CASE("values with line breaks or control characters are refused") {
    CHECK(problem(with("Field Notes", "\"Field\\r\\nBcc: all@example.org\"")) ==
          "config.yaml:3: newsletters.notes.title: expected a title on one line, got line breaks or control "
          "characters");
    CHECK(problem(with("Field Notes", "\"a\\0b\"")) ==
          "config.yaml:3: newsletters.notes.title: expected a title on one line, got line breaks or control "
          "characters");
}

TEST_CASE("what came is quoted shortened and without control characters") {
    const std::string line = problem(and_also("doubt_window: \"" + std::string(500, 'x') + "\"\n"));
    CHECK(line == "config.yaml:9: doubt_window: expected a whole number from 1 to 1000, got \"" +
                      std::string(60, 'x') + "\xe2\x80\xa6\"");
    const std::string key = problem(and_also("\"a\\e[31m\\nb\": 1\n"));
    CHECK(key.starts_with("config.yaml:9: a[31mb: unknown key"));
}

TEST_CASE("a syntax error is one problem with its line") {
    CHECK(problem("newsletters: [\nrelays: {}\n").starts_with("config.yaml:"));
    CHECK(problem("a: 1\nb: c: d\n") == "config.yaml:2: not valid YAML: illegal map value");
}

TEST_CASE("a setting may stand in one place and be used in many") {
    const Settings settings = sound(R"(newsletters:
  one: {title: One, from: &from a@example.org, sources: &sources [{feed: "https://example.org/feed.xml"}]}
  two: {title: Two, from: *from, sources: *sources}
relays:
  main: {url: "smtp://mail.example.org"}
)");
    CHECK(settings.newsletters.at(1).from.address == "a@example.org");
    CHECK(settings.newsletters.at(1).sources == settings.newsletters.at(0).sources);
}

TEST_CASE("a configuration file that is not there is one problem") {
    const test::TempDir dir;
    const auto settings = load(dir / "config.yaml");
    REQUIRE_FALSE(settings);
    REQUIRE(settings.error().size() == 1);
    CHECK(settings.error()[0].to_line() ==
          (dir / "config.yaml").string() + ": cannot open: No such file or directory");
    const auto folder = load(dir.path());
    REQUIRE_FALSE(folder);
    CHECK(folder.error()[0].to_line() == dir.path().string() + ": cannot read: Is a directory");
}

TEST_CASE("a source's folder that is not there may yet come, and other mistakes will not go by themselves") {
    const test::TempDir dir;
    const auto problems_with = [&dir](const std::string& folder, const std::string& relay) {
        const auto file = dir.write("config.yaml",
                                    "newsletters:\n"
                                    "  notes:\n"
                                    "    title: Notes\n"
                                    "    from: a@example.org\n"
                                    "    sources: [{folder: " +
                                        folder +
                                        "}]\n"
                                        "    relay: " +
                                        relay +
                                        "\n"
                                        "relays:\n"
                                        "  main: {url: \"smtp://mail.example.org\"}\n");
        const auto settings = load(file);
        return settings ? std::vector<Problem>() : settings.error();
    };
    const auto missing = problems_with("./mounted-later", "main");
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].passing);
    CHECK(missing[0].message == "there is no \"" + (dir / "mounted-later").string() + "\"");
    const auto a_file = problems_with("./config.yaml", "main");
    REQUIRE(a_file.size() == 1);
    CHECK_FALSE(a_file[0].passing);
    const auto both = problems_with("./mounted-later", "mian");
    REQUIRE(both.size() == 2);
    CHECK(std::ranges::count(both, true, &Problem::passing) == 1);
}

TEST_CASE("a file that is named in a folder which may not be mounted yet may yet come") {
    const test::TempDir dir;
    std::filesystem::create_directory(dir / "empty");
    dir.write("inhabited/other", "");
    const auto missing = [&](const std::string& key, const std::string& path) {
        const auto settings =
            parse(with("mail.example.org\"", "mail.example.org\", " + key + ": " + (dir / path).string()),
                  dir / "config.yaml");
        REQUIRE_FALSE(settings.has_value());
        REQUIRE(settings.error().size() == 1);
        return settings.error().front().passing;
    };
    CHECK(missing("ca_file", "nowhere/ca.pem"));
    CHECK(missing("ca_file", "empty/ca.pem"));
    CHECK_FALSE(missing("ca_file", "inhabited/ca.pem"));
    CHECK_FALSE(missing("ca_file", "empty"));
    CHECK(missing("username: me, password_file", "empty/password"));
    CHECK_FALSE(missing("username: me, password_file", "inhabited/password"));
}
