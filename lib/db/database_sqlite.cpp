#include "db/database.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <exception>
#include <unordered_map>

#include "db/statement_sqlite.hpp"

namespace paperround::db {

namespace {

constexpr int busy_timeout_ms = 5000;
constexpr int ask_again_us = 1000;

template <class F>
auto translated(F&& call) -> decltype(call()) {
    try {
        return call();
    } catch (const SQLite::Exception& e) {
        throw Error(classify(e.getErrorCode(), e.getExtendedErrorCode()),
                    fmt::format("database: {}", e.what()));
    }
}

// Subscribers' addresses are nobody else's business: the file is private from its first moment, and SQLite
// gives its -wal and -shm the same mode. A file that is there already keeps its own.
// True where it was made here.
bool make_private(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd >= 0 && ::close(fd) == 0;
}

// One that was made here and could not be filled (a full disk) would be taken for one that somebody emptied.
void remove_empty(const std::filesystem::path& file) {
    std::error_code unknown;
    if (std::filesystem::file_size(file, unknown) == 0 && !unknown) std::filesystem::remove(file, unknown);
}

int errno_of_opening(const std::string& file, int flags) {
    const int fd = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
    return fd < 0 ? errno : ::close(fd);
}

// errno, which SQLite keeps to itself; 0 where it is not known. That a file is not there is no reason where
// it would have been made, as its -wal and -shm are. The file itself is not opened for that: closing it would
// give up the locks that other connections of this process have on it (fcntl).
int why_not_opened(const std::filesystem::path& file, bool writes) {
    const bool may_use = ::access(file.c_str(), writes ? R_OK | W_OK : R_OK) == 0;
    if (!may_use && (errno != ENOENT || !writes)) return errno;
    if (!writes) return errno_of_opening("/dev/null", O_RDONLY);
    const std::string another = file.string() + ".probe";
    const int reason = errno_of_opening(another, O_WRONLY | O_CREAT | O_EXCL);
    if (reason == 0) ::unlink(another.c_str());
    return reason;
}

// They cost two locks for each allocation, and nobody asks for them. Only possible before SQLite's first use.
void forgo_memory_statistics() {
    static const int done = ::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(done);
}

// SQLite's own handler sleeps up to 100 ms between two looks, and so misses the short pauses that the ledger
// makes between its commits.
extern "C" int ask_again(void* /*context*/, int times_asked) {
    if (times_asked * ask_again_us / 1000 >= busy_timeout_ms) return 0;
    ::usleep(ask_again_us);
    return 1;
}

// Which file a name leads to; nothing where it leads to none.
struct FileIdentity {
    dev_t device;
    ino_t inode;
    off_t size;
    bool operator==(const FileIdentity& other) const {
        return device == other.device && inode == other.inode;
    }
};

std::optional<FileIdentity> identity_of(const std::string& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return std::nullopt;
    return FileIdentity{status.st_dev, status.st_ino, status.st_size};
}

// The database and the two files that SQLite keeps beside it for as long as anybody has it open.
using FileIdentities = std::array<std::optional<FileIdentity>, 3>;

FileIdentities identities_of(const std::string& name) {
    return {identity_of(name), identity_of(name + "-wal"), identity_of(name + "-shm")};
}

}  // namespace

struct Database::Impl {
    Impl(const std::filesystem::path& path, int flags) : database(path.string(), flags, busy_timeout_ms) {}
    // The last connection that is closed moves the -wal into the database, and removes it by its name: those
    // of others, by now.
    ~Impl() {
        if (replaced()) sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    [[nodiscard]] bool replaced() const {
        if (file.empty()) return false;
        // Nothing that we do makes it smaller; copying an older one over it does. Asked for first, since
        // another thread may find it larger meanwhile.
        off_t before = largest;
        const FileIdentities now = identities_of(file);
        if (now != opened || (now[0] && now[0]->size < before)) return true;
        while (now[0] && now[0]->size > before && !largest.compare_exchange_weak(before, now[0]->size)) {
        }
        return false;
    }
    SQLite::Database database;
    std::string file;  // empty: in memory
    FileIdentities opened;
    mutable std::atomic<off_t> largest = 0;
    // By the address of what is the same for each use: the known statement, or our own literal.
    std::unordered_map<const void*, Statement> statements;
    Transaction* open_transaction = nullptr;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Database Database::open(const std::filesystem::path& file, Mode mode) {
    const bool in_memory = file == ":memory:";
    const bool writes = mode == Mode::read_write;
    const bool made = writes && !in_memory && make_private(file);
    forgo_memory_statistics();
    std::unique_ptr<Impl> impl;
    try {
        // A connection belongs to one thread at a time: SQLite's own mutexes would guard nothing.
        const int flags = SQLite::OPEN_NOMUTEX |
                          (writes ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY);
        impl = std::make_unique<Impl>(file, flags);
        sqlite3_busy_handler(impl->database.getHandle(), ask_again, nullptr);
        if (writes && !in_memory) impl->database.exec("PRAGMA journal_mode = WAL");
        if (writes) impl->database.exec("PRAGMA synchronous = FULL");
        impl->database.exec("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
        if (!in_memory) {
            // The first read opens -wal and -shm. From then on a lock keeps everybody from removing them.
            impl->database.exec("SELECT 1 FROM sqlite_schema LIMIT 1");
            impl->file = std::filesystem::absolute(file).string();
            impl->opened = identities_of(impl->file);
        }
        return Database(std::move(impl));
    } catch (const SQLite::Exception& e) {
        int reason = 0;
        if (e.getErrorCode() == SQLITE_CANTOPEN) {
            // Of a -wal or -shm that could not be made SQLite knows that it is not there.
            reason = impl ? ::sqlite3_system_errno(impl->database.getHandle()) : 0;
            if (reason == 0 || reason == ENOENT) reason = why_not_opened(file, writes);
        }
        impl.reset();
        if (made) remove_empty(file);
        throw error_of(classify(e.getErrorCode(), e.getExtendedErrorCode()),
                       fmt::format("database {}: {}", file.string(), e.what()), reason);
    }
}

Statement Database::prepare(std::string_view sql) {
    return prepared(impl_->database.getHandle(), sql);
}

Statement& Database::cached(const void* key, std::string_view sql) {
    auto found = impl_->statements.find(key);
    if (found == impl_->statements.end()) found = impl_->statements.emplace(key, prepare(sql)).first;
    found->second.reset();
    return found->second;
}

Statement& Database::cached(const KnownStatement& statement) {
    return cached(&statement, statement.sql());
}

void Database::execute(std::string_view sql) {
    translated([&] { impl_->database.exec(std::string(sql)); });
}

Transaction& Database::transaction() {
    if (impl_->open_transaction == nullptr)
        throw std::logic_error("database: something is written outside of a transaction");
    return *impl_->open_transaction;
}

bool Database::has_table(std::string_view name) {
    return prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1").bind(1, name).step();
}

std::int64_t Database::data_version() {
    auto& query = cached_literal("PRAGMA data_version");
    query.step();
    const std::int64_t version = query.integer(0);
    query.reset();
    return version;
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(impl_->database.getHandle()) == 0;
}

std::string Database::integrity_problem() {
    auto query = prepare("PRAGMA quick_check(3)");
    std::string problems;
    while (query.step()) {
        if (const std::string row = query.text(0); row != "ok")
            problems += (problems.empty() ? "" : "; ") + row;
    }
    return problems;
}

void Database::forget_pages() {
    sqlite3_db_release_memory(impl_->database.getHandle());
}

bool Database::files_replaced() const {
    return impl_->replaced();
}

void Database::overwrite_deleted() {
    execute("PRAGMA secure_delete = ON");
}

void Database::empty_log() {
    try {
        execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const Error& error) {
        if (error.code() != Error::Code::busy) throw;
    }
}

void Database::backup_to(const std::filesystem::path& file) {
    const bool made = make_private(file);  // VACUUM INTO takes an empty file
    try {
        prepare("VACUUM INTO ?1").bind(1, file.string()).run();
    } catch (const Error&) {
        if (made) ::unlink(file.c_str());  // half a backup is worse than none
        throw;
    }
}

Statement& Database::cached_literal(std::string_view sql) {
    return cached(sql.data(), sql);
}

Snapshot::Snapshot(Database& database) : database_(database) {
    database_.cached_literal("BEGIN").run();
}

Snapshot::~Snapshot() {
    try {
        database_.cached_literal("COMMIT").run();
    } catch (const Error&) {  // nothing was written: there is nothing to lose
    }
}

namespace {
void expect_own_files(const Database& database) {
    if (!database.files_replaced()) return;
    throw Error(Error::Code::replaced, "database: its files were replaced or removed while it was open");
}
}  // namespace

Transaction::Transaction(Database& database) : database_(database) {
    expect_own_files(database_);
    database_.cached_literal("BEGIN IMMEDIATE").run();
    database_.impl_->open_transaction = this;
}

Transaction::~Transaction() {
    if (!open_) return;
    database_.impl_->open_transaction = nullptr;
    if (!database_.in_transaction()) return;
    try {
        database_.execute("ROLLBACK");
    } catch (const Error&) {
        // A failed statement (a full disk, say) may have rolled back already; there is nothing left to undo.
    }
}

void Transaction::commit() {
    database_.cached_literal("COMMIT").run();
    database_.impl_->open_transaction = nullptr;
    open_ = false;
    expect_own_files(database_);
}

}  // namespace paperround::db
