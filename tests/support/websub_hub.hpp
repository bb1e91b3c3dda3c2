// A publisher and its WebSub hub (servers/websub_hub.py) that run while the object lives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

class WebSubHub {
  public:
    WebSubHub();

    [[nodiscard]] std::string feed_url() const { return site() + "/feed.xml"; }
    // An RSS feed with these items, newest first.
    [[nodiscard]] static std::string feed(const std::vector<std::string>& titles);
    // Replaces the published feed.
    void publish(const std::vector<std::string>& titles) const;
    // Sends items to every subscriber, signed with `method` (sha256, forged, unsigned …). Returns the
    // statuses of the answers, for example "[202]".
    [[nodiscard]] std::string push(const std::vector<std::string>& titles, const std::string& method) const;
    [[nodiscard]] std::string push_text(const std::string& body, const std::string& method) const;
    // Tells every subscriber that its subscription is denied.
    void deny(const std::string& reason) const;

    // Switches: "no-hub" (the feed names no hub), "stall" (requests are not answered), "answer" (a status).
    void set(const std::string& name, const std::string& value = {}) const {
        (void)folder_.write(name, value);
    }
    void clear(const std::string& name) const { std::filesystem::remove(folder_ / name); }

    // JSON lines, see the script; and how many hold all of these texts.
    [[nodiscard]] std::string log() const { return slurp(folder_ / "log"); }
    [[nodiscard]] std::size_t count(const std::vector<std::string>& texts) const;
    // Subscriptions and unsubscriptions that were verified.
    [[nodiscard]] std::size_t verified(const std::string& mode) const;

  private:
    [[nodiscard]] std::string site() const { return "http://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::string post(const std::string& path, const std::string& body) const;

    TempDir folder_;
    std::uint16_t port_;
    Process process_;
};

}  // namespace paperround::test
