// The database, as the rest of the program sees it: connections, statements, transactions. Which engine it is,
// this folder alone knows: what SQLite needs stands in files named *_sqlite.
//
//     db::Transaction transaction(database);
//     database.transaction().cached<"UPDATE posts SET state = 'mailed' WHERE id = ?1">().bind(1, id).run();
//     transaction.commit();
//
// What writes is reached through a Transaction, and does not compile elsewhere. Every failure is a db::Error: the
// work above stops, says so, and resumes later. A Database and its Statements belong to one thread at a time.
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

namespace paperround::db {

class Error : public std::runtime_error {
  public:
    enum class Code {
        busy,
        full,  // or the disk takes no write for another reason
        read_only,
        unreadable,  // the disk does not give back what was written
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
class Transaction;

// Octets that are no text.
struct Octets {
    std::string_view value;
};

// A prepared statement. Bind positions count from 1, as in ?1; columns count from 0.
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
    // The same for one with RETURNING id: the first row's, where there was one.
    std::optional<std::int64_t> run_for_id();
    // Makes it ready to run again; bindings stay.
    void reset();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;  // octets too
    [[nodiscard]] Time time(int column) const { return from_millis(integer(column)); }
    [[nodiscard]] std::optional<Time> optional_time(int column) const;

    struct Prepared;  // the engine's
    explicit Statement(std::unique_ptr<Prepared> prepared);
    ~Statement();
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;

  private:
    std::unique_ptr<Prepared> prepared_;
};

class Database {
  public:
    enum class Mode { read_write, read_only };

    // Opens the file, and for read_write creates it (mode 0600). Commits are on disk when they return; who finds
    // the database locked asks again for up to five seconds. ":memory:" is a private database for tests.
    static Database open(const std::filesystem::path& file, Mode mode = Mode::read_write);

    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    // A statement that only reads, for its one user.
    template <Sql sql>
    [[nodiscard]] Statement prepare() {
        static_assert(only_reads<sql>, "what writes is reached through a Transaction");
        return prepare(known_statement<sql>.sql());
    }
    // The same, prepared once for each connection and used again: for hot paths. It comes reset. The caller must
    // not hold two results of the same SQL at once.
    template <Sql sql>
    [[nodiscard]] Statement& cached() {
        static_assert(only_reads<sql>, "what writes is reached through a Transaction");
        return cached(known_statement<sql>);
    }
    // The one that is open. std::logic_error where none is: whoever calls a store that writes opens it.
    [[nodiscard]] Transaction& transaction();
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] bool has_table(std::string_view name);

    // Changes when another connection has committed.
    [[nodiscard]] std::int64_t data_version();
    // Reads the whole file; empty when it is sound, else what is wrong.
    [[nodiscard]] std::string integrity_problem();
    // Whatever of the file is kept in memory is read again: what was damaged there may have been mended.
    void forget_pages();
    // The names of the file, its -wal and its -shm lead to other files than those that were opened, or to
    // none, or the file is smaller: somebody put a backup into place, or cleared the folder. What is written
    // here from then on reaches nobody who opens them anew, and closing it leaves what is there now alone.
    // Three stat calls. Always false in memory. Thread-safe.
    [[nodiscard]] bool files_replaced() const;
    // From now on what this connection deletes is overwritten, and not only marked as free.
    void overwrite_deleted();
    // Moves the -wal into the database and empties it, as far as other connections let it: what was deleted goes
    // from there too.
    void empty_log();
    // Copies the whole database, consistent, while others use it.
    void backup_to(const std::filesystem::path& file);

  private:
    friend class RawSql;
    friend class Snapshot;
    friend class Transaction;
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    [[nodiscard]] Statement prepare(std::string_view sql);
    [[nodiscard]] Statement& cached(const KnownStatement& statement);
    [[nodiscard]] Statement& cached(const void* key, std::string_view sql);
    [[nodiscard]] Statement& cached_literal(std::string_view sql);
    void execute(std::string_view sql);
    std::unique_ptr<Impl> impl_;
};

// One state of the database for several reads, and one lock for them. Must not be nested.
class Snapshot {
  public:
    explicit Snapshot(Database& database);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

  private:
    Database& database_;
};

// What is written until commit() becomes durable as one; all of it is undone where the transaction goes without
// commit(). The connection has the write lock from the beginning. Must not be nested. One that went into files
// that had been replaced by its end has failed (Error::Code::replaced), since nobody will find it there.
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    // As Database::cached(), and may write.
    template <Sql sql>
    [[nodiscard]] Statement& cached() {
        return database_.cached(known_statement<sql>);
    }
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace paperround::db
