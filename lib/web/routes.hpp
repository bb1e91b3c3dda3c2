// A group of pages. To add pages, write a group and name it where the server is put together
// (web/server.cpp); CONTRIBUTING.md says what else they need.
#pragma once

#include <string_view>

#include "web/http_message.hpp"
#include "web/listener.hpp"

namespace paperround::web {

class Routes {
  public:
    virtual ~Routes() = default;
    // Whether the path belongs to this group (web/request_path.hpp), even if there is no such page.
    [[nodiscard]] virtual bool owns(std::string_view path) const = 0;
    // The value of `Allow`: "GET, HEAD".
    [[nodiscard]] virtual std::string_view methods() const = 0;
    // For a request with one of these methods; must be quick. If its answer throws, the operator is told, and
    // the client is told to come back later. The group outlives the answer.
    [[nodiscard]] virtual Admission admit(const HttpRequest& head) = 0;
};

}  // namespace paperround::web
