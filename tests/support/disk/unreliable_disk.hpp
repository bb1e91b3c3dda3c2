// A disk beneath SQLite that forgets what was not synced: an sqlite3_vfs in front of the system's own, the
// default one of the process as long as this object lives. Databases opened meanwhile use it; one such object
// at a time.
//
// Files live on the real disk as ever. Beside them it is remembered what each held at its last sync, and
// every write since. From that comes the image that a power cut would leave: all that was synced, and of what
// was not any part or none, down to single sectors of 512 octets, so pages are torn and later writes survive
// earlier ones. Creating and deleting a file count as durable at once. Thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/random.hpp"

namespace paperround::test {

class UnreliableDisk {
  public:
    UnreliableDisk();
    ~UnreliableDisk();
    UnreliableDisk(const UnreliableDisk&) = delete;
    UnreliableDisk& operator=(const UnreliableDisk&) = delete;

    // Writes, truncations and syncs so far.
    [[nodiscard]] std::size_t operations() const;
    // The power fails in the middle of the n-th operation from now: it and every later one ends in an error.
    void cut_power_at(std::size_t operation);
    [[nodiscard]] bool powered() const;
    // No room is left: writes end in SQLITE_FULL and change nothing, for as long as this stands.
    void set_full(bool full);

    // Writes what would be found after a power cut at this moment: `database` and its write-ahead log, as
    // `to`. Of what was not synced, chance decides.
    void save_image(const std::filesystem::path& database, const std::filesystem::path& to,
                    Random& chance) const;
    // The same with nothing of what was not synced: the worst case.
    void save_synced(const std::filesystem::path& database, const std::filesystem::path& to) const;

    struct State;

  private:
    std::unique_ptr<State> state_;
};

}  // namespace paperround::test
