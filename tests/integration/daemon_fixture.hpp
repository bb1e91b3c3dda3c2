// The program as an operator runs it: a configuration file, a data directory, real servers.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "support/places.hpp"
#include "support/process.hpp"
#include "support/smtp_servers.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

namespace paperround::test {

struct DaemonFixture {
    // What tests vary; the rest of the file is fixed.
    struct Choices {
        std::uint16_t relay_port = 0;
        unsigned connections = 4;
        std::string relay_scheme = "smtp";
        std::string relay_host = "127.0.0.1";
        std::string tls = "never";
        std::string relay_extra;  // more keys of the relay: ", tls: required"
        std::string retry = "{first: 5m}";
        std::string extra;  // more top-level lines
        std::string every = "1s";
        unsigned backlog = 1;
        std::string feed;          // a URL; empty: the file that publish() writes
        std::string source_extra;  // more keys of the source: ", websub: false"
        std::string newsletter;    // more keys, one per line, indented by four
        std::string from = "notes@example.org";
    };

    void configure(const Choices& choices) {
        if (http_port == 0) http_port = free_port();
        dir.write(
            "config.yaml",
            fmt::format(R"(data_dir: ./data
public_url: http://127.0.0.1:{port}
http: {{listen: "127.0.0.1:{port}"}}
retry: {retry}
{extra}
newsletters:
  notes:
    title: Field Notes
    from: "Field Notes <{from}>"
    postal_address: "1 High Street, Anytown"
    sources:
      - {{feed: "{feed}", every: {every}, backlog: {backlog}{source_extra}}}
    relay: main
    {newsletter}
relays:
  main: {{url: "{scheme}://{host}:{relay}", tls: {tls}, connections: {connections}{relay_extra}}}
)",
                        fmt::arg("port", http_port), fmt::arg("retry", choices.retry),
                        fmt::arg("extra", choices.extra), fmt::arg("source_extra", choices.source_extra),
                        fmt::arg("feed", choices.feed.empty() ? "file://" + (dir / "feed.xml").string()
                                                              : choices.feed),
                        fmt::arg("every", choices.every), fmt::arg("backlog", choices.backlog),
                        fmt::arg("scheme", choices.relay_scheme), fmt::arg("host", choices.relay_host),
                        fmt::arg("tls", choices.tls), fmt::arg("relay", choices.relay_port),
                        fmt::arg("connections", choices.connections),
                        fmt::arg("relay_extra", choices.relay_extra),
                        fmt::arg("newsletter", choices.newsletter), fmt::arg("from", choices.from)));
    }
    // Replaces the feed atomically: a poll sees the old one or the new one.
    void publish(const std::vector<std::string>& titles) const {
        std::string items;
        for (const std::string& title : titles) {
            items += fmt::format(
                "<item><guid isPermaLink=\"false\">{0}</guid><title>{0}</title>"
                "<link>https://example.org/{0}</link>"
                "<description>&lt;p&gt;About {0}.&lt;/p&gt;</description></item>",
                title);
        }
        dir.write("feed.new",
                  "<rss version=\"2.0\"><channel><title>Site</title>" + items + "</channel></rss>");
        std::filesystem::rename(dir / "feed.new", dir / "feed.xml");
    }
    // All at one domain, or in turn at several.
    void import_readers(int count, int domains = 1) const {
        std::ofstream csv(dir / "readers.csv");
        csv << "email,name\n";
        for (int i = 1; i <= count; ++i) {
            const std::string domain =
                domains == 1 ? "example.org" : fmt::format("d{}.example.net", i % domains);
            csv << fmt::format("reader{}@{},Reader {}\n", i, domain, i);
        }
        csv.close();
        const auto imported = command({"subscribers", "import", "notes", (dir / "readers.csv").string()});
        REQUIRE(imported.status == 0);
    }
    [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& tail) const {
        std::vector<std::string> argv{test::paperround_program(), "--config", (dir / "config.yaml").string()};
        argv.insert(argv.end(), tail.begin(), tail.end());
        return argv;
    }
    [[nodiscard]] Finished command(const std::vector<std::string>& tail,
                                   const std::string& input = {}) const {
        return run(arguments(tail), input, std::chrono::seconds(300));
    }
    [[nodiscard]] Process start(const std::vector<std::string>& tail = {"run"}) const {
        return Process(arguments(tail));
    }
    [[nodiscard]] bool ready() const { return listening(http_port); }

    TempDir dir;
    std::uint16_t http_port = 0;
};

inline std::size_t count_lines(const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace paperround::test
