#include "config/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "base/text/duration.hpp"
#include "base/utf8.hpp"

namespace paperround::config {

namespace {

Failure<Complaint> complain(std::string message, std::string suggestion = {}) {
    return failure(Complaint{std::move(message), std::move(suggestion)});
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += words[i];
    }
    return out;
}

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// The part of a URL that a complaint may show: nothing if it may hold a password, and no query, which may be
// a token.
std::string shown_url(std::string_view text) {
    if (text.find('@') != std::string_view::npos) return "something with an @";
    return in_quotes(text.substr(0, text.find_first_of("?#")));
}

bool is_word_character(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_';
}

}  // namespace

std::string in_quotes(std::string_view text, std::size_t most) {
    const std::string clean = without_control_characters(to_valid_utf8(text));
    const std::string_view start = utf8_prefix(clean, most);
    return fmt::format("\"{}{}\"", start, start.size() < clean.size() ? "…" : "");
}

Complaint unknown_choice(const std::string& word, const std::vector<std::string>& known) {
    return {fmt::format("expected {}, got {}", joined(known), in_quotes(word)), nearest(word, known)};
}

Value<std::string> read_text(const Node& node, std::string_view what) {
    if (node.kind != Node::Kind::scalar)
        return complain(fmt::format("expected {}, got {}", what, name_of(node.kind)));
    // A block scalar (`|`) ends with a line break that is not meant.
    const std::string_view text = trim(node.scalar);
    if (text.empty()) return complain(fmt::format("expected {}, got an empty text", what));
    if (has_control_characters(text)) {
        return complain(fmt::format("expected {} on one line, got line breaks or control characters", what));
    }
    if (!is_utf8(text)) return complain(fmt::format("expected {}, got what is not UTF-8", what));
    return std::string(text);
}

Value<unsigned> read_number(const Node& node, unsigned least, unsigned most) {
    const std::string what = fmt::format("a whole number from {} to {}", least, most);
    const auto text = read_text(node, what);
    if (!text) return failure(text.error());
    const auto number = parse_whole<unsigned>(*text);
    if (!number || *number < least || *number > most) {
        return complain(fmt::format("expected {}, got {}", what, in_quotes(*text)));
    }
    return *number;
}

Value<double> read_share(const Node& node) {
    const auto text = read_text(node, "a number from 0 to 1");
    if (!text) return failure(text.error());
    std::string_view digits = *text;
    const bool percent = digits.ends_with('%');
    if (percent) digits.remove_suffix(1);
    const auto number = parse_whole<double>(digits);
    const double share = number.value_or(-1.0) / (percent ? 100.0 : 1.0);
    if (share >= 0.0 && share <= 1.0) return share;
    return complain(fmt::format("expected a number from 0 to 1, or 0% to 100%, got {}", in_quotes(*text)));
}

Value<double> read_decimal(const Node& node, double least, double most) {
    const std::string what = fmt::format("a number from {} to {}", least, most);
    const auto text = read_text(node, what);
    if (!text) return failure(text.error());
    const auto number = parse_whole<double>(*text);
    if (number && *number >= least && *number <= most) return *number;
    return complain(fmt::format("expected {}, got {}", what, in_quotes(*text)));
}

Value<Duration> read_duration(const Node& node, Duration least, Duration most) {
    const auto text = read_text(node, "a duration such as 10m or 48h");
    if (!text) return failure(text.error());
    const auto duration = parse_duration(*text);
    if (!duration)
        return complain(fmt::format("expected a duration such as 10m or 48h, got {}", in_quotes(*text)));
    if (*duration < least || *duration > most) {
        return complain(fmt::format("expected a duration from {} to {}, got {}", format_duration(least),
                                    format_duration(most), in_quotes(*text)));
    }
    return *duration;
}

Value<Rate> read_rate(const Node& node) {
    const auto text = read_text(node, "a rate such as 50/s or 1000/h");
    if (!text) return failure(text.error());
    if (const auto rate = parse_rate(*text)) return *rate;
    return complain(
        fmt::format("expected a rate such as 50/s, 100/m, 1000/h or 5000/d, got {}", in_quotes(*text)));
}

Value<Time> read_date(const Node& node) {
    const auto text = read_text(node, "a date such as 2026-12-01");
    if (!text) return failure(text.error());
    const auto day = text->size() == 10 ? parse_rfc3339(*text) : std::nullopt;
    if (day) return *day;
    return complain(fmt::format("expected a date such as 2026-12-01, got {}", in_quotes(*text)));
}

Value<Mailbox> read_mailbox(const Node& node) {
    const auto text = read_text(node, "an address such as \"Field Notes <notes@example.org>\"");
    if (!text) return failure(text.error());
    auto mailbox = parse_mailbox(*text);
    if (!mailbox)
        return complain(fmt::format("bad address {}: {}", in_quotes(*text), mailbox.error().reason));
    return std::move(*mailbox);
}

Value<Url> read_url(const Node& node, const std::vector<std::string>& schemes) {
    const std::string what = fmt::format("a URL with {}", joined(schemes));
    const auto text = read_text(node, what);
    if (!text) return failure(text.error());
    const auto url = parse_url(*text);
    if (!url && text->find('@') != std::string::npos) {
        return complain(fmt::format("expected {}, without a user name or password in it", what));
    }
    if (!url) return complain(fmt::format("expected {}, got {}", what, shown_url(*text)));
    if (std::ranges::find(schemes, url->scheme) == schemes.end()) {
        return complain(fmt::format("expected {}, got {}", what, shown_url(*text)),
                        nearest(url->scheme, schemes));
    }
    return *url;
}

