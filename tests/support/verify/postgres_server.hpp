// A PostgreSQL of the test's own, empty: on a Unix socket in a folder that goes with it, without TCP, and forgetful
// of a power cut. As root it runs as another user, since PostgreSQL refuses root.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace paperround::test {

class PostgresServer {
  public:
    // Throws std::runtime_error with the server's words where it does not start.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    // What the server says against it; empty where it is done.
    [[nodiscard]] std::string execute(const std::string& sql);

    // How it understands a statement, which is not run.
    struct Understood {
        std::string error;                    // empty where it does
        std::vector<std::string> parameters;  // their types, in its own words
        std::vector<std::string> columns;
    };
    [[nodiscard]] Understood prepare(const std::string& sql);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::test
