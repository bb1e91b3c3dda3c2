// SQLite, as the rest of the program sees it: connections, statements, transactions. The only folder that
// includes the database library. Every failure is a db::Error exception: the work above stops, says so, and
// resumes later. A Database and its Statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "db/sql.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace paperround::db {

class Error : public std::runtime_error {
  public:
    enum class Code {
        busy,
        full,  // or the disk takes no write for another reason
        read_only,
        unreadable,  // the disk does not give back what stands there
        corrupt,     // it gives back something else
        emptied,     // a file without content where a database stood; for those above, who know of it
        replaced,    // its files are not those that were opened any more
        no_memory,
        no_descriptors,
        constraint,
        other
    };
    Error(Code code, const std::string& message) : std::runtime_error(message), code_(code) {}
    [[nodiscard]] Code code() const { return code_; }

  private:
    Code code_;
};

class Database;

// Octets that are no text.
struct Octets {
    std::string_view value;
};

// A prepared statement. Bind positions count from 1, columns from 0, as in SQLite.
class Statement {
  public:
    Statement& bind(int position, std::int64_t value);
    Statement& bind(int position, int value) { return bind(position, static_cast<std::int64_t>(value)); }
    Statement& bind(int position, unsigned value) { return bind(position, static_cast<std::int64_t>(value)); }
    Statement& bind(int position, bool value) {
        return bind(position, static_cast<std::int64_t>(value ? 1 : 0));
    }
    Statement& bind(int position, double value);
    Statement& bind(int position, std::string_view value);
    Statement& bind(int position, const std::string& value) {
        return bind(position, std::string_view(value));
    }
    Statement& bind(int position, const char* value) { return bind(position, std::string_view(value)); }
    Statement& bind(int position, Octets value);
    Statement& bind(int position, Time value) { return bind(position, to_millis(value)); }
    Statement& bind_null(int position);
    template <class T>
    Statement& bind(int position, const std::optional<T>& value) {
        return value ? bind(position, *value) : bind_null(position);
    }
    // Binds all from position 1 on.
    template <class... T>
    Statement& bind_all(const T&... values) {
        int position = 0;
        (bind(++position, values), ...);
        return *this;
    }

    // Advances to the next row; false when there is none.
    bool step();
    // Runs to the end, resets, and returns how many rows it changed.
    int run();
    // Makes it ready to run again; bindings stay.
    void reset();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;  // octets too
    [[nodiscard]] Time time(int column) const { return from_millis(integer(column)); }
    [[nodiscard]] std::optional<Time> optional_time(int column) const;

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    Statement(sqlite3* connection, std::string_view sql);
    [[nodiscard]] sqlite3* connection() const;
    [[nodiscard]] sqlite3_stmt* with(int column) const;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Database {
  public:
    enum class Mode { read_write, read_only };

    // Opens (and for read_write creates, mode 0600) the file in WAL mode with synchronous=FULL and a busy
    // time-out.
    // ":memory:" is a private database for tests.
    static Database open(const std::filesystem::path& file, Mode mode = Mode::read_write);

    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    template <Sql sql>
    [[nodiscard]] Statement prepare() {
        return prepare(known_statement<sql>.sql());
    }
    [[nodiscard]] Statement prepare(std::string_view sql);
    // Prepared once per connection and reused: for statements on hot paths. Reset before it is returned. The
    // caller must not hold two results of the same SQL at once.
    template <Sql sql>
    [[nodiscard]] Statement& cached() {
        return cached(known_statement<sql>);
    }
    [[nodiscard]] Statement& cached(std::string_view sql);
    void execute(std::string_view sql);
    [[nodiscard]] std::int64_t last_insert_id() const;
    // Changes when another connection has committed (PRAGMA data_version).
    [[nodiscard]] std::int64_t data_version();
    [[nodiscard]] bool in_transaction() const;
    // PRAGMA quick_check; empty when sound, else what is wrong.
    [[nodiscard]] std::string integrity_problem();
    // Whatever of the file is kept in memory is read again: what was damaged there may have been mended.
    void forget_pages();
    // The names of the file, its -wal and its -shm lead to other files than those that were opened, or to
    // none, or the file is smaller: somebody put a backup into place, or cleared the folder. What is written
    // here from then on reaches nobody who opens them anew, and closing it leaves what is there now alone.
    // Three stat calls. Always false in memory. Thread-safe.
    [[nodiscard]] bool files_replaced() const;
    // Copies the whole database, consistent, while others use it.
    void backup_to(const std::filesystem::path& file);

  private:
    struct Impl;
    [[nodiscard]] Statement& cached(const KnownStatement& statement);
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// One state of the database for several reads, and one lock for them: BEGIN … COMMIT, without writing. Must
// not be nested.
class Snapshot {
  public:
    explicit Snapshot(Database& database);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

  private:
    Database& database_;
};

// BEGIN IMMEDIATE … COMMIT; rolls back when it goes without commit(). One that went into files that had been
// replaced by its end has failed (Error::Code::replaced), since nobody will find it there.
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace paperround::db
