// Trouble around the daemon, before or beside its work: a reader of its journal, the file system, threads,
// ports, other users' files. Expects plain words, and the exit code on which the service manager acts.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/file.hpp"
#include "integration/daemon_fixture.hpp"

using namespace paperround::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Surroundings : DaemonFixture {
    // Through a shell that prepares the environment: runs `before`, then `exec`, the program and `behind`.
    Process start_by_shell(const std::string& before, const std::string& behind) const {
        std::vector<std::string> argv{"sh", "-c", before + "exec \"$@\" " + behind, "sh"};
        const auto program = arguments({"run"});
        argv.insert(argv.end(), program.begin(), program.end());
        return Process(argv);
    }
    Finished once_under(const std::map<std::string, std::string>& environment) const {
        Process process(arguments({"run", "--once"}), {}, environment);
        const auto status = process.wait(60s);
        return {status.value_or(-1), process.output(), process.errors()};
    }
    static std::map<std::string, std::string> scarce(const std::string& name, const std::string& value) {
        return {{"LD_PRELOAD", SCARCE_MEANS}, {"ASAN_OPTIONS", "verify_asan_link_order=0"}, {name, value}};
    }
    fs::path database() const { return dir / "data" / "paperround.db"; }
};

bool says(const Finished& finished, const std::string& words) {
    return finished.errors.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE_METHOD(Surroundings, "a journal that nobody reads stops neither the sending nor the stop") {
    const AiosmtpdServer server({});
    configure({.relay_port = server.port(), .extra = "drain: 5s"});
    publish({"a"});
    import_readers(50);
    const auto fifo = dir / "journal";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    // Another process has it open and does not read, and it is full.
    const paperround::Descriptor reader(::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    while (::write(reader.get(), "x", 1) == 1) {
    }
    auto daemon = start_by_shell("", "2>" + fifo.string());
    REQUIRE(eventually([&] { return server.messages().size() == 50; }, 60s));
    CHECK(ready());
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(20s) == 0);
}

TEST_CASE_METHOD(Surroundings, "a terminal that is held stops neither the sending nor the end") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    import_readers(20);
    std::vector<std::string> argv{
        python, "-c",
        "import os, pty, subprocess, sys, termios\n"
        "master, terminal = pty.openpty()\n"
        "termios.tcflow(terminal, termios.TCOOFF)\n"  // Ctrl-S
        "sys.exit(subprocess.run(sys.argv[1:], stderr=terminal, timeout=30).returncode)\n"};
    const auto program = arguments({"run", "--once"});
    argv.insert(argv.end(), program.begin(), program.end());
    const auto finished = paperround::test::run(argv);
    CHECK(finished.status == 0);
    CHECK(finished.output.starts_with("20 sent"));
}

TEST_CASE_METHOD(Surroundings, "a limit on the size of files is a full disk: it waits, and goes on") {
    const ScriptedSmtp relay("{}");
    configure({.relay_port = relay.port(), .relay_extra = ", rate: 40/s"});
    publish({"a"});
    import_readers(100);
    auto daemon = start();
    REQUIRE(eventually([&] { return relay.count("\"message\"") > 5; }));
    const auto limit = [&daemon](rlim_t octets) {
        const rlimit soft{.rlim_cur = octets, .rlim_max = RLIM_INFINITY};
        REQUIRE(::prlimit(daemon.pid(), RLIMIT_FSIZE, &soft, nullptr) == 0);
    };
    limit(4096);
    // The journal is such a file too, so it cannot contain the message.
    REQUIRE(eventually([&] {
        return paperround::test::run({"curl", "-s", "--noproxy", "*", "-m", "2",
                                      fmt::format("http://127.0.0.1:{}/healthz", http_port)})
                   .output.find("the database cannot be written") != std::string::npos;
    }));
    limit(RLIM_INFINITY);
    CHECK(eventually([&] { return relay.count("\"message\"") == 100; }, 60s));
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
}

TEST_CASE_METHOD(Surroundings, "standard descriptors that are closed at the start are nobody else's later") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    import_readers(1);
    auto daemon = start_by_shell("", "0<&- 1>&- 2>&-");
    REQUIRE(eventually([&] { return ready(); }));
    for (const int descriptor : {0, 1, 2}) {
        CAPTURE(descriptor);
        CHECK(fs::read_symlink(fmt::format("/proc/{}/fd/{}", daemon.pid(), descriptor)) == "/dev/null");
    }
    daemon.signal(SIGTERM);
    CHECK(daemon.wait(30s) == 0);
}

TEST_CASE_METHOD(Surroundings, "a file system without locks is named as one") {
    configure({.relay_port = free_port()});
    publish({"a"});
    const auto run = once_under(scarce("NO_FILE_LOCKS", "1"));
    CHECK(run.status == 71);
    CHECK(says(run, "this file system offers no locks (No locks available)"));
    CHECK_FALSE(says(run, "another daemon"));
}

TEST_CASE_METHOD(Surroundings, "threads that are not to be had end it in words, wherever it needs them") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    import_readers(1);
    for (const char* most : {"0", "1", "2", "4", "6", "8"}) {
        CAPTURE(most);
        Process daemon(arguments({"run"}), {}, scarce("THREADS_AT_MOST", most));
        CHECK(daemon.wait(60s) == 71);
        CHECK(daemon.errors().find("no more threads are to be had") != std::string::npos);
    }
}

