// The golden feeds read by Python's feedparser too: the same title, link, id, author, date and text, but
// where this says why not.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "feed/feed_parser.hpp"
#include "feed/text/feed_text.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

using namespace paperround;
using nlohmann::json;

namespace {

const std::filesystem::path folder = std::filesystem::path(test::source_folder()) / "tests/golden/feeds";

struct Difference {
    std::string fields;  // parted by spaces; "all": the feeds are not comparable
    std::string reason;
};
const std::map<std::string, Difference> differences{
    {"atom-content-elsewhere.xml",
     {"body link",
      "feedparser has no text for content that is elsewhere; we take the summary and the address"}},
    {"atom-enclosure.xml", {"link", "an entry without a page is its recording"}},
    {"atom-feed-author.xml", {"author", "an entry without author has the feed's (RFC 4287 §4.1.2)"}},
    {"atom-full.xml", {"author", "an entry without author has the feed's (RFC 4287 §4.1.2)"}},
    {"atom-link-registry-rel.xml", {"link", "feedparser knows the relation's short name only"}},
    {"atom-no-namespace.xml", {"id", "an id is compared as it is, never resolved (RFC 4287 §4.2.6)"}},
    {"atom-source-author.xml",
     {"author", "an entry without author has that of its source (RFC 4287 §4.2.1)"}},
    {"atom-types.xml", {"body", "a picture in base64 is no text to read"}},
    {"atom-xhtml-base.xml", {"id", "an id is compared as it is, never resolved (RFC 4287 §4.2.6)"}},
    {"bare-ampersands.xml",
     {"feed.title", "feedparser takes a bare ampersand for a reference without its semicolon"}},
    {"cut-in-an-item.xml", {"all", "half a post is none"}},
    {"damaged-utf8.xml", {"feed.title", "one damaged octet does not make a document windows-1252"}},
    {"dates-impossible.xml", {"published", "feedparser reads month 13 as the next year"}},
    {"dates-languages.xml", {"published", "feedparser knows no months in German, French or Russian"}},
    {"dates-loose.xml",
     {"published", "feedparser reads no dates in full words, and drops the day of slashed ones"}},
    {"dates-w3c.xml", {"published", "feedparser drops the time where there are no marks"}},
    {"dates-zones.xml", {"published", "feedparser takes all zones but the American ones as UTC"}},
    {"duplicate-ids.xml", {"all", "an item without anything is no post"}},
    {"encoding-windows-31j.xml", {"body feed.title title", "Python knows no encoding of that name"}},
    {"entities-declared-nested.xml", {"title", "entities that refer to entities are the stuff of bombs"}},
    {"entity-declared.xml",
     {"feed.title", "feedparser drops the reference to a file; we show it as written"}},
    {"itunes-episode.xml", {"link", "an item without a page is its recording"}},
    {"itunes-title-only.xml", {"title", "a title is a title"}},
    {"rss2-author-forms.xml", {"author", "quotes are not part of a name"}},
    {"rss2-authors.xml",
     {"author", "the author element gives way to dc:creator, and all of those are named"}},
    {"rss2-creator-with-markup.xml", {"author", "references in CDATA are meant as such"}},
    {"rss2-empty-content.xml", {"body", "content of white space is none"}},
    {"rss2-link-with-spaces.xml", {"link", "a space in an address is %20"}},
    {"rss2-media.xml", {"link", "an item without a page is its recording"}},
    {"rss2-xhtml-div.xml", {"body", "feedparser overlooks it"}},
    {"rss-queries-repaired.xml", {"feed.link link", "feedparser takes a bare ampersand for a reference"}},
    {"two-roots.xml", {"all", "a document has one root"}},
    {"utf8-says-utf16.xml", {"all", "feedparser believes the declaration"}},
};

std::string squeezed(std::string_view text) {
    std::string out = feed::plain_text(text, 20000);
    std::erase_if(out, [](char c) { return is_ascii_space(c); });
    return replace_all(out, "\u00a0", "");
}

json ours_of(const feed::Post& post) {
    return {{"id", post.id},
            {"link", post.link},
            {"title", post.title},
            {"author", post.author},
            {"published", post.published ? format_rfc3339(*post.published) : ""},
            {"body", post.html}};
}

// What differs, as "title", "0.author" …
std::set<std::string> differing(const feed::FeedResult& ours, const json& theirs) {
    std::set<std::string> found;
    if (squeezed(ours.title) != squeezed(theirs.at("title").get<std::string>())) found.insert("feed.title");
    if (ours.link != theirs.at("link")) found.insert("feed.link");
    const json& entries = theirs.at("entries");
    if (ours.posts.size() != entries.size()) return {"all"};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const json mine = ours_of(ours.posts[i]);
        for (const auto& [field, value] : entries[i].items()) {
            // It gives no id where the link is one, and takes any id for a link.
            if (field == "id" && value == "") continue;
            if (field == "link" && mine.at(field) == "" && !value.get<std::string>().starts_with("http"))
                continue;
            const auto text = mine.at(field).get<std::string>();
            const bool same =
                field == "title"
                    ? squeezed(escape_html(text)) == squeezed(escape_html(value.get<std::string>()))
                : field == "body" ? squeezed(text) == squeezed(escape_html(value.get<std::string>()))
                                  : text == value;
            if (!same) found.insert(field);
        }
    }
    return found;
}

std::string joined(const std::set<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : " ") + name;
    return out;
}

}  // namespace

TEST_CASE("feedparser finds the same in the golden feeds") {
    const auto done =
        test::run({test::python, test::source_folder() + "/tests/support/verify/feedparser_fields.py",
                   folder.string()});
    INFO(done.errors);
    REQUIRE(done.status == 0);
    const json theirs = json::parse(done.output);
    CHECK(theirs.size() >= 110);
    for (const auto& [name, feed] : theirs.items()) {
        const auto ours = feed::parse_feed(test::slurp(folder / name),
                                           "https://feeds.example.net/notes/feed.xml", "application/xml");
        const auto allowed = differences.find(name);
        INFO(name << "\nfeedparser: " << feed.dump(1));
        json mine = json::array();
        for (const auto& post : ours.posts) mine.push_back(ours_of(post));
        INFO("paperround: " << ours.title << " " << ours.link << " " << mine.dump(1));
        CHECK(joined(differing(ours, feed)) == (allowed == differences.end() ? "" : allowed->second.fields));
    }
    for (const auto& [name, difference] : differences) {
        INFO(name << " is listed, and is no feed");
        CHECK(theirs.contains(name));
        CHECK_FALSE(difference.reason.empty());
    }
}
