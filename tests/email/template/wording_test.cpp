// What the installed templates and pages say, language by language, as its typographers would have it.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "email/sample.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using namespace paperround::test;

namespace {

// All that is said in a language, in mails and on pages: "fr.txt: share" to its text.
std::map<std::string, std::string> wording(const std::string& language) {
    std::map<std::string, std::string> said;
    const std::string folder = source_folder() + "/templates/";
    std::vector<email::TemplateProblem> problems;
    for (const auto& [key, value] :
         email::parse_strings(slurp(folder + "strings/" + language + ".txt"), language, problems))
        said["mail: " + key] = value;
    const std::string pages = folder + "web/strings/" + language + ".json";
    if (std::filesystem::exists(pages)) {
        const auto strings = nlohmann::json::parse(slurp(pages));
        for (const auto& [key, value] : strings.items()) said["page: " + key] = value.get<std::string>();
    }
    REQUIRE(problems.empty());
    REQUIRE_FALSE(said.empty());
    return said;
}

const std::vector<std::string> languages{"ar", "de", "en", "en-us", "es", "fr",   "he",
                                         "it", "ja", "nl", "pl",    "pt", "pt-br"};

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("no language has typewriter's apostrophes, quotes or dots") {
    for (const std::string& language : languages) {
        for (const auto& [key, text] : wording(language)) {
            INFO(language << ": " << key << ": " << text);
            CHECK_FALSE(contains(text, "'"));
            CHECK_FALSE(contains(text, "\""));
            CHECK_FALSE(contains(text, "..."));
        }
    }
}

TEST_CASE("French has a narrow no-break space before what is high, and a no-break space within guillemets") {
    for (const auto& [key, text] : wording("fr")) {
        INFO(key << ": " << text);
        for (const char* sign : {":", ";", "!", "?"}) {
            for (auto at = text.find(sign); at != std::string::npos; at = text.find(sign, at + 1))
                CHECK(std::string_view(text).substr(0, at).ends_with("\u202F"));
        }
        CHECK(contains(text, "«") == contains(text, "«\u00A0"));
        CHECK(contains(text, "»") == contains(text, "\u00A0»"));
    }
    auto content = sample_content();
    content.newsletter.language = "fr";
    content.newsletter.share = {"email"};
    const auto mailing = rendered(content);
    CHECK(
        contains(email::text_of(mailing, sample_recipient()), "\nLire en ligne\u202F: https://example.org/"));
    CHECK(contains(email::html_of(mailing, sample_recipient()), ">Partager\u202F:</span>"));
}

TEST_CASE("Japanese has its own colon") {
    auto content = sample_content();
    content.newsletter.language = "ja";
    CHECK(contains(email::text_of(rendered(content), sample_recipient()),
                   "\nウェブで読む： https://example.org/"));
}

TEST_CASE("Italian addresses its reader as tu, in mails and on pages") {
    for (const auto& [key, text] : wording("it")) {
        INFO(key << ": " << text);
        for (const char* formal : {"Prema", "usi ", "Riprovi", "sua richiesta", "Se ha ", "Apra", "chiuda"})
            CHECK_FALSE(contains(text, formal));
    }
}

TEST_CASE("the first day of a month is written as the language has it") {
    using namespace std::chrono;
    const auto set = installed_templates();
    const year_month_day first = 2026y / May / 1;
    for (const auto& [language, expected] :
         std::map<std::string, std::string>{{"en", "1 May 2026"},
                                            {"en-us", "May 1, 2026"},
                                            {"de", "1. Mai 2026"},
                                            {"fr", "1er mai 2026"},
                                            {"es", "1 de mayo de 2026"},
                                            {"pt", "1 de maio de 2026"},
                                            {"pt-br", "1º de maio de 2026"},
                                            {"it", "1º maggio 2026"},
                                            {"nl", "1 mei 2026"},
                                            {"pl", "1 maja 2026"},
                                            {"ar", "1 مايو 2026"},
                                            {"he", "1 במאי 2026"},
                                            {"ja", "2026年5月1日"}}) {
        CHECK(email::format_date(set.strings_for(language), first) == expected);
    }
}
TEST_CASE("how many more there are is said in each language's own form") {
    const auto set = installed_templates();
    const auto form = [&](const std::string& language, std::size_t count) {
        const email::Strings& strings = set.strings_for(language);
        return std::string(email::plural_form(strings.at("and_more"), strings.at("language"), count));
    };
    CHECK(form("en", 1) == "and {count} more");
    CHECK(form("de", 1) == "und {count} weiterer");
    CHECK(form("de", 2) == "und {count} weitere");
    CHECK(form("it", 1) == "e un altro");
    for (const auto& [count, ending] : std::vector<std::pair<std::size_t, std::string>>{{1, "inny"},
                                                                                        {2, "inne"},
                                                                                        {4, "inne"},
                                                                                        {5, "innych"},
                                                                                        {12, "innych"},
                                                                                        {14, "innych"},
                                                                                        {21, "innych"},
                                                                                        {22, "inne"},
                                                                                        {24, "inne"},
                                                                                        {25, "innych"},
                                                                                        {112, "innych"},
                                                                                        {122, "inne"}})
        CHECK(form("pl", count).ends_with(" " + ending));
    std::vector<std::string> arabic;
    for (const std::size_t count : {1, 2, 3, 10, 11, 99, 100, 103}) arabic.push_back(form("ar", count));
    CHECK(arabic[0] != arabic[1]);
    CHECK(arabic[2] == arabic[3]);
    CHECK(arabic[4] == arabic[5]);
    CHECK(arabic[2] == arabic[7]);
    CHECK(std::set<std::string>(arabic.begin(), arabic.end()).size() == 5);
    CHECK(form("he", 2) == "\u05d5\u05e2\u05d5\u05d3 \u05e9\u05e0\u05d9\u05d9\u05dd");
    CHECK(form("ja", 1) == form("ja", 7));
}
TEST_CASE("where a language gives fewer forms than it has, the last stands for the others") {
    CHECK(email::plural_form("one | few", "pl", 5) == "few");
    CHECK(email::plural_form("some", "ar", 1) == "some");
    CHECK(email::plural_form("", "en", 1).empty());
}
