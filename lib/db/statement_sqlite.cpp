// Straight on SQLite's own interface: a delivery takes a dozen statements, and a wrapper that copies each
// text twice and allocates for each column was a tenth of its time.
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "db/statement_sqlite.hpp"

namespace paperround::db {

namespace {

void check(int code, sqlite3* connection) {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    const char* file = ::sqlite3_db_filename(connection, "main");
    throw Error(classify(code, ::sqlite3_extended_errcode(connection)),
                fmt::format("database{}{}: {}", file == nullptr || *file == '\0' ? "" : " ",
                            file == nullptr ? "" : file, ::sqlite3_errmsg(connection)));
}

}  // namespace

Error::Code classify(int sqlite_code, int extended) {
    // The extended one is the connection's last, if it has any.
    switch ((extended & 0xFF) == (sqlite_code & 0xFF) ? extended : sqlite_code) {
        case SQLITE_IOERR_READ:
        case SQLITE_IOERR_SHORT_READ:
        case SQLITE_IOERR_CORRUPTFS:
        case SQLITE_IOERR_FSTAT:
            return Error::Code::unreadable;
        case SQLITE_IOERR_NOMEM:
            return Error::Code::no_memory;
        default:
            break;
    }
    switch (sqlite_code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Error::Code::busy;
        case SQLITE_FULL:
        case SQLITE_IOERR:
            return Error::Code::full;
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return Error::Code::read_only;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Error::Code::corrupt;
        case SQLITE_NOMEM:
            return Error::Code::no_memory;
        case SQLITE_CONSTRAINT:
            return Error::Code::constraint;
        default:
            return Error::Code::other;
    }
}

Error error_of(Error::Code code, const std::string& words, int reason) {
    if (reason == 0) return Error(code, words);
    if (reason == EMFILE || reason == ENFILE) code = Error::Code::no_descriptors;
    if (reason == ENOSPC) code = Error::Code::full;
    return Error(code, fmt::format("{}: {}", words, std::strerror(reason)));
}

struct Statement::Prepared {
    explicit Prepared(sqlite3_stmt* statement) : handle(statement) {}
    ~Prepared() { ::sqlite3_finalize(handle); }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    [[nodiscard]] sqlite3* connection() const { return ::sqlite3_db_handle(handle); }
    // With a value in that column: SQLite itself would answer with NULL where there is none.
    [[nodiscard]] sqlite3_stmt* with(int column) const {
        if (column >= 0 && column < ::sqlite3_data_count(handle)) return handle;
        throw Error(Error::Code::other, fmt::format("database: column {} was read where a row has {}", column,
                                                    ::sqlite3_data_count(handle)));
    }
    sqlite3_stmt* handle;
};

Statement prepared(sqlite3* connection, std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    const int code = ::sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    auto statement = std::make_unique<Statement::Prepared>(made);
    check(code, connection);
    return Statement(std::move(statement));
}

Statement::Statement(std::unique_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {}
Statement::~Statement() = default;
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;

Statement& Statement::bind(int position, std::int64_t value) {
    check(::sqlite3_bind_int64(prepared_->handle, position, value), prepared_->connection());
    return *this;
}
Statement& Statement::bind(int position, double value) {
    check(::sqlite3_bind_double(prepared_->handle, position, value), prepared_->connection());
    return *this;
}
Statement& Statement::bind(int position, std::string_view value) {
    // Text may hold NUL octets (hostile feeds), and a view without text may have no address.
    const char* text = value.data() == nullptr ? "" : value.data();
    check(
        ::sqlite3_bind_text64(prepared_->handle, position, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
        prepared_->connection());
    return *this;
}
Statement& Statement::bind(int position, Octets value) {
    const char* octets = value.value.data() == nullptr ? "" : value.value.data();
    check(::sqlite3_bind_blob64(prepared_->handle, position, octets, value.value.size(), SQLITE_TRANSIENT),
          prepared_->connection());
    return *this;
}
Statement& Statement::bind_null(int position) {
    check(::sqlite3_bind_null(prepared_->handle, position), prepared_->connection());
    return *this;
}
bool Statement::step() {
    const int code = ::sqlite3_step(prepared_->handle);
    check(code, prepared_->connection());
    return code == SQLITE_ROW;
}
int Statement::run() {
    while (step()) {
    }
    const int changed = ::sqlite3_changes(prepared_->connection());
    reset();
    return changed;
}
std::optional<std::int64_t> Statement::run_for_id() {
    std::optional<std::int64_t> id;
    while (step()) {
        if (!id) id = integer(0);
    }
    reset();
    return id;
}
void Statement::reset() {
    // The error of a failed step was thrown by that step; reset only repeats it.
    ::sqlite3_reset(prepared_->handle);
}
bool Statement::is_null(int column) const {
    return ::sqlite3_column_type(prepared_->with(column), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
    return ::sqlite3_column_int64(prepared_->with(column), column);
}
double Statement::real(int column) const {
    return ::sqlite3_column_double(prepared_->with(column), column);
}
std::string Statement::text(int column) const {
    const auto* octets = static_cast<const char*>(::sqlite3_column_blob(prepared_->with(column), column));
    const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(prepared_->handle, column));
    return octets == nullptr ? std::string() : std::string(octets, size);
}
std::optional<Time> Statement::optional_time(int column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

}  // namespace paperround::db
