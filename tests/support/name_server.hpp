// A name server for MX records on a port of 127.0.0.1 (servers/name_server.py) while the object lives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

class NameServer {
  public:
    // `answers`: JSON, see the script.
    explicit NameServer(const std::string& answers);
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    // Its log: "udp example.org" for each question.
    [[nodiscard]] std::string log() const { return process_->output(); }
    [[nodiscard]] std::size_t count(const std::string& text) const { return count_of(text, log()); }

  private:
    TempDir folder_;
    std::uint16_t port_;
    std::unique_ptr<Process> process_;
};

}  // namespace paperround::test
