#include "queue/store/recorder_store.hpp"

#include <array>

#include "db/migrations.hpp"

namespace paperround::queue {

namespace {

constexpr std::array<std::string_view, 1> recorder_steps{R"sql(
CREATE TABLE flight_recorder (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    file TEXT NOT NULL  -- its id; empty: none is believed
);
)sql"};

}  // namespace

void RecorderStore::migrate(db::Database& database) {
    db::migrate(database, "recorder", recorder_steps);
}

std::string RecorderStore::believed() {
    auto& query = db_.cached<"SELECT file FROM flight_recorder">();
    std::string id = query.step() ? query.text(0) : "";
    query.reset();
    return id;
}

void RecorderStore::believe(std::string_view id) {
    db_.transaction()
        .cached<
            "INSERT INTO flight_recorder (id, file) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET file = ?1">()
        .bind_all(id)
        .run();
}

}  // namespace paperround::queue
