// A store for tests, each of whose calls is a transaction of its own, unless the test has one open:
//
//     Committing<queue::MailingStore> mailings(database);
//     mailings->pause(1, "by hand");   // begun, paused, committed
#pragma once

#include <exception>
#include <optional>
#include <type_traits>

#include "db/database.hpp"

namespace paperround::test {

template <class Store>
class Committing {
  public:
    explicit Committing(db::Database& database) : database_(database), store_(database) {}

    // Lives until the end of the expression that called the store, and commits then.
    class Call {
      public:
        Call(db::Database& database, Store& store) : store_(store) {
            if (!database.in_transaction()) transaction_.emplace(database);
        }
        ~Call() noexcept(false) {
            if (transaction_ && std::uncaught_exceptions() == exceptions_) transaction_->commit();
        }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        Store* operator->() { return &store_; }

      private:
        Store& store_;
        std::optional<db::Transaction> transaction_;
        int exceptions_ = std::uncaught_exceptions();
    };
    Call operator->() { return Call(database_, store_); }
    Store& operator*() { return store_; }

  private:
    db::Database& database_;
    Store store_;
};

// Runs the call in a transaction, and gives what it gave.
template <class Call>
auto committed(db::Database& database, Call&& call) {
    db::Transaction transaction(database);
    if constexpr (std::is_void_v<decltype(call())>) {
        call();
        transaction.commit();
    } else {
        auto result = call();
        transaction.commit();
        return result;
    }
}

}  // namespace paperround::test
