// The flight recorder: how far each claimed delivery has come, in a file that survives the process (queue/recorder/flight_format.hpp).
// The database says durably that a delivery is being sent; this says, for nothing but a few stores to memory, whether
// its final dot has left and what the relay answered. The next start reads it, so that a kill leaves a doubt only where
// there is one. It is worth nothing after a power cut, and knows that by the kernel's boot id.
//
// The file is mapped: a store costs some nanoseconds, and the page cache outlives the process. All of its room is taken
// beforehand, and only file systems are used on which such room stays (tmpfs, ext4, XFS): else a full disk would end the
// process by SIGBUS. Nobody but this process may shorten the file.
//
// Which file a database believes stands in the database (queue/store/recorder_store.hpp). One recorder may use a file at
// a time: it is locked.
//
// Thread-safe, where one thread at a time speaks of a slot: the ledger's claims it, its courier tells how far it came,
// the ledger's frees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "queue/mailing.hpp"
#include "queue/outcome.hpp"
#include "queue/recorder/flight_log.hpp"

namespace paperround::queue {

namespace flight {
struct Slot;
enum class Stage : std::uint8_t;
}  // namespace flight

class FlightRecorder {
  public:
    // Opens the recorder's file in `folder`. If it is the one of `believed`, it goes on, and left() tells what stands in
    // it; otherwise it is made anew, with the id `fresh_id`. An empty id is never believed. The failure says why there
    // can be no recorder, in words.
    [[nodiscard]] static Result<std::unique_ptr<FlightRecorder>, std::string> open(
        const std::filesystem::path& folder, const FlightOrigin& believed, const std::string& fresh_id);
    ~FlightRecorder();
    FlightRecorder(const FlightRecorder&) = delete;
    FlightRecorder& operator=(const FlightRecorder&) = delete;

    // The id of the file in use: the database must name it before anything is claimed.
    [[nodiscard]] const std::string& id() const { return id_; }
    // What the run before left, until keep_only().
    [[nodiscard]] const std::vector<FlightRecord>& left() const { return left_; }
    // What the run before left is settled, but for these slots.
    void keep_only(std::span<const std::size_t> slots);

    // A slot for the delivery, which is about to be claimed for this relay. Where it gets none, a crash leaves a doubt.
    [[nodiscard]] FlightSlot claimed(const Delivery& delivery, std::string_view relay);
    // What follows does nothing where the slot is not, or no longer, that claim's.
    // Before the write that holds the final dot.
    void dot_leaves(FlightSlot slot);
    // The relay has refused the message, and nothing of that is recorded: it is sent over another session.
    void not_begun(FlightSlot slot);
    // The attempt has ended so.
    void answered(FlightSlot slot, const Outcome& outcome);
    // Its outcome is on disk, or it was given back there.
    void free(FlightSlot slot);

    // Everything is on record: the file is of no use any more.
    void remove();

  private:
    FlightRecorder(std::filesystem::path path, Descriptor file, std::string id,
                   std::vector<FlightRecord> left, std::span<std::byte> map);
    [[nodiscard]] flight::Slot& at(std::size_t slot);
    [[nodiscard]] bool is_of(FlightSlot slot);
    void set(FlightSlot slot, flight::Stage stage);

    const std::filesystem::path path_;
    const Descriptor file_;  // holds the lock
    const std::string id_;
    std::vector<FlightRecord> left_;
    const std::span<std::byte> map_;
    Mutex mutex_;
    std::vector<std::size_t> free_ GUARDED_BY(mutex_);  // the one that was freed last is used first
    std::uint64_t last_claim_ GUARDED_BY(mutex_) = 0;
};

}  // namespace paperround::queue
