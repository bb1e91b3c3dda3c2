// The connections that a listener has open: how long each may take, and which goes where there are too many.
// A connection that is let go of is shut down, not closed: who owns the socket notices, closes it and says so.
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "web/event_stream.hpp"

namespace paperround::web {

struct ConnectionTimes {
    Duration first_octet = std::chrono::seconds(3);
    Duration header = std::chrono::seconds(5);    // the request's line and fields, from the first moment on
    Duration request = std::chrono::seconds(15);  // all of it and its answer
};

class Connections {
  public:
    using Instant = std::chrono::steady_clock::time_point;
    enum class Stage {
        header,     // the request's line and fields are not there yet
        body,       // they are
        answering,  // the request is there, the answer under way
        events  // the answer is a stream, which has no end of its own; once it has ended, `answering` begins
    };
    struct Connection {
        int socket;
        Instant opened;
        Stage stage = Stage::header;
        bool let_go = false;
        std::shared_ptr<EventStream> events = {};
    };
    using Handle = std::list<Connection>::iterator;

    // No more than `most` are kept.
    Connections(ConnectionTimes times, std::size_t most) : times_(times), most_(most) {}

    // Where there are too many, the oldest that has not said what it wants is let go of: it is likelier to be
    // idle than the one that has just come. Else the oldest whose body is not there; else the new one.
    [[nodiscard]] Handle opened(int socket);
    // Before its socket is closed.
    void closed(Handle connection);
    void reached(Handle connection, Stage stage);
    void streams(Handle connection, const std::shared_ptr<EventStream>& events);

    // Lets go of those that are late, and ends the streams whose clients are gone. To be called often.
    void let_go_of_the_late(Instant now);
    // Nothing is waited for any more that has not been sent: what clients have sent is still read.
    void stop_waiting();
    // True once none is open.
    [[nodiscard]] bool wait_until_none(Instant until);
    [[nodiscard]] std::size_t count() const;

  private:
    void make_room(Handle newest) REQUIRES(mutex_);

    ConnectionTimes times_;
    std::size_t most_;
    mutable Mutex mutex_;
    std::condition_variable none_;
    std::list<Connection> connections_ GUARDED_BY(mutex_);  // the oldest first
    bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace paperround::web
