#include "email/template/strings.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "email/sample.hpp"

using namespace paperround;

TEST_CASE("strings are keys and values with comments between") {
    std::vector<email::TemplateProblem> problems;
    const auto strings = email::parse_strings("# x\n\nby = Von {author}\n", "de.txt", problems);
    CHECK(problems.empty());
    CHECK(strings.at("by") == "Von {author}");
}

TEST_CASE("wrong strings are named with file and line") {
    std::vector<email::TemplateProblem> problems;
    (void)email::parse_strings("nonsense\nunsubscribed = x\nby = a\nby = b\nmonths = a, b\n", "de.txt",
                               problems);
    REQUIRE(problems.size() == 4);
    CHECK(problems[0].to_line() == "de.txt:1: expected \"key = value\"");
    CHECK(problems[1].to_line() == "de.txt:2: unknown key \"unsubscribed\", did you mean \"unsubscribe\"?");
    CHECK(problems[2].to_line() == "de.txt:4: \"by\" stands here twice");
    CHECK(problems[3].to_line() == "de.txt:5: expected twelve months, separated by commas");
}

TEST_CASE("dates are written as the language writes them") {
    const auto set = test::installed_templates();
    using namespace std::chrono;
    const year_month_day day = 2026y / March / 5;
    CHECK(email::format_date(set.strings_for("en"), day) == "5 March 2026");
    CHECK(email::format_date(set.strings_for("en-US"), day) == "March 5, 2026");
    CHECK(email::format_date(set.strings_for("de"), day) == "5. März 2026");
    CHECK(email::format_date(set.strings_for("fr"), day) == "5 mars 2026");
    CHECK(email::format_date(set.strings_for("he"), day) == "5 במרץ 2026");
    CHECK(email::format_date(set.strings_for("es"), day) == "5 de marzo de 2026");
    CHECK(email::format_date(set.strings_for("pl"), day) == "5 marca 2026");
    CHECK(email::format_date(set.strings_for("ja"), day) == "2026年3月5日");
    CHECK(email::format_date(set.strings_for("ar"), day) == "5 مارس 2026");
    CHECK(email::format_date(set.strings_for("fr"), 2026y / March / 1) == "1er mars 2026");
    CHECK(email::format_date(set.strings_for("de"), 2026y / March / 1) == "1. März 2026");
}

TEST_CASE("Hebrew and Arabic run from right to left, whatever the region") {
    CHECK(email::text_direction("he") == "rtl");
    CHECK(email::text_direction("ar-EG") == "rtl");
    CHECK(email::text_direction("az-Arab") == "rtl");
    CHECK(email::text_direction("ks-Latn") == "ltr");
    CHECK(email::text_direction("ur-Latn-PK") == "ltr");
    CHECK(email::text_direction("en") == "ltr");
}
