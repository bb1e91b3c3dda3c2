#include "post/news.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text/date_time.hpp"
#include "base/text/duration.hpp"

namespace paperround::post {

namespace {

using Age = NewsVerdict::Age;
using Since = OfferedPost::Since;

enum class Order { unknown, newest_first, newest_last };

std::string day_of(Time time) {
    return format_rfc3339(time).substr(0, 10);
}

// By the dates of neighbours; else by where known posts stand that came later than others.
Order order_of(std::span<const OfferedPost> offered) {
    int falling = 0;
    std::optional<Time> before;
    std::optional<std::size_t> first_later;
    std::optional<std::size_t> first_initial;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        const auto& published = offered[i].post->published;
        if (published && before) falling += *published < *before ? 1 : *published > *before ? -1 : 0;
        if (published) before = published;
        if (offered[i].since == Since::later && !first_later) first_later = i;
        if (offered[i].since == Since::first_look && !first_initial) first_initial = i;
    }
    if (falling != 0) return falling > 0 ? Order::newest_first : Order::newest_last;
    if (!first_later || !first_initial) return Order::unknown;
    return *first_later < *first_initial ? Order::newest_first : Order::newest_last;
}

NewsVerdict judge_dated(Time published, bool behind, const LookAt& look) {
    // In files a date is often a day alone: its midnight is no earlier than what came that day.
    const Duration slack = look.folder ? Duration(std::chrono::hours(24)) : Duration{};
    const bool before_first = look.newest_at_first && published < *look.newest_at_first - slack;
    // A push has no places: what is not much older may have been under way at the first look.
    const bool long_before =
        before_first && published < *look.newest_at_first - Duration(std::chrono::hours(24));
    if (before_first && (behind || (!look.whole && long_before))) {
        return {Age::old,
                fmt::format("dated {}, before the newest that the first look found", day_of(published))};
    }
    const bool since_last_look = look.last_look && published > *look.last_look;
    if (look.max_age && published < look.now - *look.max_age && !since_last_look) {
        return {Age::old, fmt::format("dated {}, longer ago than max_age ({})", day_of(published),
                                      format_duration(*look.max_age))};
    }
    if (!before_first) return {};
    return {Age::doubtful,
            fmt::format("dated {}, before the newest that the first look found, but {}", day_of(published),
                        look.whole ? "in front of what is known" : "not by much")};
}

NewsVerdict judge_undated(bool behind, bool in_front, Order order) {
    if (!behind) {
        if (order != Order::newest_last || !in_front) return {};
        return {Age::doubtful,
                "without a date, and in front of known posts in a feed that puts new ones last"};
    }
    if (order == Order::newest_last && !in_front) return {};
    if (order == Order::newest_first && !in_front)
        return {Age::old, "without a date, and behind the known posts"};
    return {Age::doubtful, "without a date, and behind a known post"};
}

// What is read otherwise by a later version of the program, or came into reach, was not written since.
NewsVerdict judge_undated_file(const OfferedPost& offered, const LookAt& look) {
    constexpr Duration slack = std::chrono::minutes(10);  // a look may wait for a picture to arrive
    if (!look.last_look || !offered.lies_there_since || *offered.lies_there_since > *look.last_look - slack)
        return {};
    return {Age::doubtful, fmt::format("without a date, and its file has lain there unchanged since {}",
                                       day_of(*offered.lies_there_since))};
}

}  // namespace

std::vector<NewsVerdict> judge_news(std::span<const OfferedPost> offered, const LookAt& look) {
    std::vector<NewsVerdict> verdicts(offered.size());
    const Order order = order_of(offered);
    // What stands behind nothing but later posts was not there at the first look.
    const auto was_there = [](const OfferedPost& each) { return each.since == Since::first_look; };
    const auto known =
        std::ranges::find_if(offered, [](const OfferedPost& each) { return each.since != Since::unknown; });
    const auto first = std::ranges::find_if(offered, was_there);
    const auto last = std::find_if(offered.rbegin(), offered.rend(), was_there).base();
    for (auto at = offered.begin(); at != offered.end(); ++at) {
        if (at->since != Since::unknown) continue;
        NewsVerdict& verdict = verdicts[static_cast<std::size_t>(at - offered.begin())];
        if (at->post->published) {
            verdict = judge_dated(*at->post->published, look.whole && known < at, look);
        } else if (look.folder) {
            verdict = judge_undated_file(*at, look);
        } else if (look.whole) {
            verdict = judge_undated(first < at, at < last, order);
        }
    }
    return verdicts;
}

}  // namespace paperround::post
