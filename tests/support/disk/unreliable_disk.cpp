#include "support/disk/unreliable_disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace paperround::test {

namespace {

constexpr std::size_t sector = 512;

struct Change {
    std::size_t offset = 0;
    std::string octets;
    bool truncation = false;  // to `offset`
};

struct FileContent {
    std::string synced;
    std::vector<Change> unsynced;

    void sync() {
        for (const Change& change : unsynced) apply(synced, change);
        unsynced.clear();
    }
    static void apply(std::string& content, const Change& change) {
        if (change.truncation) {
            content.resize(std::min(content.size(), change.offset));
            return;
        }
        const std::size_t end = change.offset + change.octets.size();
        if (content.size() < end) content.resize(end);
        content.replace(change.offset, change.octets.size(), change.octets);
    }
};

// Writes each sector of a change with this likelihood.
void apply_partly(std::string& content, const Change& change, double likelihood, Random& chance) {
    if (change.truncation) {
        if (chance.fraction() < likelihood) FileContent::apply(content, change);
        return;
    }
    for (std::size_t at = 0; at < change.octets.size();) {
        const std::size_t until = (change.offset + at) / sector * sector + sector - change.offset;
        const std::string_view piece = std::string_view(change.octets).substr(at, until - at);
        if (chance.fraction() < likelihood) {
            FileContent::apply(content, {.offset = change.offset + at, .octets = std::string(piece)});
        }
        at = until;
    }
}

std::string after_power_cut(const FileContent& file, Random& chance) {
    std::string content = file.synced;
    // In half of the cases the writes up to some moment survive in order; otherwise any may.
    const bool in_order = chance.fraction() < 0.5;
    const auto kept =
        static_cast<std::size_t>(chance.fraction() * static_cast<double>(file.unsynced.size() + 1));
    const double likelihood = chance.fraction();
    for (std::size_t i = 0; i < file.unsynced.size(); ++i) {
        const double certain = i < kept ? 1.0 : 0.0;
        const bool torn = !in_order || i == kept;
        apply_partly(content, file.unsynced[i], torn ? likelihood : certain, chance);
    }
    return content;
}

}  // namespace

struct UnreliableDisk::State {
    mutable std::mutex mutex;
    std::map<std::string, FileContent, std::less<>> files;
    std::size_t operations = 0;
    std::optional<std::size_t> last;  // the operation in the middle of which the power fails
    bool powered = true;
    bool full = false;
    sqlite3_vfs* real = nullptr;
    sqlite3_vfs vfs{};

    // Counts an operation; false if it fails. Requires the mutex.
    bool operate() {
        ++operations;
        if (last && operations >= *last) powered = false;
        return powered;
    }
};

namespace {

using State = UnreliableDisk::State;

// SQLite allocates szOsFile octets: this, and the real file behind it.
struct File {
    sqlite3_file base;
    State* disk;
    FileContent* content;  // nullptr: a temporary file, which does not matter
};

File& ours(sqlite3_file* file) {
    return *reinterpret_cast<File*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}
State& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<State*>(vfs->pAppData);
}

