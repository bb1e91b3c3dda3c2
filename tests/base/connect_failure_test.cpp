#include "base/connect_failure.hpp"

#include <openssl/x509_vfy.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <set>

using namespace paperround;

namespace {
bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}
}  // namespace

TEST_CASE("each failure to connect has words of its own") {
    std::set<std::string> words;
    const std::vector<std::pair<int, std::string>> expected{
        {ECONNREFUSED, "connection refused"},
        {ECONNRESET, "reset"},
        {ETIMEDOUT, "no answer"},
        {ENETUNREACH, "network unreachable"},
        {EHOSTUNREACH, "host unreachable"},
        {EADDRNOTAVAIL, "no local ports left"},
        {EMFILE, "no file descriptors left in this process"},
        {ENFILE, "no file descriptors left on this machine"},
        {ENOBUFS, "no memory left"},
        {EPERM, "forbidden"},
        {EAFNOSUPPORT, "address family"}};
    for (const auto& [error, part] : expected) {
        const std::string text = connect_failure(error, "mx.example.org port 25");
        CAPTURE(text);
        CHECK(text.starts_with("mx.example.org port 25: "));
        CHECK(contains(text, part));
        CHECK(words.insert(text).second);
    }
}

TEST_CASE("an error that nobody expects has the system's words and its number") {
    CHECK(connect_failure(EPROTO, "x port 1") == "x port 1: Protocol error (errno 71)");
}

TEST_CASE("a certificate that is not accepted says why and what to do") {
    const std::string host = "mx.example.org";
    CHECK(
        certificate_failure(X509_V_ERR_CERT_HAS_EXPIRED, host, "words").starts_with("certificate expired: "));
    CHECK(certificate_failure(X509_V_ERR_CERT_HAS_EXPIRED, host, "words").ends_with(" (words)"));
    CHECK(certificate_failure(X509_V_ERR_CERT_NOT_YET_VALID, host, "w")
              .starts_with("certificate not valid yet: "));
    CHECK(certificate_failure(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, host, "w")
              .starts_with("certificate self-signed: "));
    CHECK(contains(certificate_failure(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, host, "w"), "ca_file"));
    CHECK(certificate_failure(X509_V_OK, host, "w") ==
          "certificate bears another name than mx.example.org: set url to the name it has (w)");
    CHECK(certificate_failure(X509_V_ERR_CERT_UNTRUSTED, host, "not trusted") ==
          "certificate not accepted (not trusted)");
}

TEST_CASE("a server that greets where TLS was to begin is told from one whose TLS fails") {
    const std::string words = "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number";
    CHECK(tls_failure(words, true).starts_with("the server does not speak TLS there from the first octet: "));
    CHECK(contains(tls_failure(words, true), "smtp://"));
    CHECK(contains(tls_failure(words, true), "(" + words + ")"));
    CHECK_FALSE(contains(tls_failure(words, false), "smtp://"));
    CHECK(tls_failure("handshake failure", true) == "handshake failure");
}

TEST_CASE("what this machine lacks or forbids is told from what happens on the way and at the server") {
    for (const int ours : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EACCES, EPERM})
        CHECK(is_of_this_machine(ours));
    for (const int others : {0, ECONNREFUSED, ECONNRESET, ETIMEDOUT, ENETUNREACH, EHOSTUNREACH})
        CHECK_FALSE(is_of_this_machine(others));
}
