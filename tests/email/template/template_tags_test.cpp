#include "email/template/template_tags.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

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

TEST_CASE("a style sheet may name the theme's fields, and no reader's") {
    CHECK(problem_of("a { color: {{theme.accent}} }", TemplateKind::style).empty());
    CHECK(problem_of("a { color: {{theme.acent}} }", TemplateKind::style) ==
          "m.mustache:1: unknown field \"theme.acent\", did you mean \"theme.accent\"?");
    CHECK(problem_of("{{subscriber.name}}", TemplateKind::style) ==
          "m.mustache:1: {{subscriber.name}}: a style sheet is the same for every reader");
}
