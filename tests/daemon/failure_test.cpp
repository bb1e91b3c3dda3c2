#include "daemon/failure.hpp"

#include <sysexits.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <new>
#include <stdexcept>
#include <system_error>

#include "db/database.hpp"

using namespace paperround;
using daemon::ending_of;
using daemon::exit_code_of;

namespace {

template <class Exception>
daemon::Ending ending(const Exception& exception) {
    return ending_of(std::make_exception_ptr(exception));
}

std::error_code reason(std::errc code) {
    return std::make_error_code(code);
}

bool says(const daemon::Ending& ending, const std::string& words) {
    return ending.words.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("memory, threads and descriptors that cannot be had are the system's, and each is named") {
    const auto memory = ending(std::bad_alloc());
    CHECK(memory.status == EX_OSERR);
    CHECK(says(memory, "no more memory"));
    const auto threads = ending(std::system_error(reason(std::errc::resource_unavailable_try_again)));
    CHECK(threads.status == EX_OSERR);
    CHECK(says(threads, "no more threads"));
    const auto files =
        ending(std::filesystem::filesystem_error("open", "/data", reason(std::errc::too_many_files_open)));
    CHECK(files.status == EX_OSERR);
    CHECK(says(files, "no more files"));
    CHECK(ending(db::Error(db::Error::Code::no_memory, "database: out of memory")).status == EX_OSERR);
    const auto database = ending(db::Error(db::Error::Code::no_descriptors, "database: unable to open"));
    CHECK(database.status == EX_OSERR);
    CHECK(says(database, "no more files"));
}

TEST_CASE("a file that this user may not use is named, with the code for that") {
    const auto refused =
        ending(std::filesystem::filesystem_error("x", "/data/lock", reason(std::errc::permission_denied)));
    CHECK(refused.status == EX_NOPERM);
    CHECK(refused.words == "/data/lock: Permission denied");
    CHECK(ending(std::filesystem::filesystem_error("x", "/d", reason(std::errc::read_only_file_system)))
              .status == EX_IOERR);
}

TEST_CASE("a database that is damaged is bad data, and the words say what to do") {
    const auto damaged =
        ending(db::Error(db::Error::Code::corrupt, "database /d/paperround.db: file is not a database"));
    CHECK(damaged.status == EX_DATAERR);
    CHECK(says(damaged, "/d/paperround.db"));
    CHECK(says(damaged, "is damaged"));
    CHECK(says(damaged, "Restore a backup"));
    CHECK(ending(db::Error(db::Error::Code::emptied, "it is empty")).status == EX_DATAERR);
    CHECK(ending(db::Error(db::Error::Code::unreadable, "disk I/O error")).status == EX_IOERR);
    CHECK(ending(db::Error(db::Error::Code::busy, "locked")).status == EX_TEMPFAIL);
}

TEST_CASE("what nobody foresaw is a fault of the program") {
    CHECK(ending(std::logic_error("no such lane")).status == EX_SOFTWARE);
    CHECK(ending(42).status == EX_SOFTWARE);
}

TEST_CASE("a port that is taken or not there yet is tried again, one for root alone is not") {
    using enum web::ListenError::Code;
    CHECK(exit_code_of(web::ListenError{"", taken}) == EX_TEMPFAIL);
    CHECK(exit_code_of(web::ListenError{"", not_there}) == EX_TEMPFAIL);
    CHECK(exit_code_of(web::ListenError{"", not_allowed}) == EX_CONFIG);
}

TEST_CASE("a lock that another daemon holds is waited for, one that is not to be had says why") {
    using Code = pipeline::LockError::Code;
    CHECK(exit_code_of(pipeline::LockError{Code::held, {}, ""}) == EX_TEMPFAIL);
    CHECK(exit_code_of(pipeline::LockError{Code::not_offered, reason(std::errc::no_lock_available), ""}) ==
          EX_OSERR);
    CHECK(exit_code_of(pipeline::LockError{Code::not_to_be_had, reason(std::errc::permission_denied), ""}) ==
          EX_NOPERM);
    CHECK(exit_code_of(pipeline::LockError{Code::not_to_be_had, reason(std::errc::read_only_file_system),
                                           ""}) == EX_IOERR);
}

TEST_CASE("an installed file that cannot be read is not the configuration's fault") {
    using Code = web::PagesError::Code;
    CHECK(exit_code_of(web::PagesError{Code::not_readable, ""}) == EX_OSFILE);
    CHECK(exit_code_of(web::PagesError{Code::wrong, ""}) == EX_CONFIG);
}
