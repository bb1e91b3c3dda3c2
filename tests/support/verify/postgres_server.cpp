#include "support/verify/postgres_server.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <stdexcept>

#include "support/process.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

namespace paperround::test {

namespace {

using Strings = std::vector<std::string>;

// Debian's, which has one for each version.
const std::string programs = "/usr/lib/postgresql/15/bin/";

const passwd& other_user() {
    for (const char* name : {"postgres", "nobody"}) {
        if (const passwd* found = ::getpwnam(name)) return *found;
    }
    throw std::runtime_error("PostgreSQL refuses root, and there is neither a user postgres nor nobody");
}

// How a program is run that refuses root.
Strings as_other_user(Strings argv, const std::filesystem::path& folder) {
    if (::geteuid() != 0) return argv;
    const passwd& user = other_user();
    if (::chown(folder.c_str(), user.pw_uid, user.pw_gid) != 0) throw std::runtime_error("chown");
    const Strings before{
        "setpriv",       "--reuid", std::to_string(user.pw_uid), "--regid", std::to_string(user.pw_gid),
        "--clear-groups"};
    argv.insert(argv.begin(), before.begin(), before.end());
    return argv;
}

const std::filesystem::path& initialised(const TempDir& folder) {
    const auto made =
        run(as_other_user({programs + "initdb", "--pgdata", folder / "data", "--no-sync", "--auth", "trust",
                           "--username", "paperround", "--encoding", "UTF8", "--locale", "C"},
                          folder.path()));
    if (made.status != 0) throw std::runtime_error("initdb: " + made.errors);
    return folder.path();
}

Strings server_of(const std::filesystem::path& folder) {
    return as_other_user(
        {programs + "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c",
         "fsync=off", "-c", "shared_buffers=1MB", "-c", "autovacuum=off"},
        folder);
}

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

}  // namespace

struct PostgresServer::Impl {
    Impl() {
        const std::string target =
            fmt::format("host={} user=paperround dbname=postgres", folder.path().string());
        const bool up =
            eventually([&] { return PQping(target.c_str()) == PQPING_OK; }, std::chrono::seconds(60));
        if (!up) throw std::runtime_error("PostgreSQL does not start: " + server.errors());
        connection.reset(PQconnectdb(target.c_str()));
        if (PQstatus(connection.get()) != CONNECTION_OK)
            throw std::runtime_error(PQerrorMessage(connection.get()));
    }
    ~Impl() {
        connection.reset();
        server.signal(SIGQUIT);  // at once, its own processes as well
        static_cast<void>(server.wait(std::chrono::seconds(20)));
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    [[nodiscard]] std::string error_of(const Answer& answer) const {
        return PQresultStatus(answer.get()) == PGRES_COMMAND_OK ? std::string()
                                                                : PQerrorMessage(connection.get());
    }
    [[nodiscard]] std::string name_of(Oid type) const {
        const Answer answer(PQexec(connection.get(), fmt::format("SELECT {}::regtype", type).c_str()));
        return PQgetvalue(answer.get(), 0, 0);
    }

    struct Finish {
        void operator()(PGconn* one) const { PQfinish(one); }
    };
    TempDir folder;
    Process server{server_of(initialised(folder))};
    std::unique_ptr<PGconn, Finish> connection;
};

PostgresServer::PostgresServer() : impl_(std::make_unique<Impl>()) {}
PostgresServer::~PostgresServer() = default;

std::string PostgresServer::execute(const std::string& sql) {
    return impl_->error_of(Answer(PQexec(impl_->connection.get(), sql.c_str())));
}

PostgresServer::Understood PostgresServer::prepare(const std::string& sql) {
    PGconn* connection = impl_->connection.get();
    Understood understood;
    understood.error = impl_->error_of(Answer(PQprepare(connection, "", sql.c_str(), 0, nullptr)));
    if (!understood.error.empty()) return understood;
    const Answer described(PQdescribePrepared(connection, ""));
    for (int i = 0; i < PQnparams(described.get()); ++i)
        understood.parameters.push_back(impl_->name_of(PQparamtype(described.get(), i)));
    for (int i = 0; i < PQnfields(described.get()); ++i)
        understood.columns.push_back(impl_->name_of(PQftype(described.get(), i)));
    return understood;
}

}  // namespace paperround::test
