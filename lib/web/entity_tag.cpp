#include "web/entity_tag.hpp"

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace paperround::web {

namespace {

constexpr int not_modified = 304;
constexpr std::size_t tag_octets = 16;

}  // namespace

std::string entity_tag(std::string_view body) {
    return '"' + hex(std::string_view(sha256(body)).substr(0, tag_octets)) + '"';
}

// No tag of ours has a comma in it.
bool is_known(std::string_view if_none_match, std::string_view tag) {
    while (!if_none_match.empty()) {
        const auto comma = if_none_match.find(',');
        std::string_view each = trim(if_none_match.substr(0, comma));
        if (each == "*") return true;
        if (each.starts_with("W/")) each.remove_prefix(2);
        if (each == tag) return true;
        if (comma == std::string_view::npos) break;
        if_none_match.remove_prefix(comma + 1);
    }
    return false;
}

void answer_by_tag(HttpResponse& response, const HttpRequest& request, const std::string& tag) {
    response.fields.emplace_back("ETag", tag);
    if (!is_known(request.field("If-None-Match"), tag)) return;
    response.status = not_modified;
    response.type.clear();
    response.body.clear();
}

}  // namespace paperround::web
