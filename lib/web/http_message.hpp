// A request as it came over HTTP, and what is answered. Plain values.
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
    std::string path;   // percent-decoded, without the query; as it came where it cannot be decoded
    std::string query;  // as it came, without its question mark
    HttpFields fields;
    std::string body;
    bool complete = true;    // false: the client closed or was late before the end of its body
    bool too_large = false;  // the body had more octets than were admitted, and is empty here

    // The first of that name, whatever its case; empty where there is none.
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
    std::shared_ptr<EventStream> events = {};  // in place of a body: the response lasts until it ends
};

}  // namespace paperround::web
