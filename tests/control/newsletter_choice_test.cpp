#include "control/newsletter_choice.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::control;

namespace {

config::Settings with(std::vector<std::string> names) {
    config::Settings settings;
    for (std::string& name : names) settings.newsletters.emplace_back().name = std::move(name);
    return settings;
}

}  // namespace

TEST_CASE("where no newsletter is named, the only one is meant") {
    const auto settings = with({"notes"});
    CHECK(choose_newsletter(settings, "").value()->name == "notes");
    CHECK(choose_newsletter(settings, "notes").value()->name == "notes");
}

TEST_CASE("where there are several, one has to be named") {
    const auto refused = choose_newsletter(with({"notes", "news"}), "");
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == Refusal{Refusal::Code::malformed, "say which newsletter: notes, news"});
}

TEST_CASE("a name that is none is refused, with the one that was perhaps meant") {
    CHECK(choose_newsletter(with({"notes"}), "ntoes").error() ==
          Refusal{Refusal::Code::unknown, "no newsletter \"ntoes\", did you mean \"notes\"?"});
    CHECK(choose_newsletter(with({"notes"}), "zebra").error().message == "no newsletter \"zebra\"");
}
