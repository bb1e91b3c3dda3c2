#include "public/body_places.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace paperround;
using namespace std::chrono_literals;
using pages::BodyPlaces;

namespace {

struct PlacesFixture {
    [[nodiscard]] auto take(const std::string& client, std::chrono::milliseconds at) const {
        return BodyPlaces::take(places, parse_ip_address(client), BodyPlaces::Instant(at));
    }
    // All of them, from as many clients.
    [[nodiscard]] std::vector<std::shared_ptr<BodyPlaces::Place>> all(std::chrono::milliseconds at) const {
        std::vector<std::shared_ptr<BodyPlaces::Place>> taken;
        for (std::size_t i = 1; i <= BodyPlaces::places; ++i)
            taken.push_back(take("192.0.2." + std::to_string(i), at));
        return taken;
    }
    std::shared_ptr<BodyPlaces> places = std::make_shared<BodyPlaces>();
};

}  // namespace

TEST_CASE_METHOD(PlacesFixture, "a newcomer takes the place of the oldest slow body") {
    const auto taken = all(0ms);
    CHECK_FALSE(take("198.51.100.1", 999ms));
    const auto newcomer = take("198.51.100.1", 1s);
    REQUIRE(newcomer);
    CHECK(*taken[0]->given_up());
    CHECK_FALSE(*taken[1]->given_up());
    CHECK_FALSE(*newcomer->given_up());
}

TEST_CASE_METHOD(PlacesFixture, "a body that has arrived keeps its place until it is answered") {
    auto taken = all(0ms);
    for (const auto& each : taken) each->arrived();
    CHECK_FALSE(take("198.51.100.1", 1h));
    taken.pop_back();
    CHECK(take("198.51.100.1", 1h));
}

TEST_CASE_METHOD(PlacesFixture, "one client has half of the places, and then only its own slow ones go") {
    std::vector<std::shared_ptr<BodyPlaces::Place>> taken{take("192.0.2.9", 0ms)};
    for (std::size_t i = 0; i < BodyPlaces::of_one_client; ++i) taken.push_back(take("192.0.2.1", 0ms));
    CHECK_FALSE(take("192.0.2.1", 500ms));
    CHECK(take("192.0.2.2", 500ms));
    CHECK(take("192.0.2.1", 1s));
    CHECK_FALSE(*taken[0]->given_up());
    CHECK(*taken[1]->given_up());
}

TEST_CASE_METHOD(PlacesFixture, "of clients that are not known any number has a place") {
    std::vector<std::shared_ptr<BodyPlaces::Place>> taken;
    for (std::size_t i = 0; i < BodyPlaces::places; ++i) taken.push_back(take("", 0ms));
    for (const auto& each : taken) CHECK(each);
    CHECK_FALSE(take("", 0ms));
}
