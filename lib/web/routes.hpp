// A group of pages: who adds one writes a group, and names it where the server is put together.
#pragma once

#include <string_view>

#include "web/http_message.hpp"
#include "web/listener.hpp"

namespace paperround::web {

class Routes {
  public:
    virtual ~Routes() = default;
    // Whether its pages stand at this path (web/request_path.hpp), whether or not there is one.
    [[nodiscard]] virtual bool owns(std::string_view path) const = 0;
    // As `Allow` has them: "GET, HEAD".
    [[nodiscard]] virtual std::string_view methods() const = 0;
    // Of a request whose method is one of those; must be quick. What the answer throws is told to the
    // operator, and to who asked that it comes back later. The group outlives the answer.
    [[nodiscard]] virtual Admission admit(const HttpRequest& head) = 0;
};

}  // namespace paperround::web
