// The sizes of pictures, from the source to the mail.
#include "integration/daemon_fixture.hpp"
#include "support/web_server.hpp"

using namespace paperround::test;

namespace {

// 1280 × 100 pixels.
constexpr const char* gif = R"("body": "GIF89a\u0000\u0005\u0064\u0000")";

struct Pictures : DaemonFixture {
    // The HTML of a post's mail with one picture.
    std::string mail(const std::string& newsletter = "") {
        web.serve(fmt::format(
            R"({{"/feed.xml": [{{"body": "<rss version=\"2.0\"><channel><title>T</title><item><guid>1</guid>)"
            R"(<title>A walk</title><link>{0}</link><description>&lt;img src='{1}' alt='x'&gt;</description>)"
            R"(</item></channel></rss>"}}], "/a.gif": [{{{2}}}]}})",
            web.url("/post"), web.url("/a.gif"), gif));
        configure({.relay_port = server.port(), .feed = web.url("/feed.xml"), .newsletter = newsletter});
        import_readers(1);
        REQUIRE(command({"run", "--once"}).status == 0);
        const auto letter = command({"preview", "--mailing", "1"});
        REQUIRE(letter.status == 0);
        return letter.output;
    }
    [[nodiscard]] bool asked_for_picture() const { return web.log().find("/a.gif") != std::string::npos; }

    WebServer web{"{}"};
    AiosmtpdServer server{{}};
};

}  // namespace

TEST_CASE_METHOD(Pictures, "a mail says how wide a picture is whose page did not say it") {
    const std::string html = mail();
    CHECK(asked_for_picture());
    CHECK(html.find("alt=\"x\" width=\"520\" height=\"40\"") != std::string::npos);
    CHECK(html.find("class=\"full\" href=\"" + web.url("/a.gif")) != std::string::npos);
}

TEST_CASE_METHOD(Pictures, "pictures are not asked for where the newsletter does not want it") {
    const std::string html = mail("fetch_pictures: false");
    CHECK_FALSE(asked_for_picture());
    CHECK(html.find("width=\"520\"") == std::string::npos);
}
