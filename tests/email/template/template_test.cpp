#include <catch2/catch.hpp>

#include "email/sample.hpp"
#include "email/template/template_set.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using email::check_template;
using email::TemplateKind;

namespace {

// The one problem of a template, as a line; the empty text where it has none.
std::string problem_of(const std::string& source, TemplateKind kind = TemplateKind::html) {
    std::vector<email::TemplateProblem> problems;
    (void)check_template(source, "m.mustache", kind, problems);
    if (problems.empty()) return {};
    CHECK(problems.size() == 1);
    return problems.front().to_line();
}

std::string first_problem(const email::TemplateFolders& folders, const std::string& name = "default") {
    const auto set = email::load_template_set(folders, name);
    REQUIRE_FALSE(set.has_value());
    return set.error().front().to_line();
}

const std::string installed = test::source_folder() + "/templates";

}  // namespace

TEST_CASE("an unknown field is named with its line and the nearest known one") {
    CHECK(problem_of("a\nb {{post.titel}}") ==
          "m.mustache:2: unknown field \"post.titel\", did you mean \"post.title\"?");
}
TEST_CASE("a misspelt unsubscribe link finds its name") {
    CHECK(problem_of("{{unsubscribe_ulr}}") ==
          "m.mustache:1: unknown field \"unsubscribe_ulr\", did you mean \"unsubscribe_url\"?");
}
TEST_CASE("a list of posts stands in no text") {
    CHECK(problem_of("{{posts}}") == "m.mustache:1: \"posts\" is no text: write {{#posts}}\u2026{{/posts}}");
}
TEST_CASE("what only a section can ask stands in no text") {
    CHECK(problem_of("{{#posts}}{{#following}}<hr>{{/following}}{{/posts}}").empty());
    CHECK(problem_of("{{following}}") ==
          "m.mustache:1: \"following\" is no text: write {{#following}}\u2026{{/following}}");
}
TEST_CASE("an unclosed tag is an error on its own line") {
    CHECK(problem_of("a\n{{post.title\n}}") ==
          "m.mustache:2: a tag is opened and not closed on its line: \"{{post.title\"");
}
TEST_CASE("an unclosed section names where it began") {
    CHECK(problem_of("\n{{#post.title}}\n\n") ==
          "m.mustache:2: the section \"post.title\" is never closed: {{/post.title}} is missing");
}
TEST_CASE("crossed sections are an error") {
    std::vector<email::TemplateProblem> problems;
    (void)check_template("{{#post.title}}\n{{#post.link}}\n{{/post.title}}{{/post.link}}", "m",
                         TemplateKind::html, problems);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].to_line() ==
          "m:3: {{/post.title}} where {{/post.link}} was expected, for the section of line 2");
}
TEST_CASE("a section that was not opened is an error") {
    CHECK(problem_of("{{/post.title}}") ==
          "m.mustache:1: {{/post.title}} closes a section that was not opened");
}
TEST_CASE("text must be escaped in HTML") {
    CHECK(problem_of("{{{post.title}}}") ==
          "m.mustache:1: \"post.title\" is text, and must be escaped: write {{post.title}}");
    CHECK(problem_of("{{& post.title}}").find("must be escaped") != std::string::npos);
    CHECK(problem_of("{{{post.title}}}", TemplateKind::text).empty());
}
TEST_CASE("what readers say about themselves must be escaped in HTML") {
    CHECK(problem_of("{{{subscriber.name}}}").find("must be escaped") != std::string::npos);
}
TEST_CASE("HTML must not be escaped in HTML") {
    CHECK(problem_of("{{post.html}}") ==
          "m.mustache:1: \"post.html\" is HTML already: write {{{post.html}}}");
}
TEST_CASE("a section cannot depend on a reader") {
    CHECK(problem_of("{{#subscriber.name}}x{{/subscriber.name}}") ==
          "m.mustache:1: a section cannot depend on \"subscriber.name\", which is filled in per reader; "
          "write {{subscriber.name|a fallback}}");
}
TEST_CASE("partials and changed delimiters are refused") {
    CHECK(problem_of("{{> x}}") == "m.mustache:1: there are no partials: {{> x}}");
    CHECK(problem_of("{{=<% %>=}}") == "m.mustache:1: the delimiters {{ and }} cannot be changed");
}
TEST_CASE("an empty tag is an error") {
    CHECK(problem_of("{{ }}") == "m.mustache:1: an empty tag");
}
TEST_CASE("comments may hold anything, over several lines") {
    CHECK(problem_of("{{! a\n{{ b }}").empty());
}
TEST_CASE("an attribute needs a name") {
    CHECK(problem_of("{{subscriber.}}") ==
          "m.mustache:1: {{subscriber.}}: expected the name of an attribute after \"subscriber.\"");
}
TEST_CASE("fields of the reader take a fallback behind a bar") {
    std::vector<email::TemplateProblem> problems;
    const auto checked =
        check_template("{{subscriber.city | your  town}}", "m", TemplateKind::html, problems);
    REQUIRE(checked.fields.size() == 1);
    CHECK(checked.fields[0].kind == email::MergeField::Kind::attribute);
    CHECK(checked.fields[0].attribute == "city");
    CHECK(checked.fields[0].fallback == "your town");
    CHECK(checked.fields[0].escape_html);
}

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
TEST_CASE("a style sheet may name the theme's fields, and no reader's") {
    CHECK(problem_of("a { color: {{theme.accent}} }", TemplateKind::style).empty());
    CHECK(problem_of("a { color: {{theme.acent}} }", TemplateKind::style) ==
          "m.mustache:1: unknown field \"theme.acent\", did you mean \"theme.accent\"?");
    CHECK(problem_of("{{subscriber.name}}", TemplateKind::style) ==
          "m.mustache:1: {{subscriber.name}}: a style sheet is the same for every reader");
}
TEST_CASE("Hebrew and Arabic run from right to left, whatever the region") {
    CHECK(email::text_direction("he") == "rtl");
    CHECK(email::text_direction("ar-EG") == "rtl");
    CHECK(email::text_direction("az-Arab") == "rtl");
    CHECK(email::text_direction("ks-Latn") == "ltr");
    CHECK(email::text_direction("ur-Latn-PK") == "ltr");
    CHECK(email::text_direction("en") == "ltr");
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
