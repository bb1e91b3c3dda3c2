// Every feed in tests/golden/feeds against what a careful reader would say it holds (the `.expected` file
// beside it: fields that are not named are empty; "warnings" is a number, or "some").
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "base/utf8.hpp"
#include "feed/feed_parser.hpp"
#include "support/places.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using nlohmann::json;

namespace {

const std::filesystem::path folder = std::filesystem::path(test::source_folder()) / "tests/golden/feeds";

json fields(const feed::Post& post) {
    json out{{"id", post.id},         {"link", post.link},
             {"title", post.title},   {"subtitle", post.subtitle},
             {"author", post.author}, {"published", post.published ? format_rfc3339(*post.published) : ""},
             {"image", post.image},   {"html", post.html}};
    std::erase_if(out.get_ref<json::object_t&>(), [](const auto& member) { return member.second == ""; });
    if (!post.tags.empty()) out["tags"] = post.tags;
    return out;
}

}  // namespace

TEST_CASE("every golden feed gives what a careful reader finds in it") {
    int feeds = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".expected") continue;
        ++feeds;
        INFO(entry.path().filename().string());
        auto expectation = entry.path();
        const json expected = json::parse(test::slurp(expectation.replace_extension(".expected")));
        const auto result =
            feed::parse_feed(test::slurp(entry.path()), "https://feeds.example.net/notes/feed.xml", "");
        std::string warnings;
        for (const auto& warning : result.warnings) warnings += warning.to_line() + "\n";
        INFO(warnings);
        CHECK((result.error ? result.error->to_line() : "") == expected.value("error", ""));
        CHECK(result.title == expected.value("title", ""));
        CHECK(result.link == expected.value("link", ""));
        CHECK(result.complete == expected.value("complete", !expected.contains("error")));
        json posts = json::array();
        for (const auto& post : result.posts) posts.push_back(fields(post));
        CHECK(posts.dump(1) == expected.at("posts").dump(1));
        const json wanted = expected.value("warnings", json(0));
        CHECK((wanted == "some" ? !result.warnings.empty() : json(result.warnings.size()) == wanted));
        CHECK(is_utf8(warnings));
    }
    CHECK(feeds >= 150);
}
