// Places for request bodies that are read at the same time, so that their memory is bounded. Whoever sends slowly loses
// his place to a newcomer, and no client has more than half of them: strangers who hold bodies back keep nobody out.
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/address/ip_network.hpp"
#include "base/mutex.hpp"

namespace paperround::pages {

class BodyPlaces {
  public:
    using Instant = std::chrono::steady_clock::time_point;
    static constexpr std::size_t places = 12;
    static constexpr std::size_t of_one_client = places / 2;
    // After so long a body that still arrives may have to go.
    static constexpr std::chrono::seconds patience{1};

    // Taken until it is destroyed.
    class Place {
      public:
        Place(std::shared_ptr<BodyPlaces> owner, std::string client, Instant since)
            : owner_(std::move(owner)), client_(std::move(client)), since_(since) {}
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        // Becomes true where another needs the place: for web::Admission.
        [[nodiscard]] std::shared_ptr<const std::atomic<bool>> given_up() const { return given_up_; }
        // The body is complete: nobody takes the place from it any more.
        void arrived() { arriving_ = false; }

      private:
        friend BodyPlaces;
        std::shared_ptr<BodyPlaces> owner_;
        std::string client_;  // empty: not known
        Instant since_;
        std::shared_ptr<std::atomic<bool>> given_up_ = std::make_shared<std::atomic<bool>>(false);
        std::atomic<bool> arriving_ = true;
    };

    // Null: all are taken by bodies that have just begun, or are being answered.
    [[nodiscard]] static std::shared_ptr<Place> take(const std::shared_ptr<BodyPlaces>& from,
                                                     const std::optional<IpAddress>& client, Instant now);

  private:
    [[nodiscard]] bool make_room(const std::string& client, Instant now) REQUIRES(mutex_);

    Mutex mutex_;
    std::list<Place*> taken_ GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace paperround::pages
