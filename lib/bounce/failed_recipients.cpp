#include "bounce/failed_recipients.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "bounce/addresses.hpp"
#include "bounce/delivery_status.hpp"
#include "bounce/mail_words.hpp"
#include "refusal/reply_codes.hpp"

namespace paperround::bounce {

namespace {

constexpr std::size_t words_limit = 8192;  // of one recipient

// How likely an address is the failed one, by where it stands in its line.
enum Likeness : unsigned {
    never = 0,
    mentioned = 1,
    in_brackets = 2,
    in_reply = 3,    // of a server: "550 5.1.1 <a@b>…"
    introduced = 4,  // "Recipient: a@b", "could not be delivered to a@b"
    heading = 5,     // the line begins with it, or is it
};

bool is_role(std::string_view address) {
    constexpr std::array<std::string_view, 12> locals{"abuse",     "support",       "helpdesk", "help",
                                                      "webmaster", "hostmaster",    "noc",      "security",
                                                      "admin",     "administrator", "feedback", "postmaster"};
    const std::string local = ascii_lower(local_part_of(address));
    return std::ranges::find(locals, local) != locals.end();
}

// Fields of some header that the report repeats.
bool is_other_field(std::string_view lower) {
    constexpr std::array<std::string_view, 20> names{
        "message-id", "message id:",  "references:",    "in-reply-to:", "received:",  "subject:",
        "from:",      "return-path:", "reporting-mta",  "sender:",      "reply-to:",  "betreff:",
        "von:",       "x-",           "dkim-signature", "errors-to:",   "mail from:", "original sender",
        "sender-mta", "originator:"};
    return std::ranges::any_of(names, [&](auto name) { return lower.starts_with(name); });
}

std::string_view without_bullet(std::string_view before) {
    while (!before.empty()) {
        const char c = before.front();
        const bool bullet =
            is_ascii_space(c) || std::string_view("*->|#=+'\"([").find(c) != std::string_view::npos;
        if (before.starts_with("•") || before.starts_with("·")) {
            before.remove_prefix(before.starts_with("•") ? 3 : 2);
        } else if (bullet) {
            before.remove_prefix(1);
        } else {
            break;
        }
    }
    return before;
}

Likeness likeness(std::string_view lower, const AddressInText& each) {
    if (is_other_field(trim(lower)) || is_mail_system(each.address)) return never;
    const std::string_view before = without_bullet(lower.substr(0, each.begin));
    const std::string_view after = trim(lower.substr(each.end));
    if (before.empty()) {
        constexpr std::string_view ends = ":.;,()[<>\"'…";
        const bool alone = after.empty() || ends.find(after.front()) != std::string_view::npos;
        if (alone || each.bracketed || lower.front() == ' ' || lower.front() == '\t') return heading;
        return after.front() == '-' || says_undelivered(after) || refusal::codes_in(after).code != 0 ||
                       after.starts_with("on ") || after.starts_with("invalid")
                   ? heading
                   : introduced;
    }
    if (introduces_other(before)) return never;
    if (introduces_recipient(before)) return introduced;
    if (refusal::codes_in(before) != refusal::ReplyCodes{} || before.starts_with("<<<")) return in_reply;
    // `kim@example.org <kim.lee@example.org>`: the name of the bracketed one.
    if (each.bracketed && before.find('@') != std::string_view::npos && before.find(' ') == before.size() - 1)
        return heading;
    return each.bracketed ? in_brackets : mentioned;
}

struct Candidate {
    std::string address;
    Likeness likeness = never;
};

std::string key_of(std::string_view address) {
    return address_key(address);
}

bool holds(const std::vector<std::string>& addresses, std::string_view address) {
    return std::ranges::any_of(addresses,
                               [&](const std::string& each) { return key_of(each) == key_of(address); });
}

// Each address once, in its order, with its best place.
std::vector<Candidate> candidates_in(const std::vector<std::string>& lines, const KnownAddresses& known) {
    std::vector<Candidate> found;
    std::unordered_map<std::string, std::size_t> place;
    for (const std::string& line : lines) {
        if (line.find('@') == std::string::npos) continue;
        const std::string lower = ascii_lower(line);  // as long as the line
        for (const AddressInText& each : addresses_in(line)) {
            if (holds(known.own, each.address)) continue;
            Likeness likes = likeness(lower, each);
            if (is_role(each.address) && !holds(known.quoted, each.address) && likes < introduced)
                likes = never;
            if (likes == never) continue;
            const auto [at, fresh] = place.emplace(key_of(each.address), found.size());
            if (fresh && found.size() >= 4 * recipients_limit) return found;
            if (fresh) {
                found.push_back({each.address, likes});
            } else {
                found[at->second].likeness = std::max(found[at->second].likeness, likes);
            }
        }
    }
    return found;
}

std::vector<std::string> choose(const std::vector<Candidate>& candidates, const KnownAddresses& known) {
    std::vector<std::string> chosen;
    if (!known.listed.empty()) return known.listed;
    Likeness best = never;
    for (const Candidate& each : candidates) best = std::max(best, each.likeness);
    const auto quoted = std::ranges::find_if(
        candidates, [&](const Candidate& each) { return holds(known.quoted, each.address); });
    // Where only the flow of words tells, the quoted message's recipient is the surer one.
    if (best <= in_reply && known.quoted.size() == 1) return known.quoted;
    if (best <= introduced && quoted != candidates.end() && known.quoted.size() == 1) return known.quoted;
    for (const Candidate& each : candidates) {
        if (each.likeness == best && chosen.size() < recipients_limit) chosen.push_back(each.address);
    }
    if (best < introduced && chosen.size() > 1) chosen.resize(1);
    if (chosen.empty() && !known.quoted.empty()) chosen.push_back(known.quoted.front());
    return chosen;
}

}  // namespace

std::vector<FailedRecipient> failed_recipients(const Prose& prose, const KnownAddresses& known) {
    std::vector<FailedRecipient> failed;
    for (std::string& address : choose(candidates_in(prose.lines, known), known))
        failed.push_back({std::move(address), {}});
    if (failed.size() == 1) {
        failed.front().lines = prose.lines;
        return failed;
    }
    std::unordered_map<std::string, std::size_t> owners;
    for (std::size_t i = 0; i < failed.size(); ++i) owners.emplace(key_of(failed[i].address), i);
    std::vector<std::size_t> sizes(failed.size());
    std::vector<std::string> rest;
    std::size_t rest_size = 0;
    std::size_t owner = failed.size();
    for (const std::string& line : prose.lines) {
        const auto named =
            line.find('@') == std::string::npos ? std::vector<AddressInText>() : addresses_in(line);
        for (const AddressInText& each : named) {
            const auto found = owners.find(key_of(each.address));
            if (found == owners.end()) continue;
            owner = found->second;
            break;
        }
        if (owner < failed.size() && sizes[owner] < words_limit) {
            sizes[owner] += line.size() + 1;
            failed[owner].lines.push_back(line);
        } else if (owner == failed.size() && rest_size < words_limit) {
            rest_size += line.size() + 1;
            rest.push_back(line);
        }
    }
    // The addresses may be listed first, and what is said of all of them comes behind the last.
    const std::vector<std::string> last = failed.empty() ? rest : failed.back().lines;
    for (FailedRecipient& each : failed) {
        const bool only_listed = trim(joined(each.lines)).size() < each.address.size() + 6;
        if (!only_listed) continue;
        each.lines.insert(each.lines.end(), last.begin(), last.end());
        each.lines.insert(each.lines.end(), rest.begin(), rest.end());
    }
    return failed;
}

std::string joined(std::span<const std::string> lines) {
    std::string out;
    for (const std::string& line : lines) {
        if (out.size() > words_limit) break;
        const std::string_view bare = trim(line);
        if (bare.empty()) continue;
        if (!out.empty()) out += '\n';  // a code at the start of a line is one
        out += bare;
    }
    return out;
}

std::string replies_in(std::span<const std::string> lines) {
    std::string out;
    for (std::size_t at = 0; at < lines.size() && out.size() < words_limit;) {
        std::size_t end = at;
        while (end < lines.size() && !trim(lines[end]).empty()) ++end;
        const std::string paragraph = joined(lines.subspan(at, end - at));
        if (refusal::codes_in(paragraph) != refusal::ReplyCodes{}) {
            if (!out.empty()) out += '\n';
            out += paragraph;
        }
        at = end + 1;
    }
    return out;
}

}  // namespace paperround::bounce
