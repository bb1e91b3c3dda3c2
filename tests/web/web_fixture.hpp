// A running server over scripted readers, and two clients: curl for well-formed requests, a plain socket for
// others.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "support/places.hpp"
#include "support/process.hpp"
#include "web/server.hpp"

namespace paperround::test {

inline std::filesystem::path web_templates() {
    return std::filesystem::path(test::source_folder()) / "templates/web";
}

class ScriptedUnsubscribing final : public web::UnsubscribeHandler {
  public:
    std::optional<web::SubscriptionView> describe(std::string_view token) override {
        const std::lock_guard lock(mutex_);
        if (describe_fails) throw std::runtime_error("database: disk I/O error");
        const auto found = members.find(std::string(token));
        return found == members.end() ? std::nullopt : std::optional(found->second);
    }
    web::LeaveResult leave(std::string_view token) override {
        const std::lock_guard lock(mutex_);
        ++leave_calls;
        if (leave_fails) throw std::runtime_error("database: database or disk is full");
        const auto found = members.find(std::string(token));
        if (found == members.end()) return web::LeaveResult::unknown_link;
        const bool was = std::exchange(found->second.active, false);
        return was ? web::LeaveResult::left : web::LeaveResult::already_left;
    }
    bool is_active(const std::string& token) {
        const std::lock_guard lock(mutex_);
        return members.at(token).active;
    }

    std::map<std::string, web::SubscriptionView> members{
        {"tok-EN_1", {"Field Notes", "en", "ann@example.org", true}},
        {"tok-DE_1", {"Feldnotizen", "de-AT", "jörg@example.org", true}}};
    std::atomic<bool> describe_fails = false;
    std::atomic<bool> leave_fails = false;
    std::atomic<int> leave_calls = 0;

  private:
    std::mutex mutex_;
};

struct Answer {
    int status = 0;
    std::string headers;
    std::string body;
};

struct Site {
    explicit Site(web::ConnectionTimes times = {}, web::HubCallbacks* hubs = nullptr,
                  std::size_t connections = 1000);

    [[nodiscard]] std::string url(const std::string& path) const;
    // Runs curl with more arguments; "-X PUT" is {"-X", "PUT"}.
    [[nodiscard]] Answer curl(const std::string& path, std::vector<std::string> arguments = {}) const;
    [[nodiscard]] Answer one_click(const std::string& path) const;
    // Sends the octets unchanged and returns everything that is received until the server closes.
    [[nodiscard]] std::string raw(const std::string& request) const;
    // A connection that has sent `request` and waits.
    [[nodiscard]] int half_open(const std::string& request) const;

    ScriptedUnsubscribing readers;
    std::mutex mutex;
    std::vector<std::string> failures;
    std::unique_ptr<web::WebServer> server;
};

// A connection to `port` of this machine that has sent `request`; the caller must close it.
[[nodiscard]] int half_open(std::uint16_t port, const std::string& request);
// Returns what is received until the server closes.
[[nodiscard]] std::string rest_of(int socket);

[[nodiscard]] inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace paperround::test
