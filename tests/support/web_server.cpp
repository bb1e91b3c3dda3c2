#include "support/web_server.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "support/wait.hpp"

namespace paperround::test {

WebServer::WebServer(const std::string& script)
    : port_(free_port()),
      process_({python, server_script("web_server.py"), std::to_string(port_),
                folder_.write("script.json", script), folder_ / "log"}) {
    if (!eventually([this] { return listening(port_); })) {
        throw std::runtime_error("the web server does not start: " + process_.errors());
    }
}

std::string WebServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void WebServer::serve(const std::string& script) const {
    // Renamed into place, so that no request sees half of it.
    const auto fresh = folder_.write("script.json.new", script);
    std::filesystem::rename(fresh, folder_ / "script.json");
}

std::string WebServer::log() const {
    return slurp(folder_ / "log");
}

int WebServer::requests() const {
    const std::string lines = log();
    return static_cast<int>(std::count(lines.begin(), lines.end(), '\n'));
}

void WebServer::stop() {
    process_.signal(SIGKILL);
    if (!process_.wait()) throw std::runtime_error("the web server does not end");
}

}  // namespace paperround::test