Value<std::string> read_url_text(const Node& node, const std::vector<std::string>& schemes) {
    const auto url = read_url(node, schemes);
    if (!url) return failure(url.error());
    return std::string(trim(node.scalar));
}

Value<std::string> read_public_url(const Node& node) {
    auto text = read_url_text(node, {"http", "https"});
    if (!text) return text;
    if (text->find_first_of("?#") != std::string::npos) {
        return complain(
            fmt::format("expected a URL without query and fragment, got {} with one", shown_url(*text)));
    }
    while (text->ends_with('/')) text->pop_back();
    return text;
}

Value<Url> read_listen(const Node& node) {
    const auto text = read_text(node, "an address to listen on such as 127.0.0.1:8025");
    if (!text) return failure(text.error());
    const auto url = parse_url("http://" + *text);
    if (!url || url->host.empty() || !url->rest.empty() || url->port == 0 || !is_host(url->host)) {
        return complain(
            fmt::format("expected an address to listen on such as 127.0.0.1:8025 or [::1]:8025, got {}",
                        in_quotes(*text)));
    }
    return *url;
}

Value<Schedule> read_schedule(const Node& node) {
    const auto text = read_text(node, "a schedule such as daily 08:00");
    if (!text) return failure(text.error());
    auto schedule = parse_schedule(*text);
    if (!schedule) return complain(fmt::format("expected {}, got {}", schedule.error(), in_quotes(*text)));
    return std::move(*schedule);
}

Value<SendWindow> read_send_window(const Node& node) {
    const auto text = read_text(node, "a window such as 07:00-22:00");
    if (!text) return failure(text.error());
    auto window = parse_send_window(*text);
    if (!window) return complain(fmt::format("expected {}, got {}", window.error(), in_quotes(*text)));
    return std::move(*window);
}

Value<bool> read_flag(const Node& node) {
    return read_choice<bool>(node, {{"true", true}, {"false", false}});
}

Value<std::string> read_zone(const Node& node) {
    auto text = read_text(node, "a time zone such as Europe/London");
    if (!text || is_known_zone(*text)) return text;
    return complain(fmt::format("this system knows no time zone {}", in_quotes(*text)), nearest_zone(*text));
}

Value<IpNetwork> read_ip_network(const Node& node) {
    const auto text = read_text(node, "an address or network such as 10.0.0.0/8");
    if (!text) return failure(text.error());
    if (const auto network = parse_ip_network(*text)) return *network;
    return complain(fmt::format("expected an address or network such as 10.0.0.0/8 or 2001:db8::1, got {}",
                                in_quotes(*text)));
}

Value<std::string> read_language(const Node& node) {
    auto text = read_text(node, "a language tag such as en or pt-BR");
    if (!text) return text;
    const auto parts = split(*text, '-');
    const bool first_is_letters =
        parts[0].size() >= 2 && parts[0].size() <= 3 && std::ranges::all_of(parts[0], is_ascii_alpha);
    const bool shaped = std::ranges::all_of(parts, [](std::string_view part) {
        return !part.empty() && part.size() <= 8 &&
               std::ranges::all_of(part, [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c); });
    });
    if (first_is_letters && shaped && text->size() <= 35) return text;
    return complain(fmt::format("expected a language tag such as en or pt-BR, got {}", in_quotes(*text)));
}

Value<std::string> read_list_id(const Node& node) {
    auto text = read_text(node, "a list id such as notes.example.org");
    if (!text) return text;
    const auto words = split(*text, '.');
    const bool shaped = std::ranges::all_of(words, [](std::string_view word) {
        return !word.empty() && std::ranges::all_of(word, is_word_character);
    });
    if (shaped && words.size() >= 2 && text->size() <= 255) return text;
    return complain(fmt::format("expected a list id such as notes.example.org, got {}", in_quotes(*text)));
}

Value<std::string> read_sender_id(const Node& node) {
    auto text = read_text(node, "5 to 15 letters, digits, '-' and '_'");
    if (!text) return text;
    if (std::ranges::all_of(*text, is_word_character) && text->size() >= 5 && text->size() <= 15) return text;
    return complain(fmt::format("expected 5 to 15 letters, digits, '-' and '_', got {}", in_quotes(*text)));
}

Value<std::string> read_ehlo(const Node& node) {
    auto text = read_text(node, "a host name or an address literal");
    if (!text) return text;
    std::string_view host = *text;
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (is_host(host) && text->size() <= 255) return text;
    return complain(fmt::format("expected a host name such as mail.example.org, got {}", in_quotes(*text)));
}

bool is_identifier(std::string_view name) {
    return !name.empty() && name.size() <= 40 &&
           std::ranges::all_of(name, [](char c) { return is_word_character(c) && ascii_lower(c) == c; });
}

bool is_host(std::string_view host) {
    return !host.empty() &&
           std::ranges::all_of(host, [](char c) { return is_word_character(c) || c == '.' || c == ':'; });
}

Value<std::string> read_identifier(const Node& node, std::string_view what) {
    auto text = read_text(node, what);
    if (!text || is_identifier(*text)) return text;
    return complain(fmt::format("expected {} of at most 40 characters a-z, 0-9, '-' and '_', got {}", what,
                                in_quotes(*text)));
}

}  // namespace paperround::config
