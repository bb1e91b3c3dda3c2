#include "audience/csv_export.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <sstream>

#include "audience/csv_import.hpp"
#include "audience_fixture.hpp"

using namespace paperround;
using namespace paperround::audience;
using test::Audience;

namespace {

std::string exported(Audience& a) {
    std::ostringstream output;
    export_csv(*a.store, "notes", {}, output);
    return output.str();
}

ImportReport import(Audience& a, const std::string& text) {
    std::istringstream input(text);
    ImportOptions options{.newsletter = "notes", .source = "import list.csv"};
    options.on_rejected = [](const Rejected& row) { FAIL_CHECK(row.line << ": " << row.reason); };
    auto report = import_csv(a.database, input, options, a.now);
    REQUIRE(report);
    return *report;
}

const std::string header =
    "email,name,state,since,ended,source,reason,suppression,suppressed_since,suppression_evidence,"
    "suppression_of";

}  // namespace

TEST_CASE("an export tells state and since when and why and from where") {
    Audience a;
    a.store->subscribe("notes", {0, "ann@example.org", "Ann", {{"Customer no.", "7"}}}, a.now,
                       "command line");
    a.add("bob@example.org");
    a.store->leave("notes", 2, a.now + std::chrono::milliseconds(1500));
    a.add("cid@example.org");
    a.suppress("cid@example.org");
    a.suppress("dan@example.org");
    CHECK(exported(a) ==
          header +
              ",attribute:Customer no.\r\n"
              "ann@example.org,Ann,active,2026-11-22T08:00:00.000Z,,command line,,,,,,7\r\n"
              "bob@example.org,,left,2026-11-22T08:00:00.000Z,2026-11-22T08:00:01.500Z,test,,,,,,\r\n"
              "cid@example.org,,active,2026-11-22T08:00:00.000Z,,test,,bounced,2026-11-22T08:00:00.000Z,"
              "550 5.1.1 no such user,,\r\n"
              "dan@example.org,,,,,,,bounced,2026-11-22T08:00:00.000Z,550 5.1.1 no such user,,\r\n");
}

TEST_CASE("who left here has left on the server that takes the list over") {
    Audience a;
    a.add("ann@example.org");
    a.add("bob@example.org");
    a.store->leave("notes", 2, a.now);
    a.suppress("dan@example.org");
    Audience b;
    const auto report = import(b, exported(a));
    CHECK(report == ImportReport{3, 1, 0, 1, 1, 0, 0});
    CHECK(b.active() == std::vector<std::string>{"ann@example.org"});
    CHECK(b.store->member("notes", 2).value().state == State::left);
    CHECK(b.store->is_suppressed("dan@example.org"));
}

TEST_CASE(
    "who complained about a newsletter has left that one alone on the server that takes the list over") {
    Audience a;
    a.add("ann@example.org");
    a.store->suppress(
        {address_key("ann@example.org"), "complaint", "abuse", false, std::nullopt, a.now, "notes"});
    a.store->suppress(
        {address_key("ann@example.org"), "complaint", "abuse", false, std::nullopt, a.now, "news"});
    Audience b;
    b.add("ann@example.org", "news");
    import(b, exported(a));
    CHECK(b.store->is_suppressed("ann@example.org", "notes"));
    CHECK_FALSE(b.store->is_suppressed("ann@example.org"));
    CHECK(b.active("news").size() == 1);
}

TEST_CASE("an export that is taken back where it was made changes nothing") {
    Audience a;
    a.add("ann@example.org");
    a.add("bob@example.org");
    a.store->leave("notes", 2, a.now);
    const std::string before = exported(a);
    a.now += std::chrono::hours(24);
    CHECK(import(a, before) == ImportReport{2, 0, 1, 1, 0, 0, 0});
    CHECK(exported(a) == before);
}

TEST_CASE("an old export ends nobody who came back since and brings nobody back who left since") {
    Audience a;
    a.add("ann@example.org");
    a.store->leave("notes", 1, a.now);
    a.add("bob@example.org");
    const std::string old = exported(a);
    a.now += std::chrono::hours(24);
    a.add("ann@example.org", "notes", Again::yes);
    a.store->leave("notes", 2, a.now);
    import(a, old);
    CHECK(a.active() == std::vector<std::string>{"ann@example.org"});
}

TEST_CASE("a suppression that may still be undone is left out of an export") {
    Audience a;
    a.add("ann@example.org");
    a.suppress("ann@example.org", true, 7);
    a.suppress("bob@example.org", true, 7);
    std::ostringstream output;
    CHECK(export_csv(*a.store, "notes", {}, output).provisional == 2);
    CHECK(output.str() == header + "\r\nann@example.org,,active,2026-11-22T08:00:00.000Z,,test,,,,,\r\n");
}

