#include "queue/recorder/flight_recorder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/utf8.hpp"
#include "queue/recorder/flight_format.hpp"

namespace paperround::queue {

namespace {

constexpr auto file_name = "flight-recorder";
constexpr long xfs_magic = 0x58465342;

Failure<std::string> cannot(std::string_view doing, const std::filesystem::path& path, int reason) {
    return failure(fmt::format("{}: cannot {}: {}", path.string(), doing, std::strerror(reason)));
}

// Whether what was allocated can be written whatever happens to the rest of the disk.
bool keeps_room(const Descriptor& file) {
    struct statfs system {};
    if (::fstatfs(file.get(), &system) != 0) return false;
    return system.f_type == TMPFS_MAGIC || system.f_type == EXT4_SUPER_MAGIC || system.f_type == xfs_magic;
}

std::string content_of(const Descriptor& file) {
    std::string content(flight::file_octets + 1, '\0');
    const ssize_t got = ::pread(file.get(), content.data(), content.size(), 0);
    content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return content;
}

template <std::size_t size>
void fill(std::array<char, size>& field, std::string_view text) {
    std::copy_n(text.data(), std::min(text.size(), size), field.data());
}

// Zero, or errno. The header comes last: without it the file is nobody's.
int make_anew(const Descriptor& file, const FlightOrigin& origin) {
    if (::ftruncate(file.get(), 0) != 0) return errno;
    if (const int refused = ::posix_fallocate(file.get(), 0, flight::file_octets); refused != 0)
        return refused;
    flight::Header header{};
    fill(header.magic, flight::magic);
    header.version = flight::version;
    header.slot_octets = flight::slot_octets;
    header.slot_count = flight::slot_count;
    fill(header.boot, origin.boot);
    fill(header.id, origin.id);
    header.checksum = flight::checksum_of(header);
    const ssize_t written = ::pwrite(file.get(), &header, sizeof header, 0);
    if (written == static_cast<ssize_t>(sizeof header)) return 0;
    return written < 0 ? errno : ENOSPC;
}

void set_progress(flight::Slot& slot, std::uint64_t progress) {
    std::atomic_ref(slot.progress).store(progress, std::memory_order_release);
}

std::uint64_t progress_of(flight::Slot& slot) {
    return std::atomic_ref(slot.progress).load(std::memory_order_relaxed);
}

}  // namespace

Result<std::unique_ptr<FlightRecorder>, std::string> FlightRecorder::open(const std::filesystem::path& folder,
                                                                          const FlightOrigin& believed,
                                                                          const std::string& fresh_id) {
    if (believed.boot.size() != flight::id_octets || fresh_id.size() != flight::id_octets)
        return failure(std::string("the kernel's boot id is not known"));
    const auto path = folder / file_name;
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.open()) return cannot("open", path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return cannot("lock", path, errno);
    if (!keeps_room(file)) {
        return failure(fmt::format(
            "{}: it has to be on tmpfs, ext4 or XFS: set RUNTIME_DIRECTORY to a folder on one of them",
            path.string()));
    }
    std::string id = believed.id;
    std::vector<FlightRecord> left;
    auto log = read_flight_log(content_of(file));
    if (log && log->origin == believed) {
        left = std::move(log->records);
    } else {
        id = fresh_id;
        if (const int refused = make_anew(file, {believed.boot, id}); refused != 0) {
            ::unlink(path.c_str());
            return cannot("take the room for", path, refused);
        }
    }
    void* const map = ::mmap(nullptr, flight::file_octets, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (map == MAP_FAILED) return cannot("map", path, errno);
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the constructor is private, and this is what owns it
    return std::unique_ptr<FlightRecorder>(
        new FlightRecorder(path, std::move(file), std::move(id), std::move(left),
                           {static_cast<std::byte*>(map), flight::file_octets}));
}

FlightRecorder::FlightRecorder(std::filesystem::path path, Descriptor file, std::string id,
                               std::vector<FlightRecord> left, std::span<std::byte> map)
    : path_(std::move(path)), file_(std::move(file)), id_(std::move(id)), left_(std::move(left)), map_(map) {
    for (const FlightRecord& record : left_) last_claim_ = std::max(last_claim_, record.claim);
    if (left_.empty()) keep_only({});
}

FlightRecorder::~FlightRecorder() {
    ::munmap(map_.data(), map_.size());
}

flight::Slot& FlightRecorder::at(std::size_t slot) {
    return *reinterpret_cast<flight::Slot*>(map_.data() + flight::slot_octets * (1 + slot));
}

void FlightRecorder::keep_only(std::span<const std::size_t> slots) {
    const std::set<std::size_t> kept(slots.begin(), slots.end());
    const Lock lock(mutex_);
    left_.clear();
    free_.clear();
    for (std::size_t slot = flight::slot_count; slot-- > 0;) {
        if (kept.contains(slot)) continue;
        if (progress_of(at(slot)) != 0) set_progress(at(slot), 0);
        free_.push_back(slot);
    }
}

bool FlightRecorder::is_of(FlightSlot slot) {
    return slot.claim != 0 && at(slot.number).claim.number == slot.claim;
}

void FlightRecorder::set(FlightSlot slot, flight::Stage stage) {
    if (is_of(slot)) set_progress(at(slot.number), flight::progress(slot.claim, stage));
}

FlightSlot FlightRecorder::claimed(const Delivery& delivery, std::string_view relay) {
    flight::Claim claim{.checksum = 0,
                        .relay_octets = static_cast<std::uint32_t>(relay.size()),
                        .delivery = delivery.id,
                        .mailing = delivery.mailing_id,
                        .subscriber = delivery.subscriber_id,
                        .tries = delivery.tries,
                        .number = 0,
                        .relay = {}};
    if (relay.size() > claim.relay.size()) return {};
    fill(claim.relay, relay);
    const Lock lock(mutex_);
    if (free_.empty()) return {};
    const std::size_t number = free_.back();
    free_.pop_back();
    claim.number = ++last_claim_;
    claim.checksum = flight::checksum_of(claim);
    at(number).claim = claim;
    const FlightSlot slot{number, claim.number};
    set(slot, flight::Stage::claimed);
    return slot;
}

void FlightRecorder::dot_leaves(FlightSlot slot) {
    set(slot, flight::Stage::dot_leaving);
}

void FlightRecorder::not_begun(FlightSlot slot) {
    set(slot, flight::Stage::claimed);
}

void FlightRecorder::answered(FlightSlot slot, const Outcome& outcome) {
    if (!is_of(slot)) return;
    flight::Answer& answer = at(slot.number).answer;
    const std::string_view text = utf8_prefix(outcome.text, answer.text.size());
    const std::string_view enhanced = utf8_prefix(outcome.enhanced, answer.enhanced.size());
    const std::string_view tls = utf8_prefix(outcome.tls, answer.tls.size());
    answer.code = outcome.code;
    answer.kind = static_cast<std::uint8_t>(outcome.kind);
    answer.stage = static_cast<std::uint8_t>(outcome.stage);
    answer.about = static_cast<std::uint8_t>(outcome.about);
    answer.enhanced_octets = static_cast<std::uint8_t>(enhanced.size());
    answer.tls_octets = static_cast<std::uint16_t>(tls.size());
    answer.text_octets = static_cast<std::uint16_t>(text.size());
    answer.took = std::max<std::int64_t>(outcome.took.count(), 0);
    answer.retry_after = outcome.retry_after ? std::max<std::int64_t>(outcome.retry_after->count(), 0) : -1;
    answer.number = slot.claim;
    fill(answer.enhanced, enhanced);
    fill(answer.tls, tls);
    fill(answer.text, text);
    answer.checksum = flight::checksum_of(answer);
    set(slot, flight::Stage::answered);
}

// What a relay said may hold a reader's address: it does not stay.
void FlightRecorder::free(FlightSlot slot) {
    const Lock lock(mutex_);
    if (!is_of(slot) || progress_of(at(slot.number)) == 0) return;
    set_progress(at(slot.number), 0);
    flight::Answer& answer = at(slot.number).answer;
    std::fill_n(answer.text.data(), std::min<std::size_t>(answer.text_octets, answer.text.size()), '\0');
    free_.push_back(slot.number);
}

void FlightRecorder::remove() {
    struct stat ours {};
    struct stat there {};
    if (::fstat(file_.get(), &ours) != 0 || ::stat(path_.c_str(), &there) != 0) return;
    if (ours.st_dev == there.st_dev && ours.st_ino == there.st_ino) ::unlink(path_.c_str());
}

}  // namespace paperround::queue
