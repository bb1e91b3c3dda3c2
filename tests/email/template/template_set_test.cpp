#include "email/template/template_set.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "email/sample.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;

namespace {

std::string first_problem(const email::TemplateFolders& folders, const std::string& name = "default") {
    const auto set = email::load_template_set(folders, name);
    REQUIRE_FALSE(set.has_value());
    return set.error().front().to_line();
}

const std::string installed = test::source_folder() + "/templates";

}  // namespace

TEST_CASE("a language without strings falls back to its parent, then to English") {
    const auto set = test::installed_templates();
    CHECK(set.strings_for("de-AT").at("unsubscribe") == "Abbestellen");
    CHECK(set.strings_for("zh-Hant-TW").at("unsubscribe") == "Unsubscribe");
    CHECK(set.strings_for("en-us").at("by") == "By {author}");
}

TEST_CASE("a regional language takes from the wider one what it does not say itself") {
    const auto set = test::installed_templates();
    CHECK(set.strings_for("pt-BR").at("share") == "Compartilhar");
    CHECK(set.strings_for("pt-BR").at("in_this_issue") == "Nesta edição");
    CHECK(set.strings_for("pt-BR").at("date") == "{day} de {month} de {year}");
    CHECK(set.strings_for("pt-BR").at("language") == "pt-br");
}

TEST_CASE("every language of the installed templates says everything itself") {
    const auto set = test::installed_templates();
    for (const char* language : {"de", "fr", "es", "pt", "it", "nl", "pl", "ar", "he", "ja"}) {
        INFO(language);
        REQUIRE(set.language_for(language) == language);
        const auto& strings = set.strings_for(language);
        for (const char* key :
             {"read_online", "read_more", "in_this_issue", "share", "why", "unsubscribe", "months"})
            CHECK(strings.at(key) != set.strings_for("en").at(key));
    }
}

TEST_CASE("every installed template is sound") {
    for (const char* name : {"default", "digest", "plain"}) {
        const auto set = email::load_template_set({installed, ""}, name);
        if (!set) UNSCOPED_INFO(set.error().front().to_line());
        CHECK(set.has_value());
    }
}

TEST_CASE("the operator's file stands in front of the installed one") {
    const test::TempDir own;
    own.write("default/message.txt.mustache", "mine {{unsubscribe_url}}");
    const auto set = email::load_template_set({installed, own.path()}, "default");
    REQUIRE(set.has_value());
    CHECK(set->text().mustache == "mine " + email::mark_of(0));
    CHECK(set->html().mustache.find("<!DOCTYPE html>") == 0);
}

TEST_CASE("the operator's strings win one by one") {
    const test::TempDir own;
    own.write("strings/en.txt", "unsubscribe = Leave\n");
    const auto set = email::load_template_set({installed, own.path()}, "default");
    REQUIRE(set.has_value());
    CHECK(set->strings_for("en").at("unsubscribe") == "Leave");
    CHECK(set->strings_for("en").at("by") == "By {author}");
}

TEST_CASE("a template of the operator takes what it lacks from the default") {
    const test::TempDir own;
    own.write("plain/style.css", "p {}");
    const auto set = email::load_template_set({installed, own.path()}, "plain");
    REQUIRE(set.has_value());
    CHECK(set->style().mustache == "p {}");
}

TEST_CASE("a template that does not exist is an error") {
    CHECK(first_problem({installed, ""}, "fancy") == installed + "/fancy: there is no template \"fancy\"");
    CHECK(first_problem({installed, ""}, "../web").find("there is no template") != std::string::npos);
}

TEST_CASE("a template from which nobody can leave is an error") {
    const test::TempDir own;
    const auto file = own.write("default/message.txt.mustache", "{{post.title}}");
    CHECK(first_problem({installed, own.path()}) ==
          file.string() + ": {{unsubscribe_url}} is missing: readers must be able to leave");
}

TEST_CASE("a template that is not UTF-8 is an error") {
    const test::TempDir own;
    const auto file = own.write("default/message.txt.mustache", "\xff{{unsubscribe_url}}");
    CHECK(first_problem({installed, own.path()}) == file.string() + ": not UTF-8");
}

TEST_CASE("all problems of a template are found in one go") {
    const test::TempDir own;
    own.write("default/message.txt.mustache", "{{a}}\n{{b}}");
    own.write("strings/de.txt", "x");
    const auto set = email::load_template_set({installed, own.path()}, "default");
    REQUIRE_FALSE(set.has_value());
    CHECK(set.error().size() == 3);
}

TEST_CASE("strings that are not UTF-8 are shown as such") {
    const test::TempDir own;
    own.write("strings/en.txt", "share_email = caf\xe9\n");
    const auto set = email::load_template_set({installed, own.path()}, "default");
    REQUIRE(set.has_value());
    CHECK(set->strings_for("en").at("share_email") == "caf\uFFFD");
}
