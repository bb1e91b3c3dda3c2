#include "pipeline/model/queue_history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/text/duration.hpp"
#include "pipeline/plan/redelivery.hpp"

namespace paperround::test {

using namespace std::chrono_literals;
using queue::DeliveryState;
using queue::OutcomeKind;

namespace {

constexpr int reader_count = 7;
constexpr Time morning = Time(Duration(1'795'000'000'000));

// How often each act is drawn.
constexpr std::array<std::pair<Act, unsigned>, 27> weights{{
    {Act::publish, 5},     {Act::hold_post, 1},    {Act::approve, 2}, {Act::schedule, 2},  {Act::step, 22},
    {Act::take, 12},       {Act::send_dot, 6},     {Act::report, 24}, {Act::give_back, 2}, {Act::wait, 12},
    {Act::pause, 4},       {Act::resume, 5},       {Act::cancel, 3},  {Act::retry, 4},     {Act::leave, 4},
    {Act::come_back, 4},   {Act::suppress, 1},     {Act::lift, 2},    {Act::control, 7},   {Act::bounce, 2},
    {Act::pause_relay, 1}, {Act::resume_relay, 2}, {Act::fail, 4},    {Act::reload, 2},    {Act::stop, 1},
    {Act::kill, 2},        {Act::set_clock, 2},
}};

config::Settings settings_for(std::uint64_t seed) {
    config::Settings settings;
    settings.doubt_window = 5;
    settings.retry.jitter = 0.0;
    settings.breaker = {.share = 0.6, .of = 10};
    const auto relay = [](const std::string& name) {
        config::Relay made = relay_on(25);
        made.name = name;
        made.connections = 4;
        return made;
    };
    settings.relays = {relay("main")};
    settings.newsletters = {{.name = "notes", .title = "Notes", .from = {"Notes", "notes@example.org"}},
                            {.name = "news", .title = "News", .from = {"News", "news@example.org"}}};
    settings.newsletters[0].relays = {{"main", 1}};
    settings.newsletters[1].relays = {{"main", 1}};
    if (seed % 3 != 0) return settings;
    settings.relays.push_back(relay("spare"));
    settings.newsletters[0].relays = {{"main", 2}, {"spare", 1}};
    return settings;
}

std::string list_of(const std::vector<Copy>& copies) {
    std::string list;
    for (const Copy& copy : copies) list += " " + to_string(copy);
    return list.empty() ? " nothing" : list;
}

}  // namespace

std::vector<Operation> drawn(std::uint64_t seed, std::size_t length) {
    SeededRandom random(seed * 7919 + 17);
    unsigned total = 0;
    for (const auto& [act, weight] : weights) total += weight;
    std::vector<Operation> operations{{Act::publish, random.next()}};
    while (operations.size() < length) {
        auto rest = static_cast<unsigned>(random.next() % total);
        for (const auto& [act, weight] : weights) {
            if (rest < weight) {
                operations.push_back({act, random.next()});
                break;
            }
            rest -= weight;
        }
    }
    return operations;
}

QueueHistory::QueueHistory(std::uint64_t seed)
    : settings_(settings_for(seed)),
      records_(seed % 2 == 0),
      model_(settings_, reader_count, morning),
      world_(settings_, reader_count, morning, records_) {}

std::vector<std::string> QueueHistory::run(const std::vector<Operation>& operations) {
    try {
        for (const Operation& operation : operations) {
            perform(operation);
            look();
            if (!wrong_.empty()) return wrong_;
        }
        for (std::string& line : world_.broken()) wrong_.push_back(std::move(line));
        calm_down();
        for (std::string& line : world_.broken()) wrong_.push_back(std::move(line));
    } catch (const std::exception& thrown) {
        wrong_.push_back(fmt::format("thrown: {}", thrown.what()));
    }
    return wrong_;
}

std::uint64_t QueueHistory::draw(std::uint64_t below) {
    return lots_.next() % below;
}

void QueueHistory::perform(const Operation& operation) {
    lots_ = SeededRandom(operation.lot);
    switch (operation.act) {
        case Act::publish:
        case Act::hold_post: {
            const auto newsletter = static_cast<int>(draw(2));
            const bool held = operation.act == Act::hold_post;
            say(fmt::format("a post in newsletter {}{}", newsletter, held ? ", held" : ""));
            world_.publish(newsletter, held);
            return model_.publish(newsletter, held);
        }
        case Act::approve: {
            const auto held = model_.held_posts();
            if (held.empty()) return;
            const int post = held[draw(held.size())];
            say(fmt::format("post {} is approved", post));
            world_.approve(post);
            return model_.approve(post);
        }
        case Act::schedule: {
            const auto newsletter = static_cast<int>(draw(2));
            const Duration ahead = 1h * (1 + draw(8));
            say(fmt::format("a mailing in newsletter {}, in {}", newsletter, format_duration(ahead)));
            world_.schedule(newsletter, world_.clock.now() + ahead);
            return model_.schedule(newsletter, model_.now + ahead);
        }
        case Act::take:
            return take();
        case Act::send_dot:
            return send_dot();
        case Act::report:
            return report();
        case Act::give_back:
            return give_back();
        case Act::wait: {
            static constexpr std::array<Duration, 7> lengths{1s, 10s, 2min, 6min, 50min, 5h, 80h};
            return wait(lengths[draw(lengths.size())]);
        }
        case Act::pause:
        case Act::resume:
        case Act::cancel:
        case Act::retry:
        case Act::control:
        case Act::bounce:
            return perform_on_mailing(operation);
        case Act::leave:
        case Act::come_back:
        case Act::suppress:
        case Act::lift:
            return perform_on_reader(operation);
        default:
            return perform_on_daemon(operation);
    }
}

// A late one rather than an early one, as people would.
int QueueHistory::any_mailing() {
    const auto count = model_.mailings.size();
    return static_cast<int>(count - draw(std::min<std::uint64_t>(count, 3)));
}

void QueueHistory::perform_on_mailing(const Operation& operation) {
    if (model_.mailings.empty()) return;
    const int mailing = any_mailing();
    switch (operation.act) {
        case Act::pause:
            say(fmt::format("mailing {} is paused", mailing));
            world_.pause(mailing);
            return model_.pause(mailing);
        case Act::resume:
            say(fmt::format("mailing {} is resumed", mailing));
            world_.resume(mailing);
            return model_.resume(mailing);
        case Act::cancel:
            say(fmt::format("mailing {} is cancelled", mailing));
            world_.cancel(mailing);
            return model_.cancel(mailing);
        case Act::retry: {
            std::set<DeliveryState> states = pipeline::RedeliveryOptions{}.states;
            if (draw(2) == 0) states.erase(DeliveryState::cancelled);
            say(fmt::format("mailing {} is sent again{}", mailing,
                            states.contains(DeliveryState::cancelled) ? "" : ", not what was cancelled"));
            world_.retry(mailing, states);
            return model_.retry(mailing, states);
        }
        case Act::control: {
            static constexpr std::array<std::string_view, 4> names{"flushed", "held", "released", "dropped"};
            const auto which = draw(4);
            const bool doubtful = draw(3) == 0;
            say(fmt::format("mailing {}: its deliveries are {}{}", mailing, names[which],
                            doubtful ? ", doubts too" : ""));
            const auto action = static_cast<queue::QueueAction>(which);
            world_.control(action, mailing, doubtful);
            return model_.control(action, mailing, doubtful);
        }
        default: {
            const Copy copy{mailing, 1 + static_cast<int>(draw(reader_count))};
            say(fmt::format("a report says that {} bounced", to_string(copy)));
            world_.bounce(copy);
            return model_.bounce(copy);
        }
    }
}

void QueueHistory::perform_on_reader(const Operation& operation) {
    const int reader = 1 + static_cast<int>(draw(reader_count));
    const auto newsletter = static_cast<int>(draw(2));
    switch (operation.act) {
        case Act::leave: {
            const bool by_page = draw(2) == 0;
            say(fmt::format("reader {} leaves newsletter {}{}", reader, newsletter,
                            by_page ? " by the page" : ""));
            const bool read = model_.readers.at(reader).reads.contains(newsletter);
            std::set<Copy> under_way = world_.sending();
            world_.leave(newsletter, reader, by_page);
            if (read) model_.leave(newsletter, reader);
            // After the page's answer nothing more is begun.
            std::erase_if(under_way,
                          [&](Copy copy) { return model_.find(copy)->state != DeliveryState::left; });
            if (by_page) check_recalled(under_way);
            return;
        }
        case Act::come_back:
            say(fmt::format("reader {} comes back to newsletter {}", reader, newsletter));
            world_.come_back(newsletter, reader);
            return model_.come_back(newsletter, reader);
        case Act::suppress:
            say(fmt::format("reader {} is suppressed by hand", reader));
            world_.suppress(reader);
            return model_.suppress(reader);
        default:
            say(fmt::format("reader {} may be mailed again", reader));
            world_.lift(reader);
            return model_.lift(reader);
    }
}

void QueueHistory::perform_on_daemon(const Operation& operation) {
    const auto relay = static_cast<int>(draw(settings_.relays.size()));
    switch (operation.act) {
        case Act::pause_relay:
            say(fmt::format("relay {} is paused", relay));
            world_.pause_relay(relay);
            return model_.pause_relay(relay);
        case Act::resume_relay:
            say(fmt::format("relay {} is resumed", relay));
            world_.resume_relay(relay);
            model_.resume_relay(relay);
            return step();  // which takes note of it
        case Act::fail:
            return fail();
        case Act::reload:
            say("reload");
            world_.reload();
            end_of_work();
            return model_.reload();
        case Act::stop:
            report_all_accepted();
            say("stop and start");
            world_.stop();
            end_of_work();
            return model_.reload();
        case Act::kill:
            say("kill and start");
            world_.kill();
            return records_ ? model_.kill_with_recorder() : model_.kill();
        case Act::set_clock:
            return set_clock();
        default:
            return step();
    }
}

void QueueHistory::step() {
    say("a step");
    world_.step();
    model_.write();
    for (std::string& line : model_.claimed(world_.sending(), true)) wrong_.push_back(std::move(line));
    // Whoever has left, or whose mailing was stopped, is recalled from his courier.
    std::set<Copy> with_couriers;
    for (const Taken& courier : world_.couriers) with_couriers.insert(courier.copy);
    check_recalled(with_couriers);
}

void QueueHistory::end_of_work() {
    model_.write();
    for (std::string& line : model_.claimed(world_.sending(), false)) wrong_.push_back(std::move(line));
}

void QueueHistory::check_recalled(const std::set<Copy>& of) {
    for (std::size_t i = 0; i < world_.couriers.size(); ++i) {
        const Copy copy = world_.couriers[i].copy;
        if (of.contains(copy) && model_.withdrawn(copy) && !world_.recalled(i))
            wrong_.push_back(to_string(copy) + " is with a courier and is not recalled");
    }
}

void QueueHistory::take() {
    const auto lane = draw(settings_.relays.size());
    const auto taken = world_.take(lane, 1 + draw(4));
    say(fmt::format("relay {} takes{}", lane, list_of(taken)));
    for (const Copy& copy : taken) model_.take(copy, static_cast<int>(lane));
    for (const Copy& copy : taken) {
        const auto with_couriers = std::ranges::count(world_.couriers, copy, &Taken::copy);
        if (with_couriers > 1) wrong_.push_back(to_string(copy) + " is with two couriers");
    }
}

void QueueHistory::report() {
    static constexpr std::array kinds{
        OutcomeKind::accepted,           OutcomeKind::accepted,          OutcomeKind::accepted,
        OutcomeKind::rejected_recipient, OutcomeKind::perhaps_recipient, OutcomeKind::rejected_policy,
        OutcomeKind::rejected_policy,    OutcomeKind::deferred,          OutcomeKind::deferred,
        OutcomeKind::rejected_message,   OutcomeKind::rejected_sender,   OutcomeKind::relay_trouble,
        OutcomeKind::relay_quota,        OutcomeKind::in_doubt,          OutcomeKind::in_doubt,
        OutcomeKind::protocol,           OutcomeKind::session_broken,    OutcomeKind::perhaps_relay,
    };
    // Now and then all meet the same: a breaker and a back-off need several.
    static constexpr std::array storms{OutcomeKind::rejected_policy, OutcomeKind::rejected_policy,
                                       OutcomeKind::relay_trouble, OutcomeKind::in_doubt};
    const bool storm = draw(4) == 0;
    const OutcomeKind of_storm = storms[draw(storms.size())];
    for (auto times = storm ? 6 : 1 + draw(4); times > 0 && !world_.couriers.empty(); --times) {
        const auto courier = draw(world_.couriers.size());
        // A recalled one is given up, unless its final dot had left.
        const bool given_up = world_.recalled(courier) && !world_.couriers[courier].dot_left;
        const OutcomeKind kind = storm ? of_storm : kinds[draw(kinds.size())];
        report_as(courier, given_up ? OutcomeKind::withdrawn : kind);
    }
}

void QueueHistory::report_as(std::size_t courier, OutcomeKind kind) {
    const Copy copy = world_.couriers[courier].copy;
    if (model_.weighed_against_chance(copy, kind)) kind = OutcomeKind::deferred;
    std::optional<Duration> retry_after;
    if (kind == OutcomeKind::deferred && draw(3) == 0) retry_after = 40min;
    const int code = world_.report(courier, kind, retry_after);
    say(fmt::format("{}: {}", to_string(copy), queue::to_string(kind)));
    model_.report(copy, kind, code, retry_after);
}

void QueueHistory::report_all_accepted() {
    while (!world_.couriers.empty()) {
        const bool recalled = world_.recalled(0) && !world_.couriers[0].dot_left;
        report_as(0, recalled ? OutcomeKind::withdrawn : OutcomeKind::accepted);
    }
}

void QueueHistory::give_back() {
    if (world_.couriers.empty()) return;
    const auto courier = draw(world_.couriers.size());
    const Copy copy = world_.couriers[courier].copy;
    if (world_.couriers[courier].dot_left) return;
    say(fmt::format("{} is given back", to_string(copy)));
    world_.give_back(courier);
    model_.give_back(copy);
}

void QueueHistory::send_dot() {
    for (auto times = 1 + draw(2); times > 0 && !world_.couriers.empty(); --times) {
        const auto courier = draw(world_.couriers.size());
        if (world_.recalled(courier)) continue;
        const Copy copy = world_.couriers[courier].copy;
        say(fmt::format("the final dot of {} leaves", to_string(copy)));
        world_.send_dot(courier);
        model_.send_dot(copy);
    }
}

void QueueHistory::wait(Duration length) {
    say("after " + format_duration(length));
    world_.clock.advance(length);
    model_.now += length;
}

// Nothing changes, and what came in is written by the next step.
void QueueHistory::fail() {
    const auto how = draw(3);
    say(how == 0   ? "a step that cannot write"
        : how == 1 ? "a step that fails early"
                   : "a step that fails late");
    if (how == 0) return world_.fail_to_write();
    world_.fail(how == 1 ? FailingDuties::Failure::before_planning : FailingDuties::Failure::behind_planning);
}

void QueueHistory::set_clock() {
    static constexpr std::array<Duration, 4> jumps{-24h, -3h, 50min, 72h};
    const Duration jump = jumps[draw(jumps.size())];
    say("the clock is set by " + format_duration(jump));
    world_.follow_clock({.from = model_.now, .to = model_.now + jump});
    end_of_work();
    model_.follow_clock({.from = model_.now, .to = model_.now + jump});
    model_.reload();
}

void QueueHistory::look() {
    for (std::string& line : world_.differences(model_)) wrong_.push_back(std::move(line));
}

bool QueueHistory::at_rest() const {
    return model_.nothing_open() && std::ranges::none_of(model_.mailings, [](const auto& mailing) {
               return mailing.second.open() &&
                      std::ranges::any_of(mailing.second.deliveries, [](const auto& one) {
                          return one.second.open() && one.second.state != DeliveryState::held;
                      });
           });
}

// Relays that work, nobody who interferes: everything that is not held comes to its end.
void QueueHistory::calm_down() {
    say("calm");
    for (const auto& [relay, it] : model_.relays) {
        world_.resume_relay(relay);
        model_.resume_relay(relay);
    }
    for (int round = 0; round < 60 && wrong_.empty() && !at_rest(); ++round) {
        for (const auto& [number, mailing] : model_.mailings) {
            if (mailing.state != queue::MailingState::paused) continue;
            world_.resume(number);
            model_.resume(number);
        }
        step();
        look();
        for (std::size_t lane = 0; lane < settings_.relays.size(); ++lane) {
            const auto taken = world_.take(lane, 100);
            for (const Copy& copy : taken) model_.take(copy, static_cast<int>(lane));
        }
        report_all_accepted();
        if (round % 4 == 3) wait(5h);
    }
    for (const auto& [number, mailing] : model_.mailings) {
        for (const auto& [reader, delivery] : mailing.deliveries) {
            if (mailing.open() && delivery.open() && delivery.state != DeliveryState::held)
                wrong_.push_back(fmt::format("{} never comes to an end: {}", to_string(Copy{number, reader}),
                                             queue::to_string(delivery.state)));
        }
    }
}

std::string failure_of(std::uint64_t seed, std::size_t length) {
    auto operations = drawn(seed, length);
    const auto fails = [seed](const std::vector<Operation>& some) {
        return !QueueHistory(seed).run(some).empty();
    };
    if (!fails(operations)) return {};
    // Leave out as much as can be left out: halves first, then smaller pieces.
    for (std::size_t piece = operations.size() / 2; piece > 0; piece /= 2) {
        for (std::size_t at = 0; at < operations.size();) {
            auto fewer = operations;
            const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
            fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(piece, fewer.size() - at)));
            if (fails(fewer)) {
                operations = std::move(fewer);
            } else {
                at += piece;
            }
        }
    }
    QueueHistory shortest(seed);
    const auto wrong = shortest.run(operations);
    return fmt::format("seed {}, {} operations:\n  {}\nwrong:\n  {}\n", seed, operations.size(),
                       fmt::join(shortest.lines(), "\n  "), fmt::join(wrong, "\n  "));
}

}  // namespace paperround::test
