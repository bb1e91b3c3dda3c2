#include "pipeline/intake/picture_learning.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <new>

#include "base/picture/picture_size.hpp"

using namespace paperround;
using namespace std::string_literals;

namespace {

const std::string gif = "GIF89a\x40\x01\xC8\0"s;  // 320 by 200

// Gives prepared responses, and records the requests.
struct Pictures : net::HttpClient {
    Result<net::HttpResponse, net::HttpError> get(const net::HttpRequest& request) override {
        asked.push_back(request);
        if (out_of_memory) throw std::bad_alloc();
        const auto found = bodies.find(request.url);
        if (found == bodies.end()) return failure(net::HttpError{net::HttpError::Code::timeout, "no answer"});
        net::HttpResponse response;
        response.status = status;
        response.body = found->second;
        return response;
    }
    std::map<std::string, std::string> bodies;
    std::vector<net::HttpRequest> asked;
    int status = 200;
    bool out_of_memory = false;
};

feed::Post post_with(const std::string& html, const std::string& image = "") {
    feed::Post post;
    post.link = "https://e.org/a";
    post.image = image;
    post.html = html;
    return post;
}

}  // namespace

TEST_CASE("what a mail will show and whose width is not said is looked at") {
    Pictures http;
    http.bodies["https://e.org/one.gif"] = gif;
    http.bodies["https://e.org/lead.gif"] = gif;
    const auto sizes = pipeline::learn_pictures(
        http,
        post_with("<img src=/one.gif><img src=/one.gif?><img src=/two.gif width=300><img src=/gone.gif>"
                  "<img src=https://pixel.wp.com/b.gif>",
                  "https://e.org/lead.gif"),
        "https://e.org/feed");
    CHECK(sizes ==
          PictureSizes{{"https://e.org/lead.gif", {320, 200}}, {"https://e.org/one.gif", {320, 200}}});
    CHECK(http.asked.size() == 4);  // the lead, one, the other, and the missing one
}
TEST_CASE("of a picture the first octets are asked for, on the public internet") {
    Pictures http;
    (void)pipeline::learn_pictures(http, post_with("<img src=http://10.0.0.1/a.png>"), "https://e.org/feed");
    REQUIRE(http.asked.size() == 1);
    CHECK(http.asked[0].head_only);
    CHECK(http.asked[0].body_limit == picture_head);
    CHECK(http.asked[0].reach == net::Reach::public_only);
    CHECK(http.asked[0].timeout <= std::chrono::seconds(10));
}
TEST_CASE("the server that the source is read from may stand inside, and no other port or scheme of it") {
    Pictures http;
    (void)pipeline::learn_pictures(http,
                                   post_with("<img src=http://intra:8080/a.png><img "
                                             "src=http://intra:22/b.png><img src=https://intra:8080/c.png>"),
                                   "http://intra:8080/feed");
    REQUIRE(http.asked.size() == 3);
    CHECK(http.asked[0].reach == net::Reach::anywhere);
    CHECK(http.asked[1].reach == net::Reach::public_only);
    CHECK(http.asked[2].reach == net::Reach::public_only);
    (void)pipeline::learn_pictures(http, post_with("<img src=http://intra/a.png>"), "/srv/posts");
    CHECK(http.asked[3].reach == net::Reach::public_only);
}
TEST_CASE("a post of many pictures asks for twenty") {
    Pictures http;
    std::string html;
    for (int i = 0; i < 1000; ++i) html += "<img src=/" + std::to_string(i) + ".png>";
    (void)pipeline::learn_pictures(http, post_with(html), "");
    CHECK(http.asked.size() == 20);
}
TEST_CASE("a page in the place of a picture, and an error, tell nothing") {
    Pictures http;
    http.bodies["https://e.org/a.png"] = "<!DOCTYPE html><title>Log in</title>";
    CHECK(pipeline::learn_pictures(http, post_with("<img src=/a.png>"), "").empty());
    http.bodies["https://e.org/a.png"] = gif;
    http.status = 404;
    CHECK(pipeline::learn_pictures(http, post_with("<img src=/a.png>"), "").empty());
}
TEST_CASE("a post for which there is not enough memory goes without what was not learnt") {
    Pictures http;
    http.out_of_memory = true;
    CHECK(pipeline::learn_pictures(http, post_with("<img src=/a.png>"), "").empty());
}
TEST_CASE("a post that no mail can show asks for nothing") {
    Pictures http;
    CHECK(pipeline::learn_pictures(http, post_with(std::string(11U << 20U, 'x') + "<img src=/a.png>"), "")
              .empty());
    CHECK(http.asked.empty());
}
