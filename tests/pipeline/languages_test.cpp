// A newsletter whose readers read different languages.
#include "pipeline/fixture.hpp"
#include "support/committing.hpp"

using namespace paperround;
using namespace paperround::test;

TEST_CASE_METHOD(PipelineFixture,
                 "each reader gets the fixed words in the language of the attribute, or the newsletter's") {
    const AiosmtpdServer server({});
    use_relay(server.port());
    settings.newsletters.front().language = "de";
    {
        auto database = open();
        test::Committing<audience::AudienceStore> audience(database);
        db::Transaction transaction(database);
        for (const auto& [name, language] : std::vector<std::pair<std::string, std::string>>{
                 {"fr", "fr-CA"}, {"none", ""}, {"odd", "xx"}, {"en", "EN"}}) {
            audience::Subscriber reader{.address = name + "@example.org"};
            if (!language.empty()) reader.attributes["language"] = language;
            audience->subscribe("notes", reader, clock.now(), "test");
        }
        transaction.commit();
    }
    run_once();
    std::map<std::string, std::string> words;
    for (const std::string& message : server.messages()) {
        for (const char* name : {"fr", "none", "odd", "en"}) {
            if (message.find(fmt::format("\nTo: <{}@example.org>", name)) == std::string::npos) continue;
            for (const char* word : {"Se d=C3=A9sabonner", "Abbestellen", "\nUnsubscribe: http"}) {
                if (message.find(word) != std::string::npos) words[name] += word;
            }
        }
    }
    CHECK(words == std::map<std::string, std::string>{{"fr", "Se d=C3=A9sabonner"},
                                                      {"none", "Abbestellen"},
                                                      {"odd", "Abbestellen"},
                                                      {"en", "\nUnsubscribe: http"}});
}
