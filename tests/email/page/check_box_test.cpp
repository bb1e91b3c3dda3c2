#include "email/page/check_box.hpp"

#include <catch2/catch.hpp>

#include "email/cleaned.hpp"

using namespace paperround;
using test::text;

TEST_CASE("an item that says that it is done has a sign") {
    const std::string both = "- \u2611 a\n- \u2610 b\n";
    CHECK(text("<ul><li role=checkbox aria-checked=true>a<li role=checkbox aria-checked=false>b</ul>") ==
          both);
    CHECK(text("<ul data-type=taskList><li data-checked=true><div><p>a</p></div><li data-checked=false><div>"
               "<p>b</p></div></ul>") == both);
    CHECK(text("<ul class=inline-task-list><li class=checked><span>a</span><li><span>b</span></ul>") == both);
    CHECK(text("<ul><li><p><i class='fa fa-check-square-o'></i> a</p><li><p><i class='fa "
               "fa-square-o'></i> b</p></ul>") == both);
}
TEST_CASE("an item that has a box has one sign") {
    CHECK(text("<ul><li data-checked=true><label><input type=checkbox checked></label><div><p>a</p></div>"
               "</ul>") == "- \u2611 a\n");
    CHECK(text("<en-todo checked=\"true\"/>buy<br><en-todo/>sell") == "\u2611 buy\n\u2610 sell\n");
}
TEST_CASE("an item that is checked in no list of tasks has none") {
    CHECK(text("<ul><li class=checked>a</ul>") == "- a\n");
}
