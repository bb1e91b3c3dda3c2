#include "pipeline/plan/departure_groups.hpp"

#include <algorithm>
#include <utility>

namespace paperround::pipeline {

Left DepartureGroups::leave(const audience::Token& token) {
    Wish wish{.token = token, .left = Left::unknown, .failure = {}};
    Lock lock(mutex_);
    waiting_.push_back(&wish);
    lock.unlock();
    wake_();
    lock.lock();
    const auto until = std::chrono::steady_clock::now() + patience_;
    changed_.wait_until(lock.native(), until, [&] { return wish.done; });
    // Nobody has taken this one along, or somebody has and is about to answer.
    changed_.wait(lock.native(), [&]() REQUIRES(mutex_) {
        return wish.done || (!committing_ && std::ranges::find(waiting_, &wish) != waiting_.end());
    });
    if (!wish.done) {
        committing_ = true;
        Group group{.wishes = take_all(), .departed = {}};
        lock.unlock();
        commit(group);
        lock.lock();
        committing_ = false;
        changed_.notify_all();
    }
    if (wish.failure) throw db::Error(*wish.failure);
    return wish.left;
}

void DepartureGroups::write(db::Database& ledgers, Time now) {
    {
        const Lock lock(mutex_);
        if (waiting_.empty()) return;
        in_step_.wishes = take_all();
    }
    write(in_step_, ledgers, now);
}

void DepartureGroups::committed() {
    answer(in_step_, {});
}

void DepartureGroups::rolled_back(const db::Error& error) {
    answer(in_step_, error);
}

std::vector<DepartureGroups::Wish*> DepartureGroups::take_all() {
    return std::exchange(waiting_, {});
}

void DepartureGroups::commit(Group& group) {
    try {
        // A change in a file that was replaced would be lost.
        if (database_.files_replaced())
            throw db::Error(db::Error::Code::replaced, "the database was replaced while it was open");
        db::Transaction transaction(database_);
        write(group, database_, clock_.now());
        transaction.commit();
        answer(group, {});
    } catch (const db::Error& error) {
        answer(group, error);
    } catch (const std::exception& error) {
        answer(group, db::Error(db::Error::Code::other, error.what()));
    }
}

void DepartureGroups::write(Group& group, db::Database& database, Time now) {
    std::vector<audience::Token> tokens;
    for (const Wish* wish : group.wishes) tokens.push_back(wish->token);
    group.departed = write_departures(database, tokens, now);
}

// Recalled before anybody is answered.
void DepartureGroups::answer(Group& group, const std::optional<db::Error>& failure) {
    if (group.wishes.empty()) return;
    if (!failure) recall_.add(group.departed.held);
    {
        const Lock lock(mutex_);
        for (std::size_t i = 0; i < group.wishes.size(); ++i) {
            Wish& wish = *group.wishes[i];
            if (!failure) wish.left = group.departed.left.at(i);
            // With words of its own: copies of an exception share theirs, and other threads end theirs meanwhile.
            if (failure) wish.failure.emplace(failure->code(), failure->what());
            wish.done = true;
        }
    }
    group = {};
    changed_.notify_all();
}

}  // namespace paperround::pipeline
