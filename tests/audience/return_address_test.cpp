#include <catch2/catch.hpp>

#include "audience/token.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

using namespace paperround;
using namespace paperround::audience;
using namespace std::chrono_literals;

namespace {

const Time day = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1);
const TokenSigner signer(std::string(32, 's'));

std::string made(Purpose purpose, std::int64_t delivery = 17, Time when = day + 9h) {
    return signer.sign(ReturnAddress{.purpose = purpose, .delivery_id = delivery, .made = when});
}

}  // namespace

TEST_CASE("a return path names its delivery and its day") {
    CHECK(signer.verify_return(made(Purpose::bounce), day + 24h) ==
          ReturnAddress{.purpose = Purpose::bounce, .delivery_id = 17, .made = day});
}

TEST_CASE("a return path is a local part in lower-case base32, however large its number") {
    for (const std::int64_t delivery :
         {std::int64_t{0}, std::int64_t{17}, std::numeric_limits<std::int64_t>::max()}) {
        const std::string local = made(Purpose::bounce, delivery);
        CHECK(local.size() <= 64);
        CHECK(local.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string::npos);
        CHECK(signer.verify_return(local, day)->delivery_id == delivery);
    }
}

TEST_CASE("a return path is understood in capitals") {
    CHECK(signer.verify_return(ascii_upper(made(Purpose::bounce)), day));
}

TEST_CASE("a return path is understood for 90 days, an address to leave for ever") {
    CHECK(signer.verify_return(made(Purpose::bounce), day + 90 * 24h + 9h));
    CHECK_FALSE(signer.verify_return(made(Purpose::bounce), day + 92 * 24h));
    CHECK(signer.verify_return(made(Purpose::leave_by_mail), day + 9000 * 24h)->purpose ==
          Purpose::leave_by_mail);
}

TEST_CASE("a return path that anybody else made, or changed, is none") {
    std::string altered = made(Purpose::bounce);
    for (char& c : altered) {
        const char before = c;
        c = c == 'a' ? 'b' : 'a';
        CHECK_FALSE(signer.verify_return(altered, day));
        c = before;
    }
    CHECK_FALSE(TokenSigner(std::string(32, 'x')).verify_return(altered, day));
    CHECK_FALSE(signer.verify_return(altered.substr(1), day));
    CHECK_FALSE(signer.verify_return("", day));
    CHECK_FALSE(signer.verify_return(std::string(64, 'a'), day));
    CHECK_FALSE(signer.verify_return(std::string(5000, 'a'), day));
}

TEST_CASE("a link is no return path, and a return path no link") {
    const std::string link = signer.sign(Token{.newsletter = "notes", .subscriber_id = 1, .mailing_id = 1});
    CHECK_FALSE(signer.verify_return(link, day));
    const auto octets = decode_base64url(link);
    CHECK_FALSE(signer.verify_return(base32(*octets), day));
    CHECK_FALSE(signer.verify(Purpose::leave, base64url(*decode_base32(made(Purpose::bounce)))));
}
