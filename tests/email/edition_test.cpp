#include "email/edition.hpp"

#include <catch2/catch.hpp>

#include "base/compression.hpp"
#include "email/sample.hpp"

using namespace paperround;
using namespace paperround::email;
using namespace paperround::test;

namespace {
Edition sample_edition() {
    return rendered(sample_content()).edition();
}
}  // namespace

TEST_CASE("a letter that was kept is the same, octet by octet") {
    const auto letter = rendered(sample_content());
    const auto kept = unpack(pack(letter.edition()));
    REQUIRE(kept.has_value());
    CHECK(*kept == letter.edition());
    const RenderedMailing again(*kept);
    CHECK(compose(again, sample_recipient()) == compose(letter, sample_recipient()));
    CHECK(again.subject() == letter.subject());
    CHECK(text_of(again, sample_recipient()) == text_of(letter, sample_recipient()));
}
TEST_CASE("octets that are no UTF-8 are kept too, and so are marks") {
    Edition edition = sample_edition();
    edition.subject = "\xff\x01\n";
    edition.text = "a" + mark_of(0) + "b" + mark_of(1);
    edition.text_fields = {{.kind = MergeField::Kind::attribute, .attribute = "city", .fallback = "\xfe"},
                           {.kind = MergeField::Kind::unsubscribe_url, .escape_html = true}};
    CHECK(unpack(pack(edition)) == edition);
}
TEST_CASE("a kept letter that is damaged is no letter") {
    const std::string sound = pack(sample_edition());
    for (std::size_t size = 0; size < sound.size(); size += 7) CHECK_FALSE(unpack(sound.substr(0, size)));
    CHECK_FALSE(unpack(compressed("\x80")));
    CHECK_FALSE(unpack(compressed("\x81\x02")));
    Edition unmarked = sample_edition();
    unmarked.text_fields.clear();
    unmarked.text = mark_of(3);
    CHECK_FALSE(unpack(pack(unmarked)));
    CHECK_FALSE(unpack(compressed(std::string(33U << 20U, 'x'))));
}
