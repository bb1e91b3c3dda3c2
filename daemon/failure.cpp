#include "daemon/failure.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string_view>

#include "db/database.hpp"

namespace paperround::daemon {

namespace {

constexpr auto no_memory =
    "no more memory is to be had: look at MemoryMax= of the unit and at `ulimit -v`, or set fewer "
    "`connections`";
constexpr auto no_threads =
    "no more threads are to be had: raise TasksMax= or MemoryMax= of the unit (`ulimit -u`, `-v`), or set "
    "fewer "
    "`connections`";
constexpr auto no_descriptors =
    "no more files can be opened: raise LimitNOFILE= of the unit (or `ulimit -n`), or set fewer "
    "`connections`";

int exit_code_of(const db::Error& error) {
    switch (error.code()) {
        case db::Error::Code::busy:
            return EX_TEMPFAIL;
        case db::Error::Code::full:
        case db::Error::Code::read_only:
        case db::Error::Code::unreadable:
        case db::Error::Code::replaced:
            return EX_IOERR;
        case db::Error::Code::corrupt:
        case db::Error::Code::emptied:
            return EX_DATAERR;
        case db::Error::Code::no_memory:
        case db::Error::Code::no_descriptors:
            return EX_OSERR;
        default:
            return EX_SOFTWARE;
    }
}

std::string words_of(const db::Error& error) {
    if (error.code() == db::Error::Code::no_memory) return no_memory;
    if (error.code() == db::Error::Code::no_descriptors) return no_descriptors;
    if (error.code() != db::Error::Code::corrupt) return error.what();
    return fmt::format("{}: the database is damaged. {}", error.what(), pipeline::mending_a_database);
}

bool is_about(const std::error_code& code, std::errc reason) {
    return code == std::make_error_condition(reason);
}

// Explains an exhausted resource, from a system call's error code.
std::string words_of(const std::error_code& code, std::string_view otherwise) {
    if (is_about(code, std::errc::not_enough_memory)) return no_memory;
    if (is_about(code, std::errc::too_many_files_open) ||
        is_about(code, std::errc::too_many_files_open_in_system))
        return no_descriptors;
    return std::string(otherwise);
}

// Writes a line to standard error without waiting: a full pipe loses it.
void write_last_line(std::string_view line) {
    pollfd room{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    if (::poll(&room, 1, 100) > 0) static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
}

[[noreturn]] void end_uncaught() {
    static constexpr int moment = 100'000;  // microseconds for the journal's thread to write its lines
    ::usleep(moment);
    int status = EX_OSERR;
    try {
        const Ending ending = ending_of(std::current_exception());
        status = ending.status;
        write_last_line(fmt::format("<2>{}\n", ending.words));
    } catch (...) {  // there is no memory even for the message
        write_last_line("<2>no more memory is to be had\n");
    }
    ::_exit(status);
}

}  // namespace

int exit_code_of(const std::error_code& reason) {
    for (const std::errc means : {std::errc::resource_unavailable_try_again, std::errc::not_enough_memory,
                                  std::errc::too_many_files_open, std::errc::too_many_files_open_in_system,
                                  std::errc::no_lock_available, std::errc::operation_not_supported,
                                  std::errc::function_not_supported}) {
        if (is_about(reason, means)) return EX_OSERR;
    }
    for (const std::errc right : {std::errc::permission_denied, std::errc::operation_not_permitted}) {
        if (is_about(reason, right)) return EX_NOPERM;
    }
    return EX_IOERR;
}

int exit_code_of(const web::ListenError& error) {
    // A port or an address may become available; a port that only root may use will not.
    return error.code == web::ListenError::Code::not_allowed ? EX_CONFIG : EX_TEMPFAIL;
}

int exit_code_of(const web::PagesError& error) {
    // The pages are installed with the program, and a package upgrade may be replacing them just now.
    return error.code == web::PagesError::Code::not_readable ? EX_OSFILE : EX_CONFIG;
}

int exit_code_of(const pipeline::LockError& error) {
    return error.code == pipeline::LockError::Code::held ? EX_TEMPFAIL : exit_code_of(error.reason);
}

Ending ending_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const db::Error& error) {
        return {exit_code_of(error), words_of(error)};
    } catch (const std::filesystem::filesystem_error& error) {
        return {
            exit_code_of(error.code()),
            words_of(error.code(), fmt::format("{}: {}", error.path1().string(), error.code().message()))};
    } catch (const std::system_error& error) {
        // Only the start of a thread throws a system_error with this code.
        if (is_about(error.code(), std::errc::resource_unavailable_try_again)) return {EX_OSERR, no_threads};
        return {exit_code_of(error.code()), words_of(error.code(), error.what())};
    } catch (const std::bad_alloc&) {
        return {EX_OSERR, no_memory};
    } catch (const std::exception& error) {
        return {EX_SOFTWARE, error.what()};
    } catch (...) {
        return {EX_SOFTWARE, "something went wrong that has no name"};
    }
}

void end_uncaught_in_words() {
    std::set_terminate(end_uncaught);
}

}  // namespace paperround::daemon
