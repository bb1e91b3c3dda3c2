#include "daemon/line_writer.hpp"
#include "base/mutex.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <string_view>
#include <thread>
#include <utility>

namespace paperround::daemon {

namespace {

// Returns false if the descriptor accepts nothing any more.
bool write_octets(int descriptor, std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t written = ::write(descriptor, octets.data(), octets.size());
        if (written > 0) {
            octets.remove_prefix(static_cast<std::size_t>(written));
        } else if (written < 0 && errno == EAGAIN) {
            // Another program that shares the pipe has made it non-blocking.
            pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&room, 1, -1);
        } else if (written == 0 || errno != EINTR) {
            return false;
        }
    }
    return true;
}

// Blocks all signals: they are for the thread that waits for them, and SIGPIPE must not end the process.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  private:
    sigset_t before_;
};

}  // namespace

struct LineWriter::Queue {
    int descriptor;
    Options options;
    Mutex mutex;
    std::condition_variable changed;
    std::string waiting GUARDED_BY(mutex);  // complete lines, each with its line end
    std::uint64_t lost GUARDED_BY(mutex) =
        0;  // lines dropped since `waiting` was last taken; later than all of these
    bool writing GUARDED_BY(mutex) = false;  // lines that were taken are being written
    bool ending GUARDED_BY(mutex) = false;
    bool ended GUARDED_BY(mutex) = false;
};

LineWriter::LineWriter(int descriptor, Options options) : queue_(std::make_shared<Queue>()) {
    queue_->descriptor = descriptor;
    queue_->options = std::move(options);
    const SignalsBlocked blocked;  // a new thread inherits this mask
    std::thread([queue = queue_] { write_all(*queue); }).detach();
}

LineWriter::~LineWriter() {
    Queue& queue = *queue_;
    Lock lock(queue.mutex);
    queue.ending = true;
    queue.changed.notify_all();
    queue.changed.wait_for(lock.native(), queue.options.last_patience,
                           [&queue]() REQUIRES(queue.mutex) { return queue.ended; });
}

void LineWriter::flush() {
    Queue& queue = *queue_;
    Lock lock(queue.mutex);
    queue.changed.wait_for(lock.native(), queue.options.last_patience, [&queue]() REQUIRES(queue.mutex) {
        return queue.waiting.empty() && !queue.writing;
    });
}

void LineWriter::put(std::string_view line) {
    {
        const Lock lock(queue_->mutex);
        // After a dropped line drop further ones until the count is written in its place: lines keep their
        // order.
        if (queue_->lost > 0 || queue_->waiting.size() + line.size() > queue_->options.room) {
            ++queue_->lost;
            return;
        }
        queue_->waiting += line;
    }
    queue_->changed.notify_all();
}

void LineWriter::write_all(Queue& queue) {
    for (;;) {
        std::string lines;
        std::uint64_t lost = 0;
        {
            Lock lock(queue.mutex);
            queue.writing = false;
            queue.changed.notify_all();
            queue.changed.wait(lock.native(), [&queue]() REQUIRES(queue.mutex) {
                return queue.ending || !queue.waiting.empty();
            });
            if (queue.waiting.empty()) {
                queue.ended = true;
                queue.changed.notify_all();
                return;
            }
            queue.writing = true;
            lines.swap(queue.waiting);
            lost = std::exchange(queue.lost, 0);
        }
        if (lost > 0 && queue.options.notice) lines += queue.options.notice(lost);
        static_cast<void>(write_octets(queue.descriptor, lines));
    }
}

}  // namespace paperround::daemon
