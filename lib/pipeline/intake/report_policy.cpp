#include "pipeline/intake/report_policy.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::pipeline {

namespace {

using refusal::Reason;

constexpr std::size_t longest_words = 300;
// Where fewer than one in so many of a mailing's readers are told the same about the way, it is their servers.
constexpr std::int64_t everybodys_share = 5;

bool is_about_the_sender(Reason reason) {
    switch (reason) {
        case Reason::policy:
        case Reason::spam:
        case Reason::content:
        case Reason::rate:
        case Reason::rejected:
            return true;
        default:
            return false;
    }
}

bool is_temporary(const bounce::Report& report) {
    if (report.reason == Reason::expired || report.reason == Reason::network) return true;
    if (report.code != 0) return report.code < 500;
    return report.status.starts_with('4');
}

Consequence consequence_of_bounce(const bounce::Report& report) {
    if (report.of == bounce::Class::hard) return Consequence::hard;
    if (is_about_the_sender(report.reason)) return Consequence::about_us;
    if (report.reason == Reason::mailbox_full) return Consequence::soft;
    if (report.reason == Reason::too_large) return Consequence::bounced;
    return is_temporary(report) ? Consequence::soft : Consequence::bounced;
}

}  // namespace

Consequence consequence_of(const bounce::Report& report) {
    switch (report.kind) {
        case bounce::Kind::bounce:
            return consequence_of_bounce(report);
        case bounce::Kind::complaint:
            return Consequence::complaint;
        case bounce::Kind::unsubscribe:
            return Consequence::departure;
        case bounce::Kind::delayed:
        case bounce::Kind::autoreply:
        case bounce::Kind::other:
            return Consequence::nothing;
    }
    return Consequence::nothing;
}

bool is_about_the_way(const bounce::Report& report) {
    switch (report.reason) {
        case Reason::host_unknown:
        case Reason::network:
        case Reason::expired:
        case Reason::system:
        case Reason::unknown:
            return true;
        default:
            return false;
    }
}

bool is_everybodys(std::int64_t readers, std::int64_t deliveries) {
    return readers >= many_readers && readers * everybodys_share >= deliveries;
}

std::string words_key(const bounce::Report& report) {
    std::string words(bounce::reason_name(report));
    std::size_t taken = 0;
    for (std::string_view word : split(report.diagnostic, ' ')) {
        word = trim(word);
        if (word.empty()) continue;
        if (++taken > longest_words) break;
        words += ' ';
        const bool names_somebody = word.find('@') != std::string_view::npos ||
                                    std::ranges::any_of(word, is_ascii_digit) ||
                                    word.substr(0, word.size() - 1).find('.') != std::string_view::npos;
        words += names_somebody ? "*" : ascii_lower(word);
    }
    return hex(sha256(words).substr(0, 16));
}

std::size_t in_a_row(std::span<const std::int64_t> counted, std::span<const std::int64_t> received) {
    std::size_t length = 0;
    for (const std::int64_t mailing : counted) {
        const auto between = [&](std::int64_t other) { return other > mailing && other < counted.front(); };
        if (std::ranges::any_of(received, between)) break;
        ++length;
    }
    return length;
}

}  // namespace paperround::pipeline
