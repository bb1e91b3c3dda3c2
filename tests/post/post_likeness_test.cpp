#include "post/post_likeness.hpp"

#include <catch2/catch.hpp>

using namespace paperround;
using namespace paperround::post;

TEST_CASE("a link is the same under another scheme, with www, a slash or tracking parameters") {
    CHECK(link_key("http://www.example.org/a/?utm_source=x&id=1&fbclid=2#top") == "example.org/a?id=1");
    CHECK(link_key("https://example.org/a?id=1") == "example.org/a?id=1");
    CHECK(link_key("https://example.org:8443/") == "example.org:8443");
    CHECK(link_key("https://example.org/a?id=2") != link_key("https://example.org/a?id=1"));
    CHECK(link_key("https://example.org/a/#comment-5") == "example.org/a#comment-5");
    CHECK(link_key("https://example.org/a?at_medium=RSS&at_campaign=x&id=1") == "example.org/a?id=1");
    CHECK(link_key("https://example.org/a?partner=rss&emc=RSS2&wt_mc=rss.red") == "example.org/a");
    CHECK(link_key("https://example.org/caf%c3%a9") == link_key("https://example.org/café"));
    CHECK(link_key("https://example.org/caf%C3%A9") == link_key("https://example.org/café"));
    CHECK(link_key("mailto:a@example.org").empty());
    CHECK(path_key("https://old.example/2026/a/") == "/2026/a");
    CHECK(path_key("/2026/a") == "/2026/a");
}

TEST_CASE("a text is the same wherever its pictures are, and whatever its markup") {
    const feed::Post a{.title = "T",
                       .html = "<p>One <b>two</b></p><img src=\"http://www.example.org/i.jpg\">"};
    const feed::Post b{
        .title = "T",
        .html = "<div>One two</div>\n<img alt='' src='https://new.example/i.jpg?utm_medium=x'>"};
    CHECK(text_key(a) == text_key(b));
    const feed::Post other_picture{.title = "T",
                                   .html = "<p>One two</p><img src=\"http://www.example.org/j.jpg\">"};
    CHECK(text_key(a) != text_key(other_picture));
    const feed::Post other_title{.title = "U", .html = a.html};
    CHECK(text_key(a) != text_key(other_title));
    CHECK(text_key(feed::Post{}).empty());
}

TEST_CASE("likeness is the share of pairs of words in both") {
    CHECK(likeness_of("<p>one two three</p>", "one two three").of_all == 1.0);
    CHECK(likeness_of("one two three", "four five six").of_all == 0.0);
    CHECK(likeness_of("the ferry sails at nine in the morning", "the ferry sails at ten in the morning")
              .of_all > 0.5);
    CHECK(likeness_of("", "").of_all == 1.0);
    CHECK(likeness_of("the ferry sails", "the ferry sails at ten in the morning").of_shorter == 1.0);
    CHECK(likeness_of("", "the ferry sails").of_shorter == 0.0);
}
