#include "support/smtp_servers.hpp"

#include <unistd.h>

#include <stdexcept>

#include "support/wait.hpp"

namespace paperround::test {

namespace {

void require_success(const std::vector<std::string>& argv) {
    const Finished finished = run(argv);
    if (finished.status != 0) throw std::runtime_error(argv[0] + " failed: " + finished.errors);
}

void await_port(std::uint16_t port, Process& process) {
    const bool up = eventually([&] { return listening(port) || !process.running(); });
    if (!up || !process.running()) throw std::runtime_error("a server did not start: " + process.errors());
}

// For servers that count connections: listening() would make one.
void await_ready(Process& process) {
    const auto ready = [&] { return process.output().find("\"ready\"") != std::string::npos; };
    if (!eventually([&] { return ready() || !process.running(); }) || !ready()) {
        throw std::runtime_error("a server did not start: " + process.errors());
    }
}

}  // namespace

config::Relay relay_on(std::uint16_t port) {
    using namespace std::chrono_literals;
    config::Relay relay;
    relay.name = "test";
    relay.host = "127.0.0.1";
    relay.port = port;
    relay.tls = config::Tls::never;
    relay.timeouts = {.connect = 10s,
                      .greeting = 10s,
                      .mail = 10s,
                      .rcpt = 10s,
                      .data = 10s,
                      .block = 10s,
                      .final_dot = 10s};
    return relay;
}

TestAuthority::TestAuthority() {
    const std::vector<std::string> request{
        "openssl", "req",   "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes",  "-days", "30"};
    auto authority = request;
    for (const std::string& word :
         {std::string("-keyout"), (folder_ / "ca.key").string(), std::string("-out"), ca().string(),
          std::string("-subj"), std::string("/CN=Test authority")}) {
        authority.push_back(word);
    }
    require_success(authority);
    auto server = request;
    for (const std::string& word :
         {std::string("-CA"), ca().string(), std::string("-CAkey"), (folder_ / "ca.key").string(),
          std::string("-keyout"), key().string(), std::string("-out"), certificate().string(),
          std::string("-subj"), std::string("/CN=localhost"), std::string("-addext"),
          std::string("subjectAltName=DNS:localhost,IP:127.0.0.1"), std::string("-addext"),
          std::string("basicConstraints=CA:FALSE")}) {
        server.push_back(word);
    }
    require_success(server);
}

SmtpSink::SmtpSink(const std::vector<std::string>& options) : port_(free_port()) {
    std::vector<std::string> argv{"/usr/sbin/smtp-sink"};
    if (::geteuid() == 0) argv.insert(argv.end(), {"-u", "postfix"});
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"127.0.0.1:" + std::to_string(port_), "128"});
    process_ = std::make_unique<Process>(argv);
    await_port(port_, *process_);
}

AiosmtpdServer::AiosmtpdServer(const Options& options) : port_(free_port()) {
    std::vector<std::string> argv{python,      "-W",
                                  "ignore",    server_script("aiosmtpd_server.py"),
                                  "--port",    std::to_string(port_),
                                  "--maildir", (folder_ / "maildir").string(),
                                  "--size",    std::to_string(options.size_limit)};
    if (options.tls != Tls::none) {
        argv.insert(argv.end(),
                    {"--tls", options.tls == Tls::starttls ? "starttls" : "implicit", "--cert",
                     options.authority->certificate().string(), "--key", options.authority->key().string()});
    }
    if (!options.user.empty())
        argv.insert(argv.end(), {"--user", options.user, "--password", options.password});
    process_ = std::make_unique<Process>(argv);
    await_ready(*process_);
}

std::vector<std::string> AiosmtpdServer::messages() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "maildir/new")) {
        found.push_back(slurp(entry.path()));
    }
    return found;
}

TurnProxy::TurnProxy(std::uint16_t target, const TestAuthority* authority) : port_(free_port()) {
    std::vector<std::string> argv{python, server_script("turn_proxy.py"), std::to_string(port_),
                                  std::to_string(target)};
    if (authority != nullptr) {
        argv.insert(argv.end(), {authority->certificate().string(), authority->key().string()});
    }
    process_ = std::make_unique<Process>(argv);
    await_ready(*process_);
}

std::size_t TurnProxy::connections() const {
    return count_of("\"turns\"", process_->output());
}

std::size_t TurnProxy::turns() const {
    const std::string mark = "\"turns\": ";
    const std::string log = process_->output();
    std::size_t sum = 0;
    for (auto at = log.find(mark); at != std::string::npos; at = log.find(mark, at + 1))
        sum += std::stoul(log.substr(at + mark.size()));
    return sum;
}

ScriptedSmtp::ScriptedSmtp(const std::string& script, const TestAuthority* authority) : port_(free_port()) {
    std::vector<std::string> argv{python, server_script("scripted_smtp.py"), std::to_string(port_),
                                  folder_.write("script.json", script).string()};
    if (authority != nullptr) {
        argv.insert(argv.end(), {authority->certificate().string(), authority->key().string()});
    }
    process_ = std::make_unique<Process>(argv);
    await_ready(*process_);
}

std::size_t ScriptedSmtp::count(const std::string& text) const {
    return count_of(text, process_->output());
}

}  // namespace paperround::test
