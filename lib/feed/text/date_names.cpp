#include "feed/text/date_names.hpp"

#include <algorithm>
#include <array>

namespace paperround::feed {

namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};

struct Zone {
    std::string_view name;
    int minutes;
};
// RFC 822 §5.1, and the other names that feeds carry. Military letters are UTC: RFC 5322 §4.3 says that their
// sign was used both ways. IST, CST of China and the like are ambiguous and left to mean nothing. Of
// POSIX's names ("pst8pdt") the hour of summer is not looked up.
constexpr std::array<Zone, 44> zones{
    {{"gmt", 0},        {"ut", 0},        {"utc", 0},     {"z", 0},      {"wet", 0},        {"est", -300},
     {"edt", -240},     {"et", -300},     {"cst", -360},  {"cdt", -300}, {"ct", -360},      {"mst", -420},
     {"mdt", -360},     {"mt", -420},     {"pst", -480},  {"pdt", -420}, {"pt", -480},      {"ast", -240},
     {"adt", -180},     {"akst", -540},   {"akdt", -480}, {"hst", -600}, {"bst", 60},       {"west", 60},
     {"cet", 60},       {"mez", 60},      {"cest", 120},  {"mesz", 120}, {"eet", 120},      {"eest", 180},
     {"msk", 180},      {"jst", 540},     {"kst", 540},   {"awst", 480}, {"aest", 600},     {"aedt", 660},
     {"acst", 570},     {"nzst", 720},    {"nzdt", 780},  {"sast", 120}, {"est5edt", -300}, {"cst6cdt", -360},
     {"mst7mdt", -420}, {"pst8pdt", -480}}};

struct Month {
    std::string_view beginning;
    int number;
};
// Months as blogs in other languages write them, where they begin otherwise than the English ones; the
// longest beginning counts, since "marraskuuta" is no March. Listopad is November as in Polish and Czech.
constexpr std::array<Month, 143> other_months{
    {{"mär", 3},    {"mrz", 3},      {"mai", 5},      {"okt", 10},    {"dez", 12},     {"fév", 2},
     {"fev", 2},    {"avr", 4},      {"juin", 6},     {"juil", 7},    {"aoû", 8},      {"déc", 12},
     {"ene", 1},    {"abr", 4},      {"ago", 8},      {"dic", 12},    {"gen", 1},      {"mag", 5},
     {"giu", 6},    {"lug", 7},      {"set", 9},      {"ott", 10},    {"out", 10},     {"mrt", 3},
     {"maa", 3},    {"mei", 5},      {"sty", 1},      {"lut", 2},     {"kwi", 4},      {"maj", 5},
     {"cze", 6},    {"lip", 7},      {"sie", 8},      {"wrz", 9},     {"paź", 10},     {"lis", 11},
     {"gru", 12},   {"янв", 1},      {"фев", 2},      {"мар", 3},     {"апр", 4},      {"май", 5},
     {"мая", 5},    {"июн", 6},      {"июл", 7},      {"авг", 8},     {"сен", 9},      {"окт", 10},
     {"ноя", 11},   {"дек", 12},     {"Ιαν", 1},      {"Φεβ", 2},     {"Μαρ", 3},      {"Μάρ", 3},
     {"Απρ", 4},    {"Μάι", 5},      {"Μαι", 5},      {"Μαϊ", 5},     {"Μάϊ", 5},      {"Ιουν", 6},
     {"Ιούν", 6},   {"Ιουλ", 7},     {"Ιούλ", 7},     {"Αυγ", 8},     {"Αύγ", 8},      {"Σεπ", 9},
     {"Οκτ", 10},   {"Νοε", 11},     {"Νοέ", 11},     {"Δεκ", 12},    {"már", 3},      {"ápr", 4},
     {"tammik", 1}, {"helmik", 2},   {"maalisk", 3},  {"huhtik", 4},  {"toukok", 5},   {"kesäk", 6},
     {"heinäk", 7}, {"elok", 8},     {"syysk", 9},    {"lokak", 10},  {"marrask", 11}, {"jouluk", 12},
     {"ocak", 1},   {"şubat", 2},    {"nisan", 4},    {"haziran", 6}, {"temmuz", 7},   {"ağu", 8},
     {"eylül", 9},  {"ekim", 10},    {"kasım", 11},   {"aralık", 12}, {"led", 1},      {"úno", 2},
     {"únor", 2},   {"bře", 3},      {"dub", 4},      {"kvě", 5},     {"červn", 6},    {"června", 6},
     {"červen", 6}, {"července", 7}, {"červenec", 7}, {"srp", 8},     {"zář", 9},      {"říj", 10},
     {"pro", 12},   {"siječ", 1},    {"velja", 2},    {"ožuj", 3},    {"trav", 4},     {"svib", 5},
     {"lipanj", 6}, {"lipnja", 6},   {"srpanj", 7},   {"srpnja", 7},  {"kolov", 8},    {"ruj", 9},
     {"stude", 11}, {"prosin", 12},  {"січ", 1},      {"лют", 2},     {"бер", 3},      {"кві", 4},
     {"тра", 5},    {"чер", 6},      {"лип", 7},      {"сер", 8},     {"вер", 9},      {"жов", 10},
     {"лис", 11},   {"гру", 12},     {"des", 12},     {"avg", 8},     {"agu", 8},      {"nop", 11},
     {"szep", 9},   {"ian", 1},      {"iun", 6},      {"iul", 7},     {"noi", 11}}};

}  // namespace

int month_named(std::string_view word) {
    std::size_t longest = 0;
    int number = -1;
    const auto consider = [&](std::string_view beginning, int month) {
        if (beginning.size() <= longest || !word.starts_with(beginning)) return;
        longest = beginning.size();
        number = month;
    };
    for (std::size_t i = 0; i < months.size(); ++i) consider(months[i], static_cast<int>(i) + 1);
    for (const Month& month : other_months) consider(month.beginning, month.number);
    return number;
}

std::optional<int> zone_named(std::string_view word) {
    const auto zone = std::ranges::find(zones, word, &Zone::name);
    return zone == zones.end() ? std::nullopt : std::optional(zone->minutes);
}

}  // namespace paperround::feed
