#include "pipeline/courier/token_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::pipeline {

namespace {

using Json = nlohmann::json;

constexpr std::size_t body_limit = 64U << 10U;
constexpr std::size_t token_limit = 8192;
constexpr std::size_t words_limit = 500;

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A token is written into a line of the SMTP dialogue, or into a file of lines.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= token_limit &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::string one_line(std::string_view text) {
    const std::string clean = without_control_characters(collapse_spaces(to_valid_utf8(text)));
    return std::string(utf8_prefix(trim(clean), words_limit));
}

// A number, or (Microsoft's older endpoints) a number in quotes. Zoho has seconds in `expires_in_sec`, and
// milliseconds in `expires_in`.
std::optional<std::int64_t> seconds_of(const Json& object) {
    auto found = object.find("expires_in_sec");
    if (found == object.end()) found = object.find("expires_in");
    if (found == object.end()) return std::nullopt;
    if (found->is_number()) {
        const double seconds = found->get<double>();
        return static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e9));
    }
    const std::string text = found->is_string() ? found->get<std::string>() : std::string();
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
    return seconds;
}

std::string refusal(int status, const Json& answer) {
    const std::string error = answer.is_object() ? one_line(text_of(answer, "error")) : std::string();
    if (error.empty()) return fmt::format("HTTP status {}", status);
    const std::string description = text_of(answer, "error_description");
    return one_line(description.empty() ? error : error + ": " + description);
}

}  // namespace

Result<TokenReply, std::string> parse_token_reply(int status, std::string_view body) {
    if (body.size() > body_limit) return failure(std::string("an answer of more than 64 KiB"));
    const Json answer = Json::parse(body, nullptr, false);
    if (status < 200 || status > 299) return failure(refusal(status, answer));
    if (!answer.is_object()) return failure(std::string("expected a JSON object, got something else"));
    if (answer.contains("error")) return failure(refusal(status, answer));  // even with status 200

    TokenReply reply{.access_token = text_of(answer, "access_token"),
                     .refresh_token = text_of(answer, "refresh_token")};
    if (!is_token(reply.access_token))
        return failure(std::string("expected an access_token of visible ASCII, got none or another"));
    if (!reply.refresh_token.empty() && !is_token(reply.refresh_token))
        return failure(std::string("expected a refresh_token of visible ASCII, got another"));
    const std::string type = text_of(answer, "token_type");
    if (!type.empty() && !ascii_iequals(type, "bearer"))
        return failure(one_line(fmt::format("expected a token of the type Bearer, got {}", type)));
    if (const auto seconds = seconds_of(answer))
        reply.lifetime = std::min<Duration>(std::chrono::seconds(std::min<std::int64_t>(*seconds, 86'400)),
                                            std::chrono::hours(24));
    return reply;
}

}  // namespace paperround::pipeline
