#include "public/archive_feed.hpp"

#include <fmt/format.h>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "base/text/date_time.hpp"
#include "pipeline/press/press.hpp"

namespace paperround::pages {

namespace {

std::string escaped(std::string_view text) {
    return escape_html(without_control_characters(text));
}

std::string link(std::string_view relation, std::string_view type, std::string_view url) {
    return fmt::format("<link rel=\"{}\" type=\"{}\" href=\"{}\"/>\n", relation, type, escaped(url));
}

// RFC 4151. The day is in it because a tag is made by who had the domain then.
std::string tag_of(const config::Newsletter& newsletter, const PastLetter& letter) {
    return fmt::format("tag:{},{}:{}/{}", domain_of(newsletter.from.address),
                       format_rfc3339(letter.sent).substr(0, 10), newsletter.name, letter.mailing);
}

std::string entry(const config::Settings& settings, const config::Newsletter& newsletter,
                  const PastLetter& letter) {
    const std::string time = format_rfc3339(letter.sent);
    return fmt::format(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n{}<published>{}</published>\n<updated>{}</updated>\n</entry>\n",
        escaped(tag_of(newsletter, letter)), escaped(letter.title),
        link("alternate", "text/html", pipeline::letter_url(settings, newsletter, letter.mailing)), time,
        time);
}

}  // namespace

std::string archive_url(const config::Settings& settings, std::string_view newsletter) {
    return fmt::format("{}/a/{}", settings.public_url, newsletter);
}

std::string archive_feed_url(const config::Settings& settings, std::string_view newsletter) {
    return archive_url(settings, newsletter) + "/feed";
}

std::string archive_url_if_any(const config::Settings& settings, const config::Newsletter& newsletter) {
    return newsletter.archive ? archive_url(settings, newsletter.name) : "";
}

std::string archive_feed(const config::Settings& settings, const config::Newsletter& newsletter,
                         std::span<const PastLetter> letters) {
    const std::string url = archive_url(settings, newsletter.name);
    const std::string& author = newsletter.from.name.empty() ? newsletter.title : newsletter.from.name;
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n"
        "<id>{}</id>\n<title>{}</title>\n{}{}<updated>{}</updated>\n<author><name>{}</name></author>\n",
        escaped(newsletter.language), escaped(url), escaped(newsletter.title),
        link("self", "application/atom+xml", archive_feed_url(settings, newsletter.name)),
        link("alternate", "text/html", url), format_rfc3339(letters.empty() ? Time{} : letters.front().sent),
        escaped(author));
    for (const PastLetter& letter : letters) out += entry(settings, newsletter, letter);
    return out + "</feed>\n";
}

}  // namespace paperround::pages
