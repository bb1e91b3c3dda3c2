// An HTTP request as received, and its response. Plain values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace paperround::web {

class EventStream;

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method;
    std::string path;   // percent-decoded, without the query; undecoded if it cannot be decoded
    std::string query;  // undecoded, without the question mark
    HttpFields fields;
    std::string peer = {};  // the address of the other end of the connection, without a port; empty: unknown
    std::string body;
    bool complete = true;    // false: the body ended early, because the client closed or was late
    bool too_large = false;  // the body exceeded the admitted size, and is empty here

    // The first field with that name, in any case; empty if there is none.
    [[nodiscard]] std::string_view field(std::string_view name) const {
        for (const auto& [known, value] : fields) {
            if (ascii_iequals(known, name)) return value;
        }
        return {};
    }
};

struct HttpResponse {
    int status = 200;
    std::string type;  // Content-Type
    std::string body;
    HttpFields fields = {};
    std::shared_ptr<EventStream> events = {};  // instead of a body: the response lasts until the stream ends
};

}  // namespace paperround::web
