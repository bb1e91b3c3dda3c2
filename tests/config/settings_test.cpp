#include "config/settings.hpp"

#include <catch2/catch.hpp>

#include "base/text/duration.hpp"

using namespace paperround;
using namespace paperround::config;
using namespace std::chrono_literals;

TEST_CASE("TLS is required off loopback and opportunistic on it, unless the relay says otherwise") {
    Relay relay;
    relay.host = "mail.example.org";
    CHECK(relay.effective_tls() == Tls::required);
    relay.host = "127.0.0.1";
    CHECK(relay.effective_tls() == Tls::opportunistic);
    relay.host = "localhost";
    CHECK(relay.effective_tls() == Tls::opportunistic);
    relay.tls = Tls::never;
    CHECK(relay.effective_tls() == Tls::never);
}

TEST_CASE("a host name that merely begins like a loopback address is not trusted") {
    Relay relay;
    relay.host = "127.0.0.1.example.org";
    CHECK(relay.effective_tls() == Tls::required);
}

TEST_CASE("an smtps relay requires TLS on loopback too") {
    Relay relay;
    relay.host = "127.0.0.1";
    relay.implicit_tls = true;
    CHECK(relay.effective_tls() == Tls::required);
}

TEST_CASE("the list id is made of the newsletter's name and the sender's domain unless it is given") {
    Newsletter newsletter;
    newsletter.name = "notes";
    newsletter.from = {"Field Notes", "notes@example.org"};
    CHECK(newsletter.effective_list_id() == "notes.example.org");
    newsletter.list_id = "field-notes.lists.example.org";
    CHECK(newsletter.effective_list_id() == "field-notes.lists.example.org");
}

TEST_CASE("the doubt window is ten per connection of all relays, and never more than a thousand") {
    Settings settings;
    settings.relays.resize(2);
    settings.relays[0].connections = 5;
    settings.relays[1].connections = 3;
    CHECK(settings.effective_doubt_window() == 80);
    settings.relays[0].connections = 200;
    CHECK(settings.effective_doubt_window() == 1000);
    settings.doubt_window = 7;
    CHECK(settings.effective_doubt_window() == 7);
}

TEST_CASE("a newsletter has the relays it lists, or the one it names") {
    Newsletter newsletter;
    newsletter.relay = "main";
    CHECK(newsletter.effective_relays() == std::vector<RelayShare>{{"main", 1}});
    newsletter.relays = {{"first", 3}, {"second", 1}};
    CHECK(newsletter.effective_relays() == newsletter.relays);
}

TEST_CASE("newsletters and relays are found by name") {
    Settings settings;
    settings.newsletters.resize(2);
    settings.newsletters[1].name = "notes";
    settings.relays.resize(1);
    settings.relays[0].name = "main";
    CHECK(settings.find_newsletter("notes") == &settings.newsletters[1]);
    CHECK(settings.find_newsletter("other") == nullptr);
    CHECK(settings.find_relay("main") == &settings.relays[0]);
    CHECK(settings.find_relay("mian") == nullptr);
}

TEST_CASE("the defaults of the whole configuration are what the reference says") {
    const Settings settings;
    CHECK(settings.data_dir == "/var/lib/paperround");
    CHECK(settings.public_url == "http://127.0.0.1:8025");
    CHECK(settings.sender_id == "paperround");
    CHECK(settings.templates.empty());
    CHECK(settings.doubt_window == 0);
    CHECK(settings.on_doubt == OnDoubt::resend);
    CHECK(settings.drain == 25s);
    CHECK(settings.http.listen_host == "127.0.0.1");
    CHECK(settings.http.listen_port == 8025);
}

TEST_CASE("the defaults of retry are what the reference says") {
    const Retry retry;
    CHECK(retry.first == 5min);
    CHECK(retry.most == 4h);
    CHECK(retry.jitter == 0.2);
    CHECK(retry.give_up_after == 48h);
}

TEST_CASE("the defaults of a relay are what the reference says") {
    const Relay relay;
    CHECK(relay.port == 25);
    CHECK_FALSE(relay.tls.has_value());
    CHECK(relay.ca_file.empty());
    CHECK(relay.username.empty());
    CHECK(relay.password_file.empty());
    CHECK(relay.ehlo.empty());
    CHECK(relay.proxy.empty());
    CHECK(relay.connections == 5);
    CHECK(relay.messages_per_connection == 1000);
    CHECK(relay.pipelining == Pipelining::within);
    CHECK(relay.idle == 30s);
}

TEST_CASE("the defaults of the stage time-outs follow RFC 5321 section 4.5.3.2") {
    const StageTimeouts timeouts;
    CHECK(timeouts.connect == 30s);
    CHECK(timeouts.greeting == 5min);
    CHECK(timeouts.mail == 5min);
    CHECK(timeouts.rcpt == 5min);
    CHECK(timeouts.data == 2min);
    CHECK(timeouts.block == 3min);
    CHECK(timeouts.final_dot == 10min);
}

TEST_CASE("the defaults of a newsletter and a source are what the reference says") {
    const Newsletter newsletter;
    CHECK(newsletter.language == "en");
    CHECK(newsletter.template_name == "default");
    CHECK(newsletter.schedule == Schedule{});
    CHECK(newsletter.schedule.kind == Schedule::Kind::immediately);
    CHECK(newsletter.schedule.zone == "UTC");
    const Source source;
    CHECK(source.every == 10min);
    CHECK(source.backlog == 0);
    CHECK(source.max_new_posts == 5);
    CHECK(source.max_age == 30 * 24h);
    CHECK(source.websub);
    CHECK_FALSE(Settings{}.public_url_given);
}
