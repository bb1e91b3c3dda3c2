#include "email/mime/inline_picture.hpp"

#include <catch2/catch.hpp>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "email/mail_check.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::email;
using namespace paperround::test;

namespace {

const std::string octets("\x89PNG\r\n\x1A\n\0.\r\n.\r\n--=_\n", 20);

InlinePicture boat() {
    return inline_picture(octets, "image/png", "boat.png", "example.org");
}

// A post that shows the boat, and no other picture of the mailing's.
MailingContent with_boat() {
    MailingContent content = sample_content();
    content.pictures = {boat(), inline_picture("GIF89a", "image/gif", "other.gif", "example.org")};
    content.posts.front().html =
        "<p>Look: <img src=\"" + cid_url(boat()) + "\" alt=\"A boat\" width=\"900\"></p>";
    return content;
}

}  // namespace

TEST_CASE("a picture is encoded once, and known by its name and its octets") {
    CHECK(replace_all(boat().body, "\r\n", "") == base64(octets));
    CHECK(boat() == boat());
    CHECK(boat().id.starts_with("boat-png."));
    CHECK(boat().id.ends_with("@example.org"));
    CHECK(inline_picture("other", "image/png", "boat.png", "example.org").id != boat().id);
}

TEST_CASE("a file is called what every header takes") {
    const auto name = [](std::string_view file) {
        return inline_picture("x", "image/jpeg", file, "e.org").name;
    };
    CHECK(name("A boat (1).JPG") == "A-boat-1.jpeg");
    CHECK(name("\u05e1\u05d9\u05e8\u05d4.png") == "picture.jpeg");
    CHECK(name("a\"\r\nBcc: x.png") == "a-Bcc-x.jpeg");
    CHECK(name("...") == "picture.jpeg");
    CHECK(name(std::string(500, 'a')).size() == 45);
}

TEST_CASE("the HTML part and the pictures that it shows are a multipart/related within the alternatives") {
    const std::string message = composed(with_boat());
    const auto at = [&](std::string_view text) { return message.find(text); };
    CHECK(at("Content-Type: multipart/alternative; boundary=\"=_") < at("Content-Type: text/plain"));
    CHECK(at("Content-Type: text/plain") < at("Content-Type: multipart/related; type=\"text/html\";"));
    CHECK(at("Content-Type: multipart/related") < at("Content-Type: text/html"));
    CHECK(at("Content-Type: text/html") < at("Content-Type: image/png;\r\n name=\"boat.png\"\r\n"));
    CHECK(at("Content-ID: <" + boat().id +
             ">\r\nContent-Disposition: inline;\r\n filename=\"boat.png\"\r\n\r\n" + boat().body + "--=_r") !=
          std::string::npos);
    CHECK(at("image/gif") == std::string::npos);
    CHECK(html_of(rendered(with_boat()), sample_recipient()).find("src=\"" + cid_url(boat()) + "\"") !=
          std::string::npos);
    CHECK(text_of(rendered(with_boat()), sample_recipient()).find("[A boat]") != std::string::npos);
}

TEST_CASE("a mailing without pictures has no related part, and a cid that no picture has shows nothing") {
    CHECK(composed(sample_content()).find("multipart/related") == std::string::npos);
    MailingContent content = with_boat();
    content.pictures.clear();
    CHECK(composed(content).find("multipart/related") == std::string::npos);
    CHECK(html_of(rendered(content), sample_recipient()).find("cid:") == std::string::npos);
}

TEST_CASE("the front matter's picture may be one that is sent with the mail") {
    for (const char* name : {"default", "digest", "plain"}) {
        MailingContent content = with_boat();
        content.posts.front().html = "<p>x</p>";
        content.posts.front().image = cid_url(boat());
        CHECK(rendered(content, name).pictures() == InlinePictures{boat()});
    }
}

TEST_CASE("no line of a message with pictures is longer than 998 octets, or ends without CR") {
    const std::string message = composed(with_boat());
    std::size_t begin = 0;
    for (auto end = message.find('\n'); end != std::string::npos; end = message.find('\n', begin)) {
        CHECK(end - begin < 1000);
        CHECK(message[end - 1] == '\r');
        begin = end + 1;
    }
    CHECK(begin == message.size());
}

TEST_CASE("a browser shows the picture itself") {
    const auto mailing = rendered(with_boat());
    const std::string html = browsable_html_of(mailing, sample_recipient());
    CHECK(html.find("src=\"data:image/png;base64," + base64(octets) + "\"") != std::string::npos);
    CHECK(html.find("cid:") == std::string::npos);
}

TEST_CASE("kept pictures are the same again, and what is damaged is none") {
    const InlinePictures pictures = with_boat().pictures;
    const std::string packed = pack(pictures);
    CHECK(unpack_pictures(packed) == pictures);
    CHECK(unpack_pictures(pack(InlinePictures{})) == InlinePictures{});
    for (std::size_t size = 0; size < packed.size(); size += 5)
        CHECK_FALSE(unpack_pictures(packed.substr(0, size)));
}

TEST_CASE("a letter made of what was kept carries the same pictures") {
    const auto mailing = rendered(with_boat());
    const RenderedMailing again(
        *unpack(pack(mailing.edition())),
        std::make_shared<const InlinePictures>(*unpack_pictures(pack(mailing.pictures()))));
    CHECK(compose(again, sample_recipient()) == compose(mailing, sample_recipient()));
}

TEST_CASE("a picture that is sent with the mail wants a description too, and is nothing to fetch") {
    MailingContent content = with_boat();
    content.posts.front().html = "<img src=\"" + cid_url(boat()) + "\">";
    const auto mailing = rendered(content);
    const std::string html = html_of(mailing, sample_recipient());
    const auto findings = check_mail({mailing.subject(), html, text_of(mailing, sample_recipient())});
    CHECK(std::ranges::count(findings, "alt", &Finding::code) == 1);
    CHECK(references_of(html).images.empty());
}
