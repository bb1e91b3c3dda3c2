#include "daemon/warnings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace paperround;
using daemon::warnings_about;

namespace {

struct Warned {
    Warned() {
        settings.public_url = "https://news.example.org";
        relay("smtp.example.net", 587);
    }
    void relay(const std::string& host, std::uint16_t port, bool implicit_tls = false) {
        settings.relays = {{.name = "main", .host = host, .port = port, .implicit_tls = implicit_tls}};
    }
    bool warns(const std::string& words) const {
        return std::ranges::any_of(warnings_about(settings, own_name), [&](const std::string& line) {
            return line.find(words) != std::string::npos;
        });
    }
    bool silent() const { return warnings_about(settings, own_name).empty(); }

    config::Settings settings;
    std::string own_name = "mail.example.org";
};

}  // namespace

TEST_CASE_METHOD(Warned, "a sound configuration is warned of nothing") {
    CHECK(silent());
    relay("smtp.example.net", 465, true);
    CHECK(silent());
    settings.public_url = "https://example.org/news";
    CHECK(silent());
}

TEST_CASE_METHOD(Warned, "a public_url that no reader can reach is warned of") {
    for (const std::string url :
         {"http://127.0.0.1:8025", "http://localhost:8025", "https://[::1]:8025", "https://192.168.1.5",
          "https://10.0.0.1", "https://no-such-host.invalid", "https://printer.local", "https://intranet"}) {
        CAPTURE(url);
        settings.public_url = url;
        CHECK(warns("warning: public_url " + url));
        CHECK(warns("nobody can unsubscribe"));
    }
    settings.public_url = "https://8.8.8.8";
    CHECK(silent());
}

TEST_CASE_METHOD(Warned, "a public_url without TLS is warned of") {
    settings.public_url = "http://news.example.org";
    CHECK(warns("is not https"));
}

TEST_CASE_METHOD(Warned, "what may be a trial on one machine alone is noted, no more") {
    settings.public_url = "http://127.0.0.1:8025";
    relay("127.0.0.1", 25);
    own_name = "laptop";
    CHECK(warns("note: public_url http://127.0.0.1:8025"));
    CHECK_FALSE(warns("warning"));
    settings.relays.front().proxy = "socks5h://127.0.0.1:1080";  // loopback is the proxy's machine
    CHECK(warns("warning: public_url"));
}

TEST_CASE_METHOD(Warned, "an EHLO name without a dot is warned of") {
    own_name = "laptop";
    CHECK(warns("greets smtp.example.net as \"laptop\", this host's own"));
    settings.relays.front().ehlo = "[192.0.2.1]";
    CHECK(silent());
    settings.relays.front().ehlo = "localhost";
    CHECK(warns("as \"localhost\""));
    settings.relays.front().ehlo = "mail.example.org";
    CHECK(silent());
}

TEST_CASE_METHOD(Warned, "a scheme that does not fit its port is warned of, with what to write") {
    relay("smtp.example.net", 587, true);
    CHECK(warns("write smtp://smtp.example.net:587"));
    relay("smtp.example.net", 25, true);
    CHECK(warns("write smtp://smtp.example.net:25"));
    relay("smtp.example.net", 465, false);
    CHECK(warns("write smtps://smtp.example.net:465"));
}

TEST_CASE_METHOD(Warned, "a list that anybody can put anybody on is warned of") {
    config::Newsletter notes;
    notes.name = "notes";
    notes.subscribe = true;
    settings.http.trusted_proxies = {parse_ip_network("127.0.0.1").value()};
    settings.newsletters = {notes};
    CHECK(silent());
    settings.newsletters.front().confirm = false;
    CHECK(warns("warning: notes: confirm: false"));
    settings.newsletters.front().subscribe = false;
    CHECK(silent());
}

TEST_CASE_METHOD(Warned, "a page to subscribe behind a proxy that is not named is warned of") {
    config::Newsletter notes;
    notes.name = "notes";
    notes.subscribe = true;
    settings.newsletters = {notes};
    CHECK(warns("http.trusted_proxies does not name it"));
    settings.http.listen_host = "192.0.2.1";
    CHECK(silent());
}