TEST_CASE("an export holds the chosen state only and ends its lines with CRLF") {
    Audience a;
    a.add("ann@example.org");
    a.add("bob@example.org");
    a.store->remove("notes", "bob@example.org", a.now);
    a.suppress("dan@example.org");
    std::ostringstream output;
    CHECK(export_csv(*a.store, "notes", {State::active, ""}, output).members == 1);
    CHECK(output.str() == header + "\r\nann@example.org,,active,2026-11-22T08:00:00.000Z,,test,,,,,\r\n");
}

TEST_CASE("a spoilt field of an export refuses its row") {
    const std::string row =
        GENERATE(as<std::string>{}, "ann@example.org,,activ,2026-11-22T08:00:00Z,,,,,,",
                 "ann@example.org,,active,yesterday,,,,,,", "ann@example.org,,,,,,,,,",
                 "ann@example.org,,left,2026-11-22T08:00:00Z,soon,,,,,", "ann@example.org,,,,,,,bounced,,");
    Audience a;
    std::istringstream input(header + "\n" + row + "\n");
    std::vector<Rejected> rejected;
    ImportOptions options{.newsletter = "notes", .source = "import list.csv"};
    options.on_rejected = [&](const Rejected& bad) { rejected.push_back(bad); };
    REQUIRE(import_csv(a.database, input, options, a.now));
    REQUIRE(rejected.size() == 1);
    CHECK(rejected[0].line == 2);
    CHECK(a.active().empty());
    CHECK_FALSE(a.store->is_suppressed("ann@example.org"));
}

namespace {

// Lists of any kind, the same for the same seed.
class RandomList {
  public:
    explicit RandomList(unsigned seed) : random_(seed) {}

    void fill(Audience& a) {
        for (int i = below(40); i > 0; --i) add(a);
        for (int i = below(5); i > 0; --i) suppress(a, "gone" + std::to_string(i) + "@example.org");
    }

  private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

    std::string text() {
        static const std::vector<std::string> parts{
            "a",  "=SUM(A1)", ",", ";",  "|", "\t",           "\"",       "\"\"",         "\r\n",
            "\n", "sep=;",    "é", "你", "😀", "unsubscribed", "\xC2\xA0", "\xE2\x80\x8B", " ",
            "'",  "#",        "0"};
        std::string out;
        for (int i = below(6); i > 0; --i)
            out += parts[static_cast<std::size_t>(below(static_cast<int>(parts.size())))];
        return out;
    }

    Time moment() {
        return test::at("2020-01-01T00:00:00Z") +
               Duration(std::uniform_int_distribution<std::int64_t>(0, 200'000'000'000)(random_));
    }

    void suppress(Audience& a, const std::string& address) {
        a.store->suppress(
            {address, below(2) == 0 ? "bounced" : "by hand", text(), false, std::nullopt, moment()});
    }

    void add(Audience& a) {
        static const std::vector<std::string> names{"city",  "status", "Customer no.", "state",
                                                    "email", "since",  "attribute:x",  "é,\"q\""};
        Subscriber reader{0, "Reader" + std::to_string(++count_) + "@example.org", text(), {}};
        for (int i = below(4); i > 0; --i) {
            const std::string value = text();
            if (!value.empty())
                reader.attributes[names[static_cast<std::size_t>(below(static_cast<int>(names.size())))]] =
                    value;
        }
        ListEntry entry{.since = moment(), .source = text(), .reason = text()};
        const int state = below(4);
        if (state == 1) entry.state = State::left;
        if (state == 2) entry.state = State::removed;
        if (state == 1 || state == 2) entry.ended_at = moment();
        a.store->take("notes", reader, entry, a.now);
        if (state == 3) suppress(a, address_key(reader.address));
    }

    std::mt19937 random_;
    int count_ = 0;
};

}  // namespace

TEST_CASE("any list that is exported and imported elsewhere is the same list") {
    for (unsigned seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        Audience a;
        RandomList(seed).fill(a);
        const std::string list = exported(a);
        Audience b;
        b.now += std::chrono::hours(5);
        import(b, list);
        REQUIRE(exported(b) == list);
        REQUIRE(b.active() == a.active());
    }
}

TEST_CASE("only fields that need it are quoted") {
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("a;b") == "\"a;b\"");
    CHECK(csv_field("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(csv_field(" x") == "\" x\"");
    CHECK(csv_field("").empty());
}
