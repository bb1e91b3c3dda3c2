#include "public/body_places.hpp"

#include <algorithm>

namespace paperround::pages {

BodyPlaces::Place::~Place() {
    const Lock lock(owner_->mutex_);
    owner_->taken_.remove(this);
}

std::shared_ptr<BodyPlaces::Place> BodyPlaces::take(const std::shared_ptr<BodyPlaces>& from,
                                                    const std::optional<IpAddress>& client, Instant now) {
    std::string who = client ? to_text(*client) : std::string();
    const Lock lock(from->mutex_);
    if (!from->make_room(who, now)) return nullptr;
    auto place = std::make_shared<Place>(from, std::move(who), now);
    from->taken_.push_back(place.get());
    return place;
}

bool BodyPlaces::make_room(const std::string& client, Instant now) {
    const auto own = [&](const Place* place) { return !client.empty() && place->client_ == client; };
    const bool too_many = std::ranges::count_if(taken_, own) >= static_cast<std::ptrdiff_t>(of_one_client);
    if (!too_many && taken_.size() < places) return true;
    const auto slow = std::ranges::find_if(taken_, [&](const Place* place) {
        return place->arriving_ && now - place->since_ >= patience && (!too_many || own(place));
    });
    if (slow == taken_.end()) return false;
    *(*slow)->given_up_ = true;
    // Its connection ends in a moment, and its body with it.
    taken_.erase(slow);
    return true;
}

}  // namespace paperround::pages
