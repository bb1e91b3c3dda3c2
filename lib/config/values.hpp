// Converts one value of the YAML file into one typed setting. Each reader takes a node and returns the value
// or a complaint in words. Readers do not know where in the file the node stands (config/section.hpp adds
// file, line and key). Complaints quote the value, shortened and without control characters, unless it may be
// a secret.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address/ip_network.hpp"
#include "base/address/mailbox.hpp"
#include "base/address/url.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/text/rate.hpp"
#include "config/time/schedule.hpp"
#include "config/time/send_window.hpp"
#include "config/yaml_tree.hpp"

namespace paperround::config {

struct Complaint {
    std::string message;
    std::string suggestion;  // the nearest known word, or empty
    bool passing = false;    // the missing thing may appear later
};

template <class T>
using Value = Result<T, Complaint>;

// In quotes, cut after `most` octets, safe for a terminal.
[[nodiscard]] std::string in_quotes(std::string_view text, std::size_t most = 60);

// A scalar, not empty, on one line, without control characters. `what` is the expectation in the complaint:
// "expected a title, got a list".
[[nodiscard]] Value<std::string> read_text(const Node& node, std::string_view what = "text");
[[nodiscard]] Value<unsigned> read_number(const Node& node, unsigned least, unsigned most);
[[nodiscard]] Value<double> read_share(const Node& node);  // 0 to 1, or 0% to 100%
[[nodiscard]] Value<double> read_decimal(const Node& node, double least, double most);
[[nodiscard]] Value<bool> read_flag(const Node& node);  // true or false
[[nodiscard]] Value<Duration> read_duration(const Node& node, Duration least, Duration most);
[[nodiscard]] Value<Rate> read_rate(const Node& node);
[[nodiscard]] Value<Time> read_date(const Node& node);  // a day, as its midnight UTC
[[nodiscard]] Value<Mailbox> read_mailbox(const Node& node);
// An absolute URL with one of the schemes; user information is refused. Returned as its parts, or as written.
[[nodiscard]] Value<Url> read_url(const Node& node, const std::vector<std::string>& schemes);
[[nodiscard]] Value<std::string> read_url_text(const Node& node, const std::vector<std::string>& schemes);
// An http or https URL without query and fragment; a slash at its end is removed.
[[nodiscard]] Value<std::string> read_public_url(const Node& node);
// host:port, [address]:port.
[[nodiscard]] Value<Url> read_listen(const Node& node);
[[nodiscard]] Value<Schedule> read_schedule(const Node& node);
[[nodiscard]] Value<SendWindow> read_send_window(const Node& node);
[[nodiscard]] Value<std::string> read_zone(const Node& node);
// The form of BCP 47: letters, then groups of letters and digits joined by hyphens.
[[nodiscard]] Value<IpNetwork> read_ip_network(const Node& node);
[[nodiscard]] Value<std::string> read_language(const Node& node);
// RFC 2919 §3: words joined by dots, at most 255 octets.
[[nodiscard]] Value<std::string> read_list_id(const Node& node);
// The last field of Feedback-ID: 5 to 15 letters, digits, '-' and '_'.
[[nodiscard]] Value<std::string> read_sender_id(const Node& node);
// The name that a client gives in EHLO: a host name or an address literal.
[[nodiscard]] Value<std::string> read_ehlo(const Node& node);
// 1 to 40 characters of a-z, 0-9, '-' and '_': names of newsletters, relays and templates.
[[nodiscard]] Value<std::string> read_identifier(const Node& node, std::string_view what);
[[nodiscard]] bool is_identifier(std::string_view name);
// Letters, digits, '-', '.', '_' and the ':' of an IPv6 address.
[[nodiscard]] bool is_host(std::string_view host);

// Relative paths start at `folder`; the result is absolute.
[[nodiscard]] Value<std::filesystem::path> read_path(const Node& node, const std::filesystem::path& folder);
// A missing file is a passing complaint if its folder is missing or empty: it may not be mounted yet.
[[nodiscard]] Value<std::filesystem::path> read_existing_file(const Node& node,
                                                              const std::filesystem::path& folder);
// Posts may be in the root folder of a disk: if it is missing, the complaint is always a passing one.
[[nodiscard]] Value<std::filesystem::path> read_mounted_folder(const Node& node,
                                                               const std::filesystem::path& folder);
[[nodiscard]] Value<std::filesystem::path> read_existing_folder(const Node& node,
                                                                const std::filesystem::path& folder);
// A relative name that exists in $CREDENTIALS_DIRECTORY is taken from there.
[[nodiscard]] Value<std::filesystem::path> read_secret_file(const Node& node,
                                                            const std::filesystem::path& folder);

template <class Enum>
[[nodiscard]] Value<Enum> read_choice(const Node& node,
                                      std::initializer_list<std::pair<std::string_view, Enum>> choices);

[[nodiscard]] Complaint unknown_choice(const std::string& word, const std::vector<std::string>& known);

template <class Enum>
Value<Enum> read_choice(const Node& node, std::initializer_list<std::pair<std::string_view, Enum>> choices) {
    const auto word = read_text(node, "a word");
    if (!word) return failure(word.error());
    std::vector<std::string> known;
    for (const auto& [name, value] : choices) {
        if (name == *word) return value;
        known.emplace_back(name);
    }
    return failure(unknown_choice(*word, known));
}

}  // namespace paperround::config
