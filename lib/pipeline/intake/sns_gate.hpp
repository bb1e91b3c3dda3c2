// Whether Amazon's notification service really sent a message, and the answer when it asks whether its topic may. Keeps
// the certificates that it fetched. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/public_key.hpp"
#include "bounce/webhook/sns_message.hpp"
#include "net/http_client.hpp"

namespace paperround::pipeline {

class SnsGate {
  public:
    // Both outlive it.
    SnsGate(net::HttpClient& http, const Clock& clock) : http_(http), clock_(clock) {}

    enum class Verdict {
        genuine,
        forged,
        unknown,  // the certificate cannot be had now
    };
    // Of a message of the topic that is configured: others cost no request.
    [[nodiscard]] Verdict judge(const bounce::SnsMessage& message);
    // Visits the address that confirms the subscription. Of a genuine message. False where that did not work: the
    // message comes again.
    [[nodiscard]] bool confirm(const bounce::SnsMessage& message);

  private:
    struct Kept {
        PublicKey key;
        Time until{};
    };
    [[nodiscard]] std::optional<PublicKey> key_at(const std::string& url);

    net::HttpClient& http_;
    const Clock& clock_;
    Mutex mutex_;
    std::map<std::string, Kept> keys_ GUARDED_BY(mutex_);
    // So that whoever knows the topic cannot make us fetch without end.
    std::optional<std::chrono::steady_clock::time_point> failed_ GUARDED_BY(mutex_);
};

}  // namespace paperround::pipeline
