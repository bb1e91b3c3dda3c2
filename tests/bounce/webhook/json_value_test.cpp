#include "bounce/webhook/json_value.hpp"

#include <catch2/catch.hpp>

using namespace paperround::bounce;

TEST_CASE("JSON is read as values, and written alike however it came") {
    const auto value = parse_json(R"( {"a": "x\u00e9", "b": [1, 2.50, true, null], "c": {"d": -3}} )");
    REQUIRE(value);
    CHECK((*value)["a"].words() == "xé");
    CHECK((*value)["b"].items.at(0).words() == "1");
    CHECK((*value)["b"].items.at(1).words() == "2.50");
    CHECK((*value)["b"].items.at(2).is_true());
    CHECK((*value)["b"].items.at(3).kind == JsonValue::Kind::null);
    CHECK((*value)["c"]["d"].words() == "-3");
    CHECK((*value)["none"]["at"]["all"].words().empty());
    CHECK(value->to_json() == R"({"a":"xé","b":[1,2.50,true,null],"c":{"d":-3}})");
    CHECK(parse_json(value->to_json())->to_json() == value->to_json());
}

TEST_CASE("large numbers keep their digits") {
    CHECK((*parse_json(R"({"MessageID":19421777835146490})"))["MessageID"].words() == "19421777835146490");
}

TEST_CASE("of two members of one name the last counts") {
    CHECK((*parse_json(R"({"a":1,"a":2})"))["a"].words() == "2");
}

TEST_CASE("what is no JSON is not read") {
    for (const std::string text : {"", "{", "[1,", "{\"a\"}", "nonsense", "{} {}", "\"\xff\"", "[1] x"}) {
        INFO(text);
        CHECK_FALSE(parse_json(text));
    }
}

TEST_CASE("depth, number and size are limited") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(parse_json(nested(json_depth)));
    CHECK_FALSE(parse_json(nested(json_depth + 2)));
    CHECK_FALSE(parse_json(nested(400'000)));
    std::string many = "[0";
    for (std::size_t i = 0; i < json_values; ++i) many += ",0";
    CHECK_FALSE(parse_json(many + "]"));
    CHECK_FALSE(parse_json("\"" + std::string(json_limit, 'a') + "\""));
}
