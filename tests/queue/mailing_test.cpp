#include "queue/mailing.hpp"

#include <catch2/catch.hpp>

using namespace paperround::queue;

TEST_CASE("each state of a delivery has a name of its own, which names it again") {
    for (int number = 0; number <= static_cast<int>(DeliveryState::left); ++number) {
        const auto state = static_cast<DeliveryState>(number);
        CHECK(to_string(state) != "?");
        CHECK(parse_delivery_state(to_string(state)) == state);
    }
    CHECK_FALSE(parse_delivery_state("lost").has_value());
}

TEST_CASE("each state of a mailing has a name of its own, which names it again") {
    for (int number = 0; number <= static_cast<int>(MailingState::done); ++number) {
        const auto state = static_cast<MailingState>(number);
        CHECK(to_string(state) != "?");
        CHECK(parse_mailing_state(to_string(state)) == state);
    }
    CHECK_FALSE(parse_mailing_state("lost").has_value());
}

TEST_CASE("a delivery is final once it is sent or given up") {
    CHECK_FALSE(is_final(DeliveryState::queued));
    CHECK_FALSE(is_final(DeliveryState::sending));
    CHECK_FALSE(is_final(DeliveryState::deferred));
    CHECK_FALSE(is_final(DeliveryState::in_doubt));
    CHECK_FALSE(is_final(DeliveryState::held));
    CHECK(is_final(DeliveryState::sent));
    CHECK(is_final(DeliveryState::bounced));
    CHECK(is_final(DeliveryState::refused));
    CHECK(is_final(DeliveryState::expired));
    CHECK(is_final(DeliveryState::suppressed));
    CHECK(is_final(DeliveryState::cancelled));
    CHECK(is_final(DeliveryState::left));
}

TEST_CASE("all deliveries of a mailing are in its total") {
    CHECK(Progress{.waiting = 1, .sending = 2, .held = 4, .sent = 8, .failed = 16, .dropped = 32}.total() ==
          63);
}

TEST_CASE("a Message-ID names the mailing and the delivery, at the sender's domain") {
    CHECK(message_id({"abcdefghijklmnop", ""}, 42, "example.org") == "abcdefghijklmnop.42@example.org");
}

TEST_CASE("a seal marks each Message-ID, so that nobody can make another one") {
    // printf 42 | openssl dgst -sha256 -hmac seal -binary | head -c 8 | base32
    CHECK(message_id({"abcdefghijklmnop", "seal"}, 42, "example.org") ==
          "abcdefghijklmnop.42.af3xglnzmiouy@example.org");
    CHECK(message_id_local_part({"abcdefghijklmnop", "seal"}, 42) == "abcdefghijklmnop.42.af3xglnzmiouy");
    CHECK(message_id_local_part({"abcdefghijklmnop", "seal"}, 43).substr(20) != "af3xglnzmiouy");
    CHECK(message_id_local_part({"abcdefghijklmnop", "other"}, 42).substr(20) != "af3xglnzmiouy");
}
