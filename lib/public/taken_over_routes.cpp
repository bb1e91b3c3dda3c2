#include "public/taken_over_routes.hpp"

#include <algorithm>

#include "audience/past/taken_over_store.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"

namespace paperround::pages {

namespace {

constexpr std::size_t most_candidates = 8;
constexpr std::size_t looked_through = 2000;  // octets
constexpr std::string_view nobodys_link = "/u/-";

bool may_be_token(std::string_view text) {
    return !text.empty() && text.size() <= audience::longest_taken_over_token;
}

}  // namespace

std::vector<std::string> possible_tokens(std::string_view below_path, std::string_view query) {
    std::vector<std::string> tokens;
    // listmonk's path ends with the subscriber: the last part first.
    std::string_view path = below_path.substr(0, looked_through);
    while (!path.empty() && tokens.size() < most_candidates) {
        const auto slash = path.rfind('/');
        const std::string_view part = slash == std::string_view::npos ? path : path.substr(slash + 1);
        if (may_be_token(part)) tokens.emplace_back(part);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    }
    for (const std::string_view pair : split(query.substr(0, looked_through), '&')) {
        if (tokens.size() >= most_candidates) break;
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        const auto value = decode_percent(pair.substr(equals + 1), true);
        if (value && may_be_token(*value)) tokens.push_back(*value);
    }
    return tokens;
}

TakenOverRoutes::TakenOverRoutes(db::Database database, const audience::TokenSigner& signer,
                                 std::shared_ptr<web::UnsubscribeHandler> readers,
                                 std::shared_ptr<const web::Pages> pages)
    : database_(std::move(database)),
      signer_(signer),
      pages_(std::move(pages)),
      leaving_(std::move(readers), *pages_, {}),
      paths_(audience::TakenOverStore(database_).paths()) {}

std::string_view TakenOverRoutes::path_of(std::string_view path) const {
    for (const std::string& one : paths_) {
        if (path.starts_with(one) || path == std::string_view(one).substr(0, one.size() - 1)) return one;
    }
    return {};
}

web::Admission TakenOverRoutes::admit(const web::HttpRequest& head) {
    // The method decides what is admitted; who it is about is asked when it is answered.
    web::HttpRequest shaped = head;
    shaped.path = nobodys_link;
    const std::size_t body_limit = leaving_.admit(shaped).body_limit;
    return {.body_limit = body_limit, .answer = [this](const web::HttpRequest& request) {
                const web::HttpRequest own = translated(request);
                return leaving_.admit(own).answer(own);
            }};
}

web::HttpRequest TakenOverRoutes::translated(const web::HttpRequest& request) {
    const std::string_view base = path_of(request.path);
    const std::string_view below =
        request.path.size() > base.size() ? std::string_view(request.path).substr(base.size()) : "";
    web::HttpRequest own = request;
    own.path = nobodys_link;
    const Lock lock(mutex_);
    for (const std::string& token : possible_tokens(below, request.query)) {
        const auto link = audience::TakenOverStore(database_).find(token);
        if (!link) continue;
        own.path = "/u/" + signer_.sign(audience::Token{audience::Purpose::leave, link->newsletter,
                                                        link->subscriber_id, 0});
        break;
    }
    return own;
}

}  // namespace paperround::pages
