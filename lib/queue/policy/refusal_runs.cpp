#include "queue/policy/refusal_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace paperround::queue {

namespace {

constexpr double least_share = 0.05;
constexpr std::size_t words_limit = 300;
constexpr std::string_view around_words = "<>()[]{}\"'`,;:.!?*";

std::string_view bare(std::string_view token) {
    const auto first = token.find_first_not_of(around_words);
    if (first == std::string_view::npos) return {};
    return token.substr(first, token.find_last_not_of(around_words) - first + 1);
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

// A queue's or a transaction's identifier: capitals within a word that begins otherwise, "rXgWjKpTz".
bool is_identifier(std::string_view word) {
    if (word.size() < 6) return false;
    bool lower = false;
    int changes = 0;
    for (const char c : word) {
        if (lower && is_upper(c)) ++changes;
        lower = !is_upper(c);
    }
    return changes >= 2;
}

// Addresses, host names, numbers and identifiers differ between readers.
bool differs_between_readers(std::string_view word, std::string_view local_part) {
    return word.empty() || word.find_first_of("@.=/0123456789") != std::string_view::npos ||
           ascii_iequals(word, local_part) || is_identifier(word);
}

}  // namespace

std::string common_words(const Outcome& outcome, std::string_view recipient) {
    std::string words = fmt::format("{} {}", outcome.code, outcome.enhanced);
    const std::string_view local_part = recipient.substr(0, recipient.rfind('@'));
    std::string_view text = outcome.text;
    while (!text.empty() && words.size() < words_limit) {
        const auto end = std::min(text.find(' '), text.size());
        const std::string_view word = bare(text.substr(0, end));
        if (!differs_between_readers(word, local_part)) words += ' ' + ascii_lower(word);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

double MailboxAnswers::share() const {
    if (answers <= 0) return least_share;
    const double counted = static_cast<double>(std::max<std::int64_t>(about_mailbox, 0));
    return std::clamp((counted + std::sqrt(counted)) / static_cast<double>(answers), least_share, 1.0);
}

bool beyond_chance(std::int64_t length, const MailboxAnswers& before) {
    return std::pow(before.share(), static_cast<double>(length)) * static_cast<double>(before.deliveries) <
           too_unlikely;
}

RefusalRuns::Run& RefusalRuns::run_of(const Heard& heard) {
    const auto found = std::ranges::find(runs_, heard.words, &Run::words);
    if (found != runs_.end()) return *found;
    if (runs_.size() == most_runs) runs_.erase(runs_.begin());
    runs_.push_back(
        {.words = heard.words, .providers = {}, .first_attempt = heard.attempt, .since = heard.at});
    return runs_.back();
}

RefusalRuns::Finding RefusalRuns::refused(const Heard& heard, const Before& before) {
    Run& run = run_of(heard);
    ++run.length;
    if (run.providers.size() < enough_providers &&
        std::ranges::find(run.providers, heard.provider) == run.providers.end()) {
        run.providers.emplace_back(heard.provider);
    }
    if (run.finding == Finding::about_us || run.providers.size() < enough_providers) return run.finding;
    const bool decided = !heard.about_mailbox || beyond_chance(run.length, before(run.length));
    run.finding = decided ? Finding::about_us : Finding::suspected;
    return run.finding;
}

bool RefusalRuns::suspects() const {
    return std::ranges::any_of(runs_, [](const Run& run) { return run.finding == Finding::suspected; });
}

const RefusalRuns::Run* RefusalRuns::about_us() const {
    const auto found = std::ranges::find(runs_, Finding::about_us, &Run::finding);
    return found == runs_.end() ? nullptr : &*found;
}

}  // namespace paperround::queue
