#include "audience/checked_subscriber.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>

using namespace paperround;
using audience::checked_subscriber;

namespace {

using Attributes = std::map<std::string, std::string>;

std::string refusal_of(const std::string& address, const std::string& name, const Attributes& attributes) {
    const auto checked = checked_subscriber(address, name, attributes);
    return checked ? "" : checked.error().reason;
}

}  // namespace

TEST_CASE("no text of a subscriber is anything but UTF-8") {
    CHECK(refusal_of("ada@example.org", "Ad\xe4", {}).find("not UTF-8") != std::string::npos);
    CHECK(refusal_of("ada@example.org", "Ada", {{"city", "K\xf6ln"}}).find("not UTF-8") != std::string::npos);
    CHECK_FALSE(checked_subscriber("ad\xe4@example.org", "Ada", {}).has_value());
    CHECK_FALSE(checked_subscriber("Ad\xe4 <ada@example.org>", "", {}).has_value());
    CHECK(refusal_of("ada@example.org", "Ad\u00e4", {{"city", "K\u00f6ln"}}).empty());
}

TEST_CASE("a name within the address counts where there is no other") {
    const auto checked = checked_subscriber("Ada  Lovelace <Ada@Example.org>", "", {});
    REQUIRE(checked);
    CHECK(checked->name == "Ada Lovelace");
    CHECK(checked->address == "Ada@example.org");
    CHECK(checked_subscriber("Ada Lovelace <ada@example.org>", "Countess", {})->name == "Countess");
}

TEST_CASE("control characters are refused, but line breaks within an attribute are not") {
    CHECK_FALSE(refusal_of("ada@example.org", "Ada\x01", {}).empty());
    CHECK_FALSE(refusal_of("ada@example.org", "",
                           {{"city",
                             "Lon\x7f"
                             "don"}})
                    .empty());
    const auto checked =
        checked_subscriber("ada@example.org", " Ada \n L ", {{"lines", " one\ntwo "}, {"gone", ""}});
    REQUIRE(checked);
    CHECK(checked->name == "Ada L");
    CHECK(checked->attributes == Attributes{{"lines", "one\ntwo"}, {"gone", ""}});
}
