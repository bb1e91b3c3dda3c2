#include "feed/text/feed_date.hpp"

#include <catch2/catch.hpp>

#include "base/text/date_time.hpp"

using namespace paperround;

namespace {
std::string read(std::string_view text) {
    const auto time = feed::parse_feed_date(text);
    return time ? format_rfc3339(*time) : "nothing";
}
}  // namespace

TEST_CASE("RFC 822 dates with every sort of zone") {
    CHECK(read("Sun, 22 Nov 2026 08:00:00 +0000") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 +0530") == "2026-11-22T02:30:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 -0800") == "2026-11-22T16:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 UT") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 Z") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 EST") == "2026-11-22T13:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 PDT") == "2026-11-22T15:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 CEST") == "2026-11-22T06:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 GMT+0100") == "2026-11-22T07:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 +01:00") == "2026-11-22T07:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00") == "2026-11-22T08:00:00Z");
}

TEST_CASE("military and unknown zones mean UTC") {
    CHECK(read("Sun, 22 Nov 2026 08:00:00 A") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 XYZ") == "2026-11-22T08:00:00Z");
}

TEST_CASE("a zone by its IANA name counts where no offset is written") {
    CHECK(read("2026-11-22 08:00 Europe/Berlin") == "2026-11-22T07:00:00Z");
    CHECK(read("2026-07-22T08:00:00[Europe/Berlin]") == "2026-07-22T06:00:00Z");
    CHECK(read("Sun, 22 Nov 2026 08:00:00 America/Argentina/Buenos_Aires") == "2026-11-22T11:00:00Z");
    CHECK(read("2026-11-22T08:00:00+02:00[Europe/Berlin]") == "2026-11-22T06:00:00Z");
    CHECK(read("2026-11-22 08:00 Nowhere/Atall") == "2026-11-22T08:00:00Z");
}

TEST_CASE("years of the Thai calendar are those of ours") {
    CHECK(read("Sun, 22 Nov 2569 08:00:00 +0700") == "2026-11-22T01:00:00Z");
    CHECK(read("2569-11-22T08:00:00+07:00") == "2026-11-22T01:00:00Z");
    CHECK(read("29 Feb 2567") == "2024-02-29T00:00:00Z");
    CHECK(read("2567-02-29T08:00:00Z") == "2024-02-29T08:00:00Z");
}

TEST_CASE("RFC 822 dates written carelessly") {
    CHECK(read("22 Nov 2026 08:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("2 nov 26 8:05:09 gmt") == "2026-11-02T08:05:09Z");
    CHECK(read("22 Nov 99 08:00 GMT") == "1999-11-22T08:00:00Z");
    CHECK(read("Sunday, 22 November 2026 08:00:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun,22 Nov 2026 08:00:00 GMT (comment)") == "2026-11-22T08:00:00Z");
    CHECK(read("22-Nov-2026 08:00:00 GMT") == "2026-11-22T08:00:00Z");
    CHECK(read("Nov 22, 2026 8:30 PM") == "2026-11-22T20:30:00Z");
    CHECK(read("November 22, 2026") == "2026-11-22T00:00:00Z");
    CHECK(read("  \n Sun, 22 Nov 2026\t08:00:00  +0000 ") == "2026-11-22T08:00:00Z");
    CHECK(read("Sun Nov 22 08:00:00 2026") == "2026-11-22T08:00:00Z");
}

TEST_CASE("RFC 3339 dates and their near misses") {
    CHECK(read("2026-11-22T08:00:00Z") == "2026-11-22T08:00:00Z");
    CHECK(read("2026-11-22T08:00:00.123456+02:00") == "2026-11-22T06:00:00Z");
    CHECK(read("2026-11-22") == "2026-11-22T00:00:00Z");
    CHECK(read("2026/11/22") == "2026-11-22T00:00:00Z");
    CHECK(read("2026-11-22 08:00:00 +0100") == "2026-11-22T07:00:00Z");
    CHECK(read("2026-11-22T08:00:00+0100") == "2026-11-22T07:00:00Z");
    CHECK(read("2026-11-22T08:00:00 EST") == "2026-11-22T13:00:00Z");
    CHECK(read("2026-11-22T08:00Z") == "2026-11-22T08:00:00Z");
}

TEST_CASE("dates as programs and people print them") {
    const std::pair<std::string_view, std::string_view> written[] = {
        {"Sat, Oct 28 2023 08:28:28 PM", "2023-10-28T20:28:28Z"},
        {"/Date(1795334400000)/", "2026-11-22T08:00:00Z"},
        {"1795334400.25", "2026-11-22T08:00:00Z"},
        {"Sun, 11/22/2026 - 08:00", "2026-11-22T08:00:00Z"},
        {"Sunday, November 22, 2026 - 08:00", "2026-11-22T08:00:00Z"},
        {"2026-11-22T08:00:00\u221205:00", "2026-11-22T13:00:00Z"},
        {"22 novembre 2026 à 8h05", "2026-11-22T08:05:00Z"},
        {"2026. 11. 22. 08:00", "2026-11-22T08:00:00Z"},
        {"2026 22 Nov", "2026-11-22T00:00:00Z"},
        {"Sun, 22 Nov 2026 08:00:00 UTC+2", "2026-11-22T06:00:00Z"},
        {"November 22nd, 2026, 8pm", "2026-11-22T20:00:00Z"},
        {"2026-11-22T08:00:00.000+00:00Z", "2026-11-22T08:00:00Z"},
        {"2026-11-22 08:00:00.123456789 +0000 UTC m=+0.01", "2026-11-22T08:00:00Z"},
        {"Sun, 22 Nov 2026 08:00:00 \"GMT\"", "2026-11-22T08:00:00Z"},
        {"22. marraskuuta 2026", "2026-11-22T00:00:00Z"},
        {"maanantai, 23. marraskuuta 2026", "2026-11-23T00:00:00Z"},
        {"22 Kasım 2026", "2026-11-22T00:00:00Z"},
        {"22 lipnja 2026", "2026-06-22T00:00:00Z"},
        {"22 lipca 2026", "2026-07-22T00:00:00Z"},
        {"22. července 2026", "2026-07-22T00:00:00Z"},
        {"22 листопада 2026", "2026-11-22T00:00:00Z"},
        {"Sun, 15 Dec 2024 12:15 PM", "2024-12-15T12:15:00Z"},
        {"Fri, 19 Nov 2021 01:45:08 +02:00", "2021-11-18T23:45:08Z"},
        {"Sunday,August 6,2017 13:14 pm", "2017-08-06T13:14:00Z"},
        {"2013-03-17T12:44:00 00:00", "2013-03-17T12:44:00Z"},
        {"Aug 15, 2019", "2019-08-15T00:00:00Z"},
        {"Wed May 10 2017 00:00:00 GMT+0000 (Coordinated Universal Time)", "2017-05-10T00:00:00Z"},
        {"Wed, 24 May 2017, 11:05", "2017-05-24T11:05:00Z"},
        {"31.05.2017", "2017-05-31T00:00:00Z"},
        {"Mo, 25 Jun 2018 11:41:36", "2018-06-25T11:41:36Z"},
        {"ma, 08 okt 2018 10:09:29 +0000", "2018-10-08T10:09:29Z"},
        {"Tue, 01 Mar 2022 16:03:00 GMT+0000", "2022-03-01T16:03:00Z"},
        {"WED,23 MAY 2012 02:23:01", "2012-05-23T02:23:01Z"},
        {"2019/11/15 10:00:00", "2019-11-15T10:00:00Z"},
        {"2017-08-01 13:55:44.364419679 +0200 CEST", "2017-08-01T11:55:44Z"},
        {"01 Aug 17 13:26 UTC", "2017-08-01T13:26:00Z"},
        {"Mon, May 25 2020 04:45:26 +0000", "2020-05-25T04:45:26Z"},
        {"25 Apr 15 15:41 EDT", "2015-04-25T19:41:00Z"},
        {"2024-11-22T10:00:00+01:00[Europe/Paris]", "2024-11-22T09:00:00Z"},
        {"2024-11-22T10:00:00Z[UTC]", "2024-11-22T10:00:00Z"},
        {"2024-11-22T10:00:00.123456789Z", "2024-11-22T10:00:00Z"},
        {"2024-11-22T10:00:00,123Z", "2024-11-22T10:00:00Z"},
        {"Fri Nov 22 10:00:00 CET 2024", "2024-11-22T09:00:00Z"},
        {"11/22/2024 10:00:00 AM", "2024-11-22T10:00:00Z"},
        {"22/11/2024 10:00", "2024-11-22T10:00:00Z"},
        {"22.11.2024 10:00:00", "2024-11-22T10:00:00Z"},
        {"November 22nd, 2024", "2024-11-22T00:00:00Z"},
        {"Fri, 22 Nov 2024 10:00am EST", "2024-11-22T15:00:00Z"},
        {"Fri, 22 Nov 2024 10:00:00 -0500 EST", "2024-11-22T15:00:00Z"},
        {"Fri, 22 Nov 2024 24:00:00 GMT", "2024-11-23T00:00:00Z"},
        {"1732269600", "2024-11-22T10:00:00Z"},
        {"Fri, 22 Nov 2024 10:00:00 PST8PDT", "2024-11-22T18:00:00Z"},
        {"2024年11月22日 10:00", "2024-11-22T10:00:00Z"},
        {"vendredi 22 novembre 2024 à 10:00", "2024-11-22T10:00:00Z"},
        {"Fr., 22. Nov. 2024 10:00:00 +0100", "2024-11-22T09:00:00Z"},
        {"Sa, 22 Nov 2025 10:00:00 +0100", "2025-11-22T09:00:00Z"},
        {"Sept 5, 2024 3:07 p.m.", "2024-09-05T15:07:00Z"},
        {"22.11.2024", "2024-11-22T00:00:00Z"},
        {"22-11-2024 10:00", "2024-11-22T10:00:00Z"},
        {"20241122100000", "2024-11-22T10:00:00Z"},
        {"1732269600123", "2024-11-22T10:00:00Z"},
        {"2024년 11월 22일 10:00", "2024-11-22T01:00:00Z"},
        {"22nd November 2024", "2024-11-22T00:00:00Z"}};
    for (const auto& [text, meant] : written) {
        INFO(text);
        CHECK(read(text) == meant);
    }
}

TEST_CASE("a date that can be read in two ways is none") {
    CHECK(read("05/06/2024") == "nothing");
    CHECK(read("05-06-2024 10:00") == "nothing");
    CHECK(read("5/5/2024") == "2024-05-05T00:00:00Z");
    CHECK(read("05.06.2024") == "2024-06-05T00:00:00Z");
    CHECK(read("22/11/24") == "nothing");
}

TEST_CASE("a date says whether it names a zone") {
    const auto zoned = [](std::string_view text) { return feed::read_date(text).value().zoned; };
    CHECK(zoned("2026-11-22T08:00:00Z"));
    CHECK(zoned("2026-11-22 08:00:00 +0100"));
    CHECK(zoned("22 Nov 2026 08:00 EST"));
    CHECK(zoned("1732269600"));
    CHECK_FALSE(zoned("2026-11-22"));
    CHECK_FALSE(zoned("2026-11-22T08:00:00"));
    CHECK_FALSE(zoned("22 Nov 2026 08:00"));
}

TEST_CASE("a time that was never set is none") {
    for (const std::string_view text :
         {"Thu, 01 Jan 1970 00:00:00 +0000", "Wed, 31 Dec 1969 19:00:00 -0500", "1970-01-01T01:00:00+01:00",
          "Sat, 17 Jan 1970 23:08:42 Z", "Mon, 01 Jan 0001 00:00:00 +0000",
          "Wed, 30 Nov -0001 00:00:00 +0000"}) {
        INFO(text);
        CHECK(read(text) == "nothing");
    }
    // Who writes it into a file means it.
    CHECK(feed::read_date("1970-01-01"));
}

TEST_CASE("what is no date is none") {
    for (const std::string_view text : {"", "yesterday", "31 Feb 2026", "2026-13-01", "0000-00-00T00:00:00Z",
                                        "99:99:99", "1 Jan 1900 00:00 GMT", "32 Nov 2026", "22 Nov", "2026",
                                        "+0100", "22 Nov 2026 08:00:00 +9999", "-", ":", "(((((("}) {
        INFO(text);
        CHECK(read(text) == "nothing");
    }
    CHECK(read(std::string(5000, '1')) == "nothing");
}