TEST_CASE_METHOD(Surroundings, "open files that are not to be had are said before anything is begun") {
    configure({.relay_port = free_port(), .connections = 200});
    publish({"a"});
    auto refused = start_by_shell("ulimit -n 100; ", "");
    CHECK(refused.wait(60s) == 71);
    CHECK(refused.errors().find("needs 732 files open at once, and 100 may be") != std::string::npos);
    // A limit that may be raised is raised.
    auto raised = start_by_shell("ulimit -S -n 100; ", "");
    REQUIRE(eventually([&] { return ready(); }));
    raised.signal(SIGTERM);
    CHECK(raised.wait(30s) == 0);
}

TEST_CASE_METHOD(Surroundings, "a port that is taken is tried again by the service manager") {
    const SmtpSink sink;
    http_port = sink.port();
    configure({.relay_port = sink.port()});
    publish({"a"});
    const auto run = command({"run"});
    CHECK(run.status == 75);
    CHECK(says(run, "Address already in use"));
}

TEST_CASE_METHOD(Surroundings, "a source's folder that is not mounted yet is tried again, a mistake is not") {
    configure({.relay_port = 25});
    auto text = slurp(dir / "config.yaml");
    const auto feed = text.find("feed: \"file://");
    text.replace(feed, text.find(',', feed) - feed, "folder: ./mounted-later");
    dir.write("config.yaml", text);
    for (const char* command_name : {"run", "check"}) {
        const auto run = command({command_name});
        CHECK(run.status == 75);
        CHECK(says(run, "mounted-later"));
    }
    dir.write("config.yaml", text + "shedule: daily\n");
    CHECK(command({"run"}).status == 78);
}

TEST_CASE_METHOD(Surroundings, "an empty or damaged database is never called sound") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    import_readers(1);
    REQUIRE(command({"run", "--once"}).status == 0);
    for (const std::string& content : {std::string(), std::string(5000, 'x')}) {
        CAPTURE(content.size());
        for (const char* end : {"", "-wal", "-shm"}) fs::remove(database().string() + end);
        dir.write("data/paperround.db", content);
        for (const std::vector<std::string>& tail : {std::vector<std::string>{"run", "--once"},
                                                     {"run", "--once"},
                                                     {"check"},
                                                     {"subscribers", "list"}}) {
            CAPTURE(tail);
            const auto run = command(tail);
            CHECK(run.status == 65);
            CHECK(says(run, database().string()));
            CHECK(says(run, content.empty() ? "it is empty" : "is damaged"));
            CHECK(says(run, "Restore a backup"));
            CHECK_FALSE(says(run, "sound"));
        }
        CHECK(slurp(database()) == content);
    }
}

TEST_CASE_METHOD(Surroundings, "a data directory or password file that everybody may write is refused") {
    const SmtpSink sink;
    dir.write("pw", "secret");
    REQUIRE(::chmod((dir / "pw").c_str(), 0602) == 0);
    configure({.relay_port = sink.port(), .relay_extra = ", username: u, password_file: pw"});
    publish({"a"});
    for (const char* command_name : {"run", "check"}) {
        const auto run = command({command_name});
        CHECK(run.status == 78);
        CHECK(says(run, "everybody may write " + (dir / "pw").string()));
    }
    REQUIRE(::chmod((dir / "pw").c_str(), 0600) == 0);
    REQUIRE(::chmod((dir / "data").c_str(), 0777) == 0);
    for (const char* command_name : {"run", "check"}) {
        const auto run = command({command_name});
        CHECK(run.status == 78);
        CHECK(says(run, "everybody may write into the data directory"));
    }
}

TEST_CASE_METHOD(Surroundings, "a restored database that everybody can read becomes private again") {
    const SmtpSink sink;
    configure({.relay_port = sink.port()});
    publish({"a"});
    import_readers(1);
    REQUIRE(::chmod(database().c_str(), 0644) == 0);
    CHECK(command({"check"}).output.find("warning: " + database().string() + ": everybody can read it") !=
          std::string::npos);
    const auto run = command({"run", "--once"});
    CHECK(run.status == 0);
    CHECK(says(run, "it is private again"));
    struct stat status {};
    REQUIRE(::stat(database().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE_METHOD(Surroundings, "what root has left in the service user's folder is named with its owner") {
    if (::geteuid() != 0) return;  // only root can give files away
    configure({.relay_port = free_port()});
    publish({"a"});
    import_readers(1);
    REQUIRE(::chmod(dir.path().c_str(), 0755) == 0);
    REQUIRE(::chown((dir / "data").c_str(), 65534, 65534) == 0);
    const auto checked = command({"check"});
    CHECK(checked.output.find("warning: " + database().string() +
                              ": belongs to root, the data directory to nobody") != std::string::npos);
    std::vector<std::string> argv{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    const auto program = arguments({"run"});
    argv.insert(argv.end(), program.begin(), program.end());
    const auto run = paperround::test::run(argv);
    CHECK(run.status == 77);
    CHECK(says(run, database().string() + ": belongs to root, and this is run by nobody"));
}
