// Straight on SQLite's own interface: a delivery takes a dozen statements, and a wrapper that copies each
// text twice and allocates for each column was a tenth of its time.
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "db/database.hpp"
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

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    ::sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* connection, std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    const int code = ::sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    handle_.reset(made);
    check(code, connection);
}

sqlite3* Statement::connection() const {
    return ::sqlite3_db_handle(handle_.get());
}

Statement& Statement::bind(int position, std::int64_t value) {
    check(::sqlite3_bind_int64(handle_.get(), position, value), connection());
    return *this;
}
Statement& Statement::bind(int position, double value) {
    check(::sqlite3_bind_double(handle_.get(), position, value), connection());
    return *this;
}
Statement& Statement::bind(int position, std::string_view value) {
    // Text may hold NUL octets (hostile feeds), and a view without text may have no address.
    const char* text = value.data() == nullptr ? "" : value.data();
    check(::sqlite3_bind_text64(handle_.get(), position, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
          connection());
    return *this;
}
Statement& Statement::bind(int position, Octets value) {
    const char* octets = value.value.data() == nullptr ? "" : value.value.data();
    check(::sqlite3_bind_blob64(handle_.get(), position, octets, value.value.size(), SQLITE_TRANSIENT),
          connection());
    return *this;
}
Statement& Statement::bind_null(int position) {
    check(::sqlite3_bind_null(handle_.get(), position), connection());
    return *this;
}
bool Statement::step() {
    const int code = ::sqlite3_step(handle_.get());
    check(code, connection());
    return code == SQLITE_ROW;
}
int Statement::run() {
    while (step()) {
    }
    const int changed = ::sqlite3_changes(connection());
    reset();
    return changed;
}
void Statement::reset() {
    // The error of a failed step was thrown by that step; reset only repeats it.
    ::sqlite3_reset(handle_.get());
}
// The row's value exists: SQLite itself would answer with NULL.
sqlite3_stmt* Statement::with(int column) const {
    if (column < 0 || column >= ::sqlite3_data_count(handle_.get())) {
        throw Error(Error::Code::other, fmt::format("database: column {} was read where a row has {}", column,
                                                    ::sqlite3_data_count(handle_.get())));
    }
    return handle_.get();
}
bool Statement::is_null(int column) const {
    return ::sqlite3_column_type(with(column), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
    return ::sqlite3_column_int64(with(column), column);
}
double Statement::real(int column) const {
    return ::sqlite3_column_double(with(column), column);
}
std::string Statement::text(int column) const {
    const auto* octets = static_cast<const char*>(::sqlite3_column_blob(with(column), column));
    const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(handle_.get(), column));
    return octets == nullptr ? std::string() : std::string(octets, size);
}
std::optional<Time> Statement::optional_time(int column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

}  // namespace paperround::db
