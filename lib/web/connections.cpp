#include "web/connections.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace paperround::web {

namespace {

bool has_sent_anything(int socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_bytes_received > 0;
}

bool is_closed_by_client(int socket) {
    char next = 0;
    return ::recv(socket, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void let_go_of(Connections::Connection& connection) {
    connection.let_go = true;
    ::shutdown(connection.socket, SHUT_RDWR);
}

bool is_late(const Connections::Connection& connection, const ConnectionTimes& times,
             Connections::Instant now) {
    const auto age = now - connection.opened;
    switch (connection.stage) {
        case Connections::Stage::header:
            return age >= std::min(times.header, times.request) ||
                   (age >= times.first_octet && !has_sent_anything(connection.socket));
        case Connections::Stage::body:
            return age >= times.request || (connection.given_up && *connection.given_up);
        case Connections::Stage::answering:
            return age >= times.request;
        case Connections::Stage::events:
            return false;
    }
    return false;
}

}  // namespace

Connections::Handle Connections::opened(int socket) {
    const Lock lock(mutex_);
    const auto newest = connections_.insert(connections_.end(),
                                            {.socket = socket, .opened = std::chrono::steady_clock::now()});
    if (stopping_) {
        let_go_of(*newest);
    } else if (connections_.size() > most_) {
        make_room(newest);
    }
    return newest;
}

void Connections::make_room(Handle newest) {
    for (const Stage stage : {Stage::header, Stage::body}) {
        const auto oldest = std::find_if(connections_.begin(), newest, [&](const Connection& each) {
            return each.stage == stage && !each.let_go;
        });
        if (oldest != newest) return let_go_of(*oldest);
    }
    let_go_of(*newest);
}

void Connections::closed(Handle connection) {
    const Lock lock(mutex_);
    connections_.erase(connection);
    if (connections_.empty()) none_.notify_all();
}

void Connections::reached(Handle connection, Stage stage) {
    const Lock lock(mutex_);
    connection->stage = stage;
}

void Connections::reads_body(Handle connection, std::shared_ptr<const std::atomic<bool>> given_up) {
    const Lock lock(mutex_);
    connection->stage = Stage::body;
    connection->given_up = std::move(given_up);
}

void Connections::streams(Handle connection, const std::shared_ptr<EventStream>& events) {
    Lock lock(mutex_);
    connection->stage = Stage::events;
    connection->events = events;
    const bool over = stopping_;
    lock.unlock();
    if (over) events->end();
}

void Connections::let_go_of_the_late(Instant now) {
    std::vector<std::shared_ptr<EventStream>> unheard;
    {
        const Lock lock(mutex_);
        for (Connection& connection : connections_) {
            if (connection.let_go) continue;
            if (connection.stage == Stage::events && connection.events->ended()) {
                // The client gets time to read the last events.
                connection.stage = Stage::answering;
                connection.opened = now;
            }
            if (is_late(connection, times_, now)) let_go_of(connection);
            if (connection.stage == Stage::events && is_closed_by_client(connection.socket))
                unheard.push_back(connection.events);
        }
    }
    for (const auto& events : unheard) events->end();
}

void Connections::stop_waiting() {
    std::vector<std::shared_ptr<EventStream>> open;
    {
        const Lock lock(mutex_);
        stopping_ = true;
        for (Connection& connection : connections_) {
            if (connection.events) open.push_back(connection.events);
            // Data in the socket's buffer is still read before the end of file is seen.
            if (!connection.let_go) ::shutdown(connection.socket, SHUT_RD);
        }
    }
    for (const auto& events : open) events->end();
}

bool Connections::wait_until_none(Instant until) {
    Lock lock(mutex_);
    return none_.wait_until(lock.native(), until, [this]() REQUIRES(mutex_) { return connections_.empty(); });
}

std::size_t Connections::count() const {
    const Lock lock(mutex_);
    return connections_.size();
}

}  // namespace paperround::web
