#include "config/secret_files.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "config/loader.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::config;
namespace fs = std::filesystem;
using namespace std::string_view_literals;

namespace {

Relay relay_with(const fs::path& password_file) {
    Relay relay;
    relay.name = "main";
    relay.password_file = password_file;
    return relay;
}

fs::path secret(const test::TempDir& dir, std::string_view content, fs::perms mode = fs::perms::owner_read) {
    const auto file = dir.write("secret", content);
    fs::permissions(file, mode);
    return file;
}

// Sets $CREDENTIALS_DIRECTORY for one test.
class CredentialsDirectory {
  public:
    explicit CredentialsDirectory(const fs::path& path) {
        ::setenv("CREDENTIALS_DIRECTORY", path.c_str(), 1);
    }
    ~CredentialsDirectory() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
    CredentialsDirectory(const CredentialsDirectory&) = delete;
    CredentialsDirectory& operator=(const CredentialsDirectory&) = delete;
};

constexpr std::string_view with_login = R"(newsletters:
  notes: {title: Notes, from: a@example.org, sources: [{feed: "https://example.org/feed.xml"}]}
relays:
  main: {url: "smtp://mail.example.org", username: me, password_file: secret}
)";

}  // namespace

TEST_CASE("a password is its file without the line end") {
    const test::TempDir dir;
    CHECK(read_password(relay_with(secret(dir, "p ss\xc3\xa9 "))).value() == "p ss\xc3\xa9 ");
    const test::TempDir unix;
    CHECK(read_password(relay_with(secret(unix, "hunter2\n"))).value() == "hunter2");
    const test::TempDir windows;
    CHECK(read_password(relay_with(secret(windows, "hunter2\r\n"))).value() == "hunter2");
}

TEST_CASE("a byte-order mark and empty lines behind it are not part of a password") {
    for (const std::string_view content :
         {"\xef\xbb\xbfhunter2", "\xef\xbb\xbfhunter2\r\n", "hunter2\r", "hunter2\n\n", "hunter2\r\n\r\n"}) {
        const test::TempDir dir;
        CHECK(read_password(relay_with(secret(dir, content))).value() == "hunter2");
    }
    const test::TempDir dir;
    CHECK(read_password(relay_with(secret(dir, " \xef\xbb\xbfx"))).value() == " \xef\xbb\xbfx");
}

TEST_CASE("a password file in UTF-16 is refused with the way out") {
    for (const std::string_view content : {"\xff\xfeh\0u\0"sv, "\xfe\xff\0h\0u"sv}) {
        const test::TempDir dir;
        const auto file = secret(dir, content);
        CHECK(read_password(relay_with(file)).error() ==
              "relay main: " + file.string() + " is UTF-16: save it as UTF-8");
    }
}

TEST_CASE("a password file that everybody can read is refused") {
    const test::TempDir dir;
    const auto file = secret(dir, "hunter2\n", fs::perms::owner_read | fs::perms::others_read);
    CHECK(read_password(relay_with(file)).error() ==
          "relay main: everybody can read " + file.string() + ": chmod 600 it");
}

TEST_CASE("a password file that its group can read is accepted") {
    const test::TempDir dir;
    const auto file = secret(dir, "hunter2\n", fs::perms::owner_read | fs::perms::group_read);
    CHECK(read_password(relay_with(file)).value() == "hunter2");
}

TEST_CASE("a password file that is missing, empty, a folder or too long is refused") {
    const test::TempDir dir;
    CHECK(read_password(relay_with(dir / "none")).error() ==
          "relay main: there is no password file " + (dir / "none").string());
    CHECK(read_password(relay_with(dir.path())).error() ==
          "relay main: " + dir.path().string() + " is not a regular file");
    const auto empty = secret(dir, "\n");
    CHECK(read_password(relay_with(empty)).error() == "relay main: " + empty.string() + " is empty");
    const test::TempDir other;
    const auto longest = secret(other, std::string(4097, 'x'));
    CHECK(read_password(relay_with(longest)).error() ==
          "relay main: " + longest.string() + ": larger than the limit of 4096 octets");
}

TEST_CASE("a password of several lines is refused without being shown") {
    const test::TempDir dir;
    const auto file = secret(dir, "hunter2\nhunter3\n");
    CHECK(read_password(relay_with(file)).error() ==
          "relay main: " + file.string() + " holds more than one line, or control characters");
}

TEST_CASE("a relative password file is found in the credentials directory first") {
    const test::TempDir credentials;
    const test::TempDir dir;
    secret(credentials, "from systemd");
    secret(dir, "from the folder");
    const auto file = dir.write("config.yaml", with_login);
    const CredentialsDirectory set(credentials.path());
    const auto settings = load(file);
    REQUIRE(settings);
    CHECK(settings->relays.at(0).password_file == credentials / "secret");
    CHECK(read_password(settings->relays.at(0)).value() == "from systemd");
    CHECK(read_password(relay_with("secret")).value() == "from systemd");
}

TEST_CASE(
    "a relative password file that the credentials directory lacks is taken from beside the configuration") {
    const test::TempDir credentials;
    const test::TempDir dir;
    secret(dir, "from the folder");
    const auto file = dir.write("config.yaml", with_login);
    const CredentialsDirectory set(credentials.path());
    const auto settings = load(file);
    REQUIRE(settings);
    CHECK(settings->relays.at(0).password_file == dir / "secret");
    CHECK(read_password(settings->relays.at(0)).value() == "from the folder");
}

TEST_CASE("a DKIM key file that everybody can read, or that is missing, is refused") {
    const test::TempDir dir;
    const DkimDomain domain{"example.org", {}};
    const auto file = secret(dir, "key", fs::perms::owner_read | fs::perms::others_read);
    CHECK(read_dkim_key(domain, {"s", file}).error() ==
          "dkim example.org: everybody can read " + file.string() + ": chmod 600 it");
    CHECK(read_dkim_key(domain, {"s", dir / "none"}).error() ==
          "dkim example.org: there is no key file " + (dir / "none").string());
    fs::permissions(file, fs::perms::owner_read);
    CHECK(read_dkim_key(domain, {"s", file}).value() == "key");
}

TEST_CASE("a password file that everybody may write is refused, though nobody else can read it") {
    const test::TempDir dir;
    const auto file =
        secret(dir, "pw", fs::perms::owner_read | fs::perms::owner_write | fs::perms::others_write);
    const auto password = read_password(relay_with(file));
    REQUIRE_FALSE(password);
    CHECK(password.error().find("everybody may write " + file.string() + ": chmod 600 it") !=
          std::string::npos);
}
