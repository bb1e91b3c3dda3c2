// Which provider a recipient domain belongs to: who runs its mail servers (config/provider.hpp). Limits and
// slow-downs hold for a provider, and the same refusal from three providers says more than from three
// domains.
//
//     providers.provider_of("gmail.com")     // "google": known without asking
//     providers.provider_of("example.org")   // "google" once its MX was looked up; until then "example.org"
//
// Filled in the background (pipeline/plan/provider_lookup.hpp) with what the DNS says; holds `most_learned`
// domains at the most, so that a list of any size takes bounded memory. What was learned stays in use until
// something else is. Thread-safe. Domains are expected in lower case, as A-labels.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "config/provider.hpp"

namespace paperround::queue {

class Providers {
  public:
    static constexpr std::size_t most_learned = 100'000;

    explicit Providers(const std::vector<config::Provider>& providers = config::known_providers());

    // A provider's name: a configured or built-in one, else the registrable domain of the domain's best MX;
    // the domain itself where nothing is known. Never empty unless the domain is.
    [[nodiscard]] std::string provider_of(std::string_view domain) const;
    // The same, and nothing where the domain only counts for itself.
    [[nodiscard]] std::optional<std::string> known_provider_of(std::string_view domain) const;

    // What the DNS said, to be asked again from `until` on: the domain's best MX, lower case and without a
    // dot at its end, or empty where it has none.
    void learn(std::string_view domain, std::string_view mx, Time until);
    // The DNS gave no answer: what is known goes on, and the next time to ask is `until`.
    void postpone(std::string_view domain, Time until);
    // Whether the DNS need not be asked about the domain at this time.
    [[nodiscard]] bool is_fresh(std::string_view domain, Time now) const;
    // Whether the DNS has ever been asked about it, or need not be.
    [[nodiscard]] bool is_learned(std::string_view domain) const;

  private:
    struct Learned {
        std::string provider;  // empty: the domain counts for itself
        Time until{};
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    template <class Value>
    using Names = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    void set(std::string_view domain, Learned learned) REQUIRES(mutex_);
    [[nodiscard]] std::string provider_of_mx(std::string_view host) const;

    Names<std::string> suffixes_;  // of mail servers' names → provider
    Names<std::string> own_;       // mailbox domains known without asking → provider
    mutable Mutex mutex_;
    Names<Learned> learned_ GUARDED_BY(mutex_);
};

}  // namespace paperround::queue
