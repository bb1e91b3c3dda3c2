#include "net/mailbox_replies.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace paperround::net {

namespace {

// A mailbox lists no more than it was asked for; a hostile one may.
constexpr std::size_t most_mails = 10'000;

template <class Number>
std::optional<Number> number_at(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    return number;
}

// The number behind a name, as in "UID 7".
template <class Number>
std::optional<Number> number_behind(std::string_view line, std::string_view name) {
    for (std::size_t at = 0; at + name.size() < line.size(); ++at) {
        const bool begins = at == 0 || line[at - 1] == ' ' || line[at - 1] == '(';
        if (begins && line[at + name.size()] == ' ' && ascii_iequals(line.substr(at, name.size()), name))
            return number_at<Number>(line.substr(at + name.size() + 1));
    }
    return std::nullopt;
}

template <class Visit>
void each_line(std::string_view text, Visit&& visit) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        if (!visit(trim(text.substr(0, end)))) return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

std::optional<std::uint64_t> messages_in_status(std::string_view reply) {
    std::optional<std::uint64_t> messages;
    each_line(reply, [&](std::string_view line) {
        // The folder's name may hold anything.
        const auto items = line.rfind('(');
        if (line.starts_with("* ") && items != std::string_view::npos)
            messages = number_behind<std::uint64_t>(line.substr(items), "MESSAGES");
        return !messages;
    });
    return messages;
}

std::vector<ListedMail> mails_in_fetch(std::string_view reply) {
    std::vector<ListedMail> mails;
    each_line(reply, [&](std::string_view line) {
        const auto uid = number_behind<std::uint32_t>(line, "UID");
        const auto octets = number_behind<std::uint64_t>(line, "RFC822.SIZE");
        const bool deleted = line.find("\\Deleted") != std::string_view::npos;
        if (line.starts_with("* ") && uid && octets && !deleted) mails.push_back({*uid, *octets});
        return mails.size() < most_mails;
    });
    return mails;
}

std::vector<ListedMail> mails_in_list(std::string_view reply, std::size_t most) {
    std::vector<ListedMail> mails;
    each_line(reply, [&](std::string_view line) {
        const auto space = line.find(' ');
        const auto number = number_at<std::uint32_t>(line);
        const auto octets =
            space == std::string_view::npos ? std::nullopt : number_at<std::uint64_t>(line.substr(space + 1));
        if (number && octets && mails.size() < most) mails.push_back({*number, *octets});
        return mails.size() < most;
    });
    return mails;
}

}  // namespace paperround::net
