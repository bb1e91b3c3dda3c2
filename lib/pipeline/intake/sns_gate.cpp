#include "pipeline/intake/sns_gate.hpp"

namespace paperround::pipeline {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t certificate_limit = 16U << 10U;
constexpr std::size_t answer_limit = 64U << 10U;
constexpr auto certificate_kept = std::chrono::hours(24);
constexpr std::size_t most_certificates = 8;
constexpr auto after_a_failed_fetch = 5s;

net::HttpRequest request_for(const std::string& url, std::size_t limit) {
    return {.url = url,
            .etag = {},
            .last_modified = {},
            .accept = {},
            .connect_timeout = 3s,
            .timeout = 5s,  // a stop waits for it
            .body_limit = limit,
            .reach = net::Reach::public_only};
}

}  // namespace

SnsGate::Verdict SnsGate::judge(const bounce::SnsMessage& message) {
    if (!bounce::is_sns_certificate_url(message.certificate_url)) return Verdict::forged;
    const auto key = key_at(message.certificate_url);
    if (!key) return Verdict::unknown;
    return message.is_signed_by(*key) ? Verdict::genuine : Verdict::forged;
}

bool SnsGate::confirm(const bounce::SnsMessage& message) {
    if (!bounce::is_sns_url(message.subscribe_url)) return false;
    const auto answer = http_.get(request_for(message.subscribe_url, answer_limit));
    return answer && answer->status >= 200 && answer->status < 300;
}

// Under the lock while it fetches: others wait for the same certificate.
std::optional<PublicKey> SnsGate::key_at(const std::string& url) {
    const Lock lock(mutex_);
    const Time now = clock_.now();
    if (const auto found = keys_.find(url); found != keys_.end() && found->second.until > now)
        return found->second.key;
    const auto began = std::chrono::steady_clock::now();
    if (failed_ && began - *failed_ < after_a_failed_fetch) return std::nullopt;
    const auto answer = http_.get(request_for(url, certificate_limit));
    // Whoever is redirected to another host is not at Amazon's any more.
    const bool there = answer && answer->status == 200 && answer->effective_url == url;
    auto key = there ? PublicKey::of_certificate(answer->body, now) : failure(std::string());
    if (!key) {
        failed_ = std::chrono::steady_clock::now();
        return std::nullopt;
    }
    failed_.reset();
    if (keys_.size() >= most_certificates) keys_.clear();
    keys_.insert_or_assign(url, Kept{*key, now + certificate_kept});
    return std::move(*key);
}

}  // namespace paperround::pipeline
