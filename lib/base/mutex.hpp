// A mutex whose use clang checks (-Wthread-safety): a member that it guards has GUARDED_BY, a function that
// expects it to be held has REQUIRES, and using either without holding it does not compile. libstdc++'s own
// mutex has none of these attributes. With other compilers the macros are empty.
//
//     Mutex mutex_;
//     std::deque<Letter> waiting_ GUARDED_BY(mutex_);
//     std::condition_variable changed_;
//
//     Lock lock(mutex_);
//     changed_.wait(lock.native(), [this]() REQUIRES(mutex_) { return !waiting_.empty(); });
//
// Source: clang's documentation, "Thread Safety Analysis".
#pragma once

#include <mutex>

#ifdef __clang__
#define PAPERROUND_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define PAPERROUND_THREAD_ATTRIBUTE(x)
#endif
// For a variable: it is read and written only while the mutex is held.
#define GUARDED_BY(mutex) PAPERROUND_THREAD_ATTRIBUTE(guarded_by(mutex))
// For a function or a lambda: it is called only while the mutex is held.
#define REQUIRES(mutex) PAPERROUND_THREAD_ATTRIBUTE(requires_capability(mutex))
// For a function: it is called only while the mutex is not held, since it locks the mutex itself.
#define EXCLUDES(mutex) PAPERROUND_THREAD_ATTRIBUTE(locks_excluded(mutex))

namespace paperround {

class PAPERROUND_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
  public:
    void lock() PAPERROUND_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
    void unlock() PAPERROUND_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  private:
    friend class Lock;
    std::mutex mutex_;
};

// Holds a mutex for its lifetime; it may unlock and lock it in between. A std::condition_variable waits with
// native(), a std::condition_variable_any with the Lock itself.
class PAPERROUND_THREAD_ATTRIBUTE(scoped_lockable) Lock {
  public:
    explicit Lock(Mutex& mutex) PAPERROUND_THREAD_ATTRIBUTE(acquire_capability(mutex))
        : lock_(mutex.mutex_) {}
    ~Lock() PAPERROUND_THREAD_ATTRIBUTE(release_capability()) {}
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    void lock() PAPERROUND_THREAD_ATTRIBUTE(acquire_capability()) { lock_.lock(); }
    void unlock() PAPERROUND_THREAD_ATTRIBUTE(release_capability()) { lock_.unlock(); }
    [[nodiscard]] std::unique_lock<std::mutex>& native() { return lock_; }

  private:
    std::unique_lock<std::mutex> lock_;
};

// Unlocks a held mutex for its lifetime.
class PAPERROUND_THREAD_ATTRIBUTE(scoped_lockable) Unlocked {
  public:
    explicit Unlocked(Mutex& mutex) PAPERROUND_THREAD_ATTRIBUTE(release_capability(mutex)) : mutex_(mutex) {
        mutex_.unlock();
    }
    // clang's attribute for "back in the former state".
    ~Unlocked() PAPERROUND_THREAD_ATTRIBUTE(release_capability()) { mutex_.lock(); }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;

  private:
    Mutex& mutex_;
};

}  // namespace paperround
