#include "web_fixture.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

namespace paperround::test {

Site::Site(web::ConnectionTimes times, web::HubCallbacks* hubs, std::size_t connections) {
    web::ServerOptions options;
    options.port = 0;
    options.connections = connections;
    options.times = times;
    options.hubs = hubs;
    options.on_failure = [this](const std::string& what) {
        const std::lock_guard lock(mutex);
        failures.push_back(what);
    };
    server = std::make_unique<web::WebServer>(
        web::WebServer::start(readers, web::Pages::load(web_templates()).value(), options).value());
}

std::string Site::url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", server->port(), path);
}

Answer Site::curl(const std::string& path, std::vector<std::string> arguments) const {
    std::vector<std::string> argv{"curl", "-s", "-q",      "--path-as-is", "-i", "-m",
                                  "30",   "-H", "Expect:", "--noproxy",    "*"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.push_back(url(path));
    const Finished done = run(argv);
    Answer answer;
    if (done.output.size() > 12) answer.status = std::stoi(done.output.substr(9, 3));
    const auto gap = done.output.find("\r\n\r\n");
    answer.headers = done.output.substr(0, gap);
    if (gap != std::string::npos) answer.body = done.output.substr(gap + 4);
    return answer;
}

Answer Site::one_click(const std::string& path) const {
    return curl(path, {"-d", "List-Unsubscribe=One-Click", "-H", "Accept: text/html,*/*;q=0.8"});
}

int half_open(std::uint16_t port, const std::string& request) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        throw std::runtime_error("cannot connect to the server under test");
    }
    // The server may close early on purpose, without reading everything: that is no error here.
    (void)!::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    return fd;
}

std::string rest_of(int socket) {
    std::string answer;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
        answer.append(buffer, static_cast<std::size_t>(got));
    return answer;
}

int Site::half_open(const std::string& request) const {
    return test::half_open(server->port(), request);
}

std::string Site::raw(const std::string& request) const {
    const int fd = half_open(request);
    std::string answer = rest_of(fd);
    ::close(fd);
    return answer;
}

}  // namespace paperround::test
