#include "net/mx_reply.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace paperround::net;
using namespace std::chrono_literals;
using Kind = MxAnswer::Kind;

namespace {

struct Record {
    unsigned preference;
    std::string host;  // in dotted form; empty: the root
    std::uint32_t ttl = 3600;
};

void add_number(std::string& out, std::uint32_t value, int octets) {
    for (int i = octets - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}
void add_name(std::string& out, const std::string& dotted) {
    for (std::size_t begin = 0; begin < dotted.size();) {
        const std::size_t end = std::min(dotted.find('.', begin), dotted.size());
        out += static_cast<char>(end - begin);
        out += dotted.substr(begin, end - begin);
        begin = end + 1;
    }
    out += '\0';
}

// A reply for example.org, made by hand (RFC 1035 §4.1).
std::string reply_with(const std::vector<Record>& records, const std::string& alias = {}) {
    std::string out("\x12\x34\x81\x80\x00\x01", 6);
    add_number(out, static_cast<std::uint32_t>(records.size()) + (alias.empty() ? 0U : 1U), 2);
    add_number(out, 0, 4);
    add_name(out, "example.org");
    add_number(out, 15, 2);
    add_number(out, 1, 2);
    if (!alias.empty()) {
        std::string target;
        add_name(target, alias);
        out += "\xc0\x0c";
        add_number(out, 5, 2);
        add_number(out, 1, 2);
        add_number(out, 300, 4);
        add_number(out, static_cast<std::uint32_t>(target.size()), 2);
        out += target;
    }
    for (const Record& record : records) {
        std::string data;
        add_number(data, record.preference, 2);
        add_name(data, record.host);
        if (alias.empty()) {
            out += "\xc0\x0c";
        } else {
            add_name(out, alias);
        }
        add_number(out, 15, 2);
        add_number(out, 1, 2);
        add_number(out, record.ttl, 4);
        add_number(out, static_cast<std::uint32_t>(data.size()), 2);
        out += data;
    }
    return out;
}

MxAnswer read(const std::string& reply) {
    return read_mx_reply({reinterpret_cast<const unsigned char*>(reply.data()), reply.size()});
}

}  // namespace

TEST_CASE("the MX with the lowest preference is the best") {
    const auto answer =
        read(reply_with({{20, "b.example.net"}, {10, "ASPMX.L.Google.com"}, {30, "c.example.net"}}));
    CHECK(answer == MxAnswer{Kind::found, "aspmx.l.google.com", 3600s});
}

TEST_CASE("of equally good ones the first in the alphabet is taken, however they are turned") {
    CHECK(read(reply_with({{10, "b.example.net"}, {10, "a.example.net"}})).host == "a.example.net");
    CHECK(read(reply_with({{10, "a.example.net"}, {10, "b.example.net"}})).host == "a.example.net");
}

TEST_CASE("an answer lives as long as the shortest of its records") {
    CHECK(read(reply_with({{10, "a.example.net", 86400}, {20, "b.example.net", 60}})).ttl == 60s);
}

TEST_CASE("a null MX and a reply without MX say that there is no server") {
    CHECK(read(reply_with({{0, ""}})).kind == Kind::none);
    CHECK(read(reply_with({})).kind == Kind::none);
}

TEST_CASE("an alias leads to the MX of its target") {
    CHECK(read(reply_with({{10, "mx.example.net"}}, "other.example")) ==
          MxAnswer{Kind::found, "mx.example.net", 300s});
}

TEST_CASE("what names no host is passed over") {
    for (const char* host : {"localhost", "192.0.2.1", "mx .example.net", "m\xc3\xbc.example.net",
                             "a\n.example.net", "mx.example.1"}) {
        CHECK(read(reply_with({{10, host}})).kind == Kind::none);
        CHECK(read(reply_with({{10, host}, {20, "mx.example.net"}})).host == "mx.example.net");
    }
    CHECK(read(reply_with({{10, "_mx-1.example.net"}})).host == "_mx-1.example.net");
}

// Some panels add a null MX to a domain that has servers, though it must stand alone (RFC 7505 §3).
TEST_CASE("a null MX beside others does not hide them") {
    CHECK(read(reply_with({{0, ""}, {10, "mx.example.net"}})).host == "mx.example.net");
}

TEST_CASE("a reply that is cut anywhere or turned into itself fails and does no harm") {
    const std::string sound = reply_with({{10, "a.example.net"}, {20, "b.example.net"}});
    for (std::size_t size = 0; size < sound.size(); ++size) {
        const auto answer = read(sound.substr(0, size));
        CHECK((answer.kind == Kind::failed || answer.kind == Kind::none));
    }
    std::string loop = reply_with({{10, "a"}});
    loop.replace(loop.size() - 3, 3, std::string("\xc0") + static_cast<char>(loop.size() - 3) + '\0');
    CHECK(read(loop).kind != Kind::found);
    CHECK(read("").kind == Kind::failed);
    CHECK(read(std::string(70'000, 'x')).kind == Kind::failed);
}
