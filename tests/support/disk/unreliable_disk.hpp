// A disk beneath SQLite that forgets what was not synced: an sqlite3_vfs in front of the system's own. It is
// the default of the process as long as this object lives, and databases that are opened meanwhile use it;
// one such object at a time.
//
// Files are stored on the real disk as usual. In addition this object remembers each file's content at its
// last sync, and every write since. From these it makes the image that a power cut would leave: everything
// that was synced, and any part or nothing of the rest, down to single sectors of 512 octets. So pages can be
// torn, and later writes can survive earlier ones. Creating and deleting a file count as durable at once.
// Thread-safe.
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
    // The power fails in the middle of the n-th operation from now: it and all later ones fail.
    void cut_power_at(std::size_t operation);
    [[nodiscard]] bool powered() const;
    // The disk is full: writes fail with SQLITE_FULL and change nothing, until this is reset.
    void set_full(bool full);

    // Writes the files that would exist after a power cut now: `database` and its write-ahead log, as `to`.
    // `chance` decides about data that was not synced.
    void save_image(const std::filesystem::path& database, const std::filesystem::path& to,
                    Random& chance) const;
    // The same without any data that was not synced: the worst case.
    void save_synced(const std::filesystem::path& database, const std::filesystem::path& to) const;

    struct State;

  private:
    std::unique_ptr<State> state_;
};

}  // namespace paperround::test
