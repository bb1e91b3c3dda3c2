// A scripted HTTP server (servers/web_server.py) that runs while the object lives. The script can be changed
// at any time; the requests can be read back.
#pragma once

#include <cstdint>
#include <string>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

class WebServer {
  public:
    // `script` is JSON: {"/path": [{"status": 200, "body": "…"}, …], …}; servers/web_server.py has the
    // details.
    explicit WebServer(const std::string& script);

    [[nodiscard]] std::string url(const std::string& path) const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    void serve(const std::string& script) const;
    // One JSON line for each request so far: path, status, headers.
    [[nodiscard]] std::string log() const;
    [[nodiscard]] int requests() const;
    // Stops the server: connections are refused from now on.
    void stop();

  private:
    TempDir folder_;
    std::uint16_t port_;
    Process process_;
};

}  // namespace paperround::test
