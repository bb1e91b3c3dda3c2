#include "bounce/webhook/sns_message.hpp"

#include <catch2/catch.hpp>

#include "base/encoding.hpp"

using namespace paperround;
using namespace paperround::bounce;

namespace {

std::string notification(const std::string& version = "1", const std::string& subject = "") {
    return R"({"Type":"Notification","MessageId":"da41e39f-ea4d-435a-b922-c6aae3915ebe",)" + subject +
           R"("TopicArn":"arn:aws:sns:us-west-2:123456789012:MyTopic","Message":"test\nmessage",
        "Timestamp":"2012-04-25T21:49:25.719Z","SignatureVersion":")" +
           version + R"(","Signature":")" + base64("sig") +
           R"(","SigningCertURL":"https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem",
        "UnsubscribeURL":"https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe"})";
}

}  // namespace

TEST_CASE("a notification is signed in the order of its fields' names, without those that are not there") {
    const auto message = parse_sns(notification());
    REQUIRE(message);
    CHECK(message->type == SnsMessage::Type::notification);
    CHECK(message->topic == "arn:aws:sns:us-west-2:123456789012:MyTopic");
    CHECK(message->message == "test\nmessage");
    CHECK(message->hash == Hash::sha1);
    CHECK(message->signature == "sig");
    CHECK(message->signed_text ==
          "Message\ntest\nmessage\nMessageId\nda41e39f-ea4d-435a-b922-c6aae3915ebe\n"
          "Timestamp\n2012-04-25T21:49:25.719Z\nTopicArn\narn:aws:sns:us-west-2:123456789012:MyTopic\n"
          "Type\nNotification\n");
    CHECK(parse_sns(notification("2"))->hash == Hash::sha256);
    CHECK(parse_sns(notification("1", R"("Subject":"Hello",)"))->signed_text.find("\nSubject\nHello\n") !=
          std::string::npos);
}

TEST_CASE("a question about the subscription signs its address and token") {
    const auto message = parse_sns(
        R"({"Type":"SubscriptionConfirmation","MessageId":"165545c9","Token":"2336412f37","TopicArn":"arn:aws:sns:us-west-2:123456789012:MyTopic",
            "Message":"You have chosen to subscribe","SubscribeURL":"https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription",
            "Timestamp":"2012-04-26T20:45:04.751Z","SignatureVersion":"1","Signature":"c2ln","SigningCertURL":"x"})");
    REQUIRE(message);
    CHECK(message->type == SnsMessage::Type::subscription);
    CHECK(message->signed_text ==
          "Message\nYou have chosen to subscribe\nMessageId\n165545c9\n"
          "SubscribeURL\nhttps://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription\n"
          "Timestamp\n2012-04-26T20:45:04.751Z\nToken\n2336412f37\n"
          "TopicArn\narn:aws:sns:us-west-2:123456789012:MyTopic\nType\nSubscriptionConfirmation\n");
}

TEST_CASE("other versions, types and forms are no message") {
    CHECK_FALSE(parse_sns(notification("3")));
    CHECK_FALSE(parse_sns(notification("")));
    CHECK_FALSE(parse_sns("{}"));
    CHECK_FALSE(parse_sns("[]"));
    CHECK_FALSE(parse_sns("none"));
    CHECK_FALSE(parse_sns(
        R"({"Type":"Other","Timestamp":"2012-04-25T21:49:25Z","Signature":"c2ln","SignatureVersion":"1"})"));
}

TEST_CASE("certificates and confirmations come from Amazon alone") {
    CHECK(is_sns_certificate_url("https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3.pem"));
    CHECK(is_sns_certificate_url("https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-f3.pem"));
    CHECK(is_sns_url("https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2"));
    for (const std::string url :
         {"http://sns.us-west-2.amazonaws.com/a.pem",
          "https://sns.us-west-2.amazonaws.com.evil.example/a.pem",
          "https://evil.example/sns.us-west-2.amazonaws.com/a.pem",
          "https://sns.us-west-2.amazonaws.com@evil.example/a.pem",
          "https://evil.example#sns.us-west-2.amazonaws.com/a.pem",
          "https://sns.us-west-2.amazonaws.com:8443/a.pem", "https://s3.us-west-2.amazonaws.com/a.pem",
          "https://sns.evil.example.amazonaws.com/a.pem", "https://sns..amazonaws.com/a.pem",
          "https://sns.amazonaws.com/a.pem", "https://sns.a.b.amazonaws.com/a.pem",
          "https://SNS.us-west-2.amazonaws.com/a.pem", "https://user:x@sns.us-west-2.amazonaws.com/a.pem",
          "https://sns.us-west-2.amazonaws.com\\@evil.example/a.pem",
          "https://sns.us-west-2.amazonaws.com\n/a.pem", "", "https://"}) {
        INFO(url);
        CHECK_FALSE(is_sns_certificate_url(url));
    }
    CHECK_FALSE(is_sns_certificate_url("https://sns.us-west-2.amazonaws.com/a.pem?x=1"));
    CHECK_FALSE(is_sns_certificate_url("https://sns.us-west-2.amazonaws.com/?x=a.pem"));
    CHECK_FALSE(is_sns_certificate_url("https://sns.us-west-2.amazonaws.com/a.txt"));
}