int write(sqlite3_file* file, const void* octets, int count, sqlite3_int64 offset) {
    File& own = ours(file);
    const std::lock_guard lock(own.disk->mutex);
    if (own.content != nullptr) {
        if (!own.disk->powered) return SQLITE_IOERR_WRITE;
        if (own.disk->full) return SQLITE_FULL;
        const bool whole = own.disk->operate();
        own.content->unsynced.push_back(
            {.offset = static_cast<std::size_t>(offset),
             .octets = std::string(static_cast<const char*>(octets), static_cast<std::size_t>(count))});
        if (!whole) return SQLITE_IOERR_WRITE;
    }
    return real(file)->pMethods->xWrite(real(file), octets, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    File& own = ours(file);
    const std::lock_guard lock(own.disk->mutex);
    if (own.content != nullptr) {
        if (!own.disk->powered || !own.disk->operate()) return SQLITE_IOERR_TRUNCATE;
        own.content->unsynced.push_back({.offset = static_cast<std::size_t>(size), .truncation = true});
    }
    return real(file)->pMethods->xTruncate(real(file), size);
}

// Does not sync the real file: this process does not crash, and rounds stay quick.
int sync(sqlite3_file* file, int) {
    File& own = ours(file);
    const std::lock_guard lock(own.disk->mutex);
    if (own.content != nullptr) {
        if (!own.disk->powered || !own.disk->operate()) return SQLITE_IOERR_FSYNC;
        own.content->sync();
    }
    return SQLITE_OK;
}

template <auto method, class... Arguments>
auto pass_on(sqlite3_file* file, Arguments... arguments) {
    return (real(file)->pMethods->*method)(real(file), arguments...);
}

const sqlite3_io_methods methods{
    .iVersion = 2,  // shared memory, no memory mapping of the file itself
    .xClose = pass_on<&sqlite3_io_methods::xClose>,
    .xRead = pass_on<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write,
    .xTruncate = truncate,
    .xSync = sync,
    .xFileSize = pass_on<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = pass_on<&sqlite3_io_methods::xLock, int>,
    .xUnlock = pass_on<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = pass_on<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = pass_on<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = pass_on<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = pass_on<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = pass_on<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = pass_on<&sqlite3_io_methods::xShmLock, int, int, int>,
    .xShmBarrier = pass_on<&sqlite3_io_methods::xShmBarrier>,
    .xShmUnmap = pass_on<&sqlite3_io_methods::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    State& disk = disk_of(vfs);
    const std::lock_guard lock(disk.mutex);
    File& own = ours(file);
    own = {.base = {.pMethods = nullptr}, .disk = &disk, .content = nullptr};
    if (name != nullptr) {
        const auto [found, fresh] = disk.files.try_emplace(name);
        if (fresh && std::filesystem::exists(name)) found->second.synced = slurp(name);
        own.content = &found->second;
    }
    const int result = disk.real->xOpen(disk.real, name, real(file), flags, out_flags);
    if (result == SQLITE_OK) own.base.pMethods = &methods;
    return result;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    State& disk = disk_of(vfs);
    const std::lock_guard lock(disk.mutex);
    if (!disk.powered) return SQLITE_IOERR_DELETE;
    if (const auto found = disk.files.find(name); found != disk.files.end()) found->second = {};
    return disk.real->xDelete(disk.real, name, sync_directory);
}

void save(const std::filesystem::path& file, const std::string& content) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << content;
}

}  // namespace

UnreliableDisk::UnreliableDisk() : state_(std::make_unique<State>()) {
    state_->real = sqlite3_vfs_find(nullptr);
    state_->vfs = *state_->real;  // clocks, names and randomness stay the system's
    state_->vfs.iVersion = std::min(state_->real->iVersion, 2);
    state_->vfs.szOsFile = static_cast<int>(sizeof(File)) + state_->real->szOsFile;
    state_->vfs.zName = "unreliable";
    state_->vfs.pNext = nullptr;
    state_->vfs.pAppData = state_.get();
    state_->vfs.xOpen = open;
    state_->vfs.xDelete = remove;
    // The other functions of the system's VFS read pAppData of the VFS they are given: they need their own.
    state_->vfs.xAccess = [](sqlite3_vfs* vfs, const char* name, int flags, int* out) {
        return disk_of(vfs).real->xAccess(disk_of(vfs).real, name, flags, out);
    };
    state_->vfs.xFullPathname = [](sqlite3_vfs* vfs, const char* name, int count, char* out) {
        return disk_of(vfs).real->xFullPathname(disk_of(vfs).real, name, count, out);
    };
    if (sqlite3_vfs_register(&state_->vfs, 1) != SQLITE_OK) throw std::runtime_error("no VFS");
}

UnreliableDisk::~UnreliableDisk() {
    sqlite3_vfs_unregister(&state_->vfs);
    sqlite3_vfs_register(state_->real, 1);
}

std::size_t UnreliableDisk::operations() const {
    const std::lock_guard lock(state_->mutex);
    return state_->operations;
}

void UnreliableDisk::cut_power_at(std::size_t operation) {
    const std::lock_guard lock(state_->mutex);
    state_->last = state_->operations + operation;
}

bool UnreliableDisk::powered() const {
    const std::lock_guard lock(state_->mutex);
    return state_->powered;
}

void UnreliableDisk::set_full(bool full) {
    const std::lock_guard lock(state_->mutex);
    state_->full = full;
}

void UnreliableDisk::save_image(const std::filesystem::path& database, const std::filesystem::path& to,
                                Random& chance) const {
    const std::lock_guard lock(state_->mutex);
    for (const std::string suffix : {"", "-wal"}) {
        const auto found = state_->files.find(database.string() + suffix);
        if (found != state_->files.end()) save(to.string() + suffix, after_power_cut(found->second, chance));
    }
}

void UnreliableDisk::save_synced(const std::filesystem::path& database,
                                 const std::filesystem::path& to) const {
    const std::lock_guard lock(state_->mutex);
    for (const std::string suffix : {"", "-wal"}) {
        const auto found = state_->files.find(database.string() + suffix);
        if (found != state_->files.end()) save(to.string() + suffix, found->second.synced);
    }
}

}  // namespace paperround::test
