// The connections that a listener has open: how long each may take, and which one is dropped when there are
// too many. A dropped connection is shut down, not closed: the owner of the socket notices, closes it and
// calls closed(). Thread-safe.
#pragma once

#include <atomic>
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
    Duration header = std::chrono::seconds(5);    // for the request line and fields, from the accept on
    Duration request = std::chrono::seconds(15);  // for the whole request and its answer, from the accept on
};

class Connections {
  public:
    using Instant = std::chrono::steady_clock::time_point;
    enum class Stage {
        header,     // the request line and fields are incomplete
        body,       // the fields are complete, the body is not
        answering,  // the request is complete, the answer is not
        events      // the answer is an event stream, without a deadline; after its end comes `answering`
    };
    struct Connection {
        int socket;
        Instant opened;
        Stage stage = Stage::header;
        bool let_go = false;
        std::shared_ptr<EventStream> events = {};
        std::shared_ptr<const std::atomic<bool>> given_up = {};  // in stage `body`; null: never
    };
    using Handle = std::list<Connection>::iterator;

    // At most `most` connections are kept.
    Connections(ConnectionTimes times, std::size_t most) : times_(times), most_(most) {}

    // If there are too many, drops the oldest in stage `header`, which is likelier to be idle than the new
    // one; else the oldest in stage `body`; else the new one.
    [[nodiscard]] Handle opened(int socket);
    // Call it before the socket is closed.
    void closed(Handle connection);
    void reached(Handle connection, Stage stage);
    void reads_body(Handle connection, std::shared_ptr<const std::atomic<bool>> given_up);
    void streams(Handle connection, const std::shared_ptr<EventStream>& events);

    // Drops connections that are late or given up, and ends the streams whose clients are gone. Call it often.
    void let_go_of_the_late(Instant now);
    // Waits for no further data from clients; data that has arrived is still read.
    void stop_waiting();
    // Returns true once no connection is open.
    [[nodiscard]] bool wait_until_none(Instant until);
    [[nodiscard]] std::size_t count() const;

  private:
    void make_room(Handle newest) REQUIRES(mutex_);

    ConnectionTimes times_;
    std::size_t most_;
    mutable Mutex mutex_;
    std::condition_variable none_;
    std::list<Connection> connections_ GUARDED_BY(mutex_);  // oldest first
    bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace paperround::web
