#include "public/archive_routes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/text.hpp"
#include "config/time/local_date.hpp"
#include "email/public_letter.hpp"
#include "pipeline/press/press.hpp"
#include "public/archive_feed.hpp"
#include "public/join_routes.hpp"
#include "public/look.hpp"
#include "public/page_answer.hpp"
#include "public/page_query.hpp"
#include "web/entity_tag.hpp"

namespace paperround::pages {

namespace {

using web::HttpRequest;
using web::HttpResponse;

constexpr auto atom_type = "application/atom+xml; charset=utf-8";
constexpr auto for_minutes = "public, max-age=300";
constexpr auto for_a_day = "public, max-age=86400, immutable";  // a picture's address has its hash in it
constexpr std::size_t letters_in_the_feed = 30;

// A letter was cleaned before it was sent. Should anything have passed, it runs no script, sends no form and counts as
// no page of ours: `sandbox` takes the origin away. It has inline styles, and pictures from anywhere.
constexpr auto letter_policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox "
    "allow-top-navigation-by-user-activation";
constexpr auto picture_policy = "default-src 'none'; sandbox";

std::int64_t number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::string day_of(Time time, const config::Newsletter& newsletter) {
    const auto day = config::local_date(time, newsletter.schedule.zone);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

// What the page's address asks for is kept from page to page.
std::string with_language(std::string url, const std::string& query, char joint = '?') {
    const std::string language = wanted_language(query);
    return language.empty() ? url : fmt::format("{}{}lang={}", url, joint, language);
}

void allow_caching(HttpResponse& response, const char* how_long, bool by_language) {
    response.fields.emplace_back("Cache-Control", how_long);
    response.fields.emplace_back("X-Robots-Tag", "all");
    if (by_language) response.fields.emplace_back("Vary", "Accept-Language");
}

}  // namespace

bool ArchiveRoutes::owns(std::string_view path) const {
    return path.starts_with(archive_path);
}

web::Admission ArchiveRoutes::admit(const HttpRequest& head) {
    return {.answer = [this, path = head.path](const HttpRequest& request) {
        HttpRequest routed = request;
        routed.path = path;
        return answer(routed);
    }};
}

HttpResponse ArchiveRoutes::answer(const HttpRequest& request) const {
    const auto parts = split(std::string_view(request.path).substr(archive_path.size()), '/');
    const config::Newsletter* newsletter = settings_.find_newsletter(parts.front());
    if (newsletter == nullptr || !newsletter->archive || parts.size() > 3) return absent(request);
    if (parts.size() == 1) return list(*newsletter, request);
    if (parts.size() == 2 && parts[1] == "feed") {
        HttpResponse response = feed(*newsletter);
        web::answer_by_tag(response, request, web::entity_tag(response.body));
        return response;
    }
    const std::int64_t mailing = number_in(parts[1]);
    if (mailing <= 0) return absent(request);
    return parts.size() == 2 ? letter(*newsletter, mailing, request)
                             : picture(*newsletter, mailing, parts[2], request);
}

HttpResponse ArchiveRoutes::list(const config::Newsletter& newsletter, const HttpRequest& request) const {
    const auto before = wanted_before(request.query);
    const std::string languages = languages_of(request, newsletter);
    auto letters = archive_.list(newsletter, letters_on_a_page + 1, before, languages);
    const std::string url = archive_url(settings_, newsletter.name);
    web::PageContent content{
        .newsletter_title = newsletter.title, .language = languages, .look = look_of(newsletter.theme)};
    if (letters.size() > letters_on_a_page) {
        letters.pop_back();
        content.list.older_url =
            with_language(fmt::format("{}?before={}", url, letters.back().mailing), request.query, '&');
    }
    for (const PastLetter& letter : letters) {
        content.list.letters.push_back(
            {.title = letter.title,
             .day = day_of(letter.sent, newsletter),
             .url =
                 with_language(pipeline::letter_url(settings_, newsletter, letter.mailing), request.query)});
    }
    if (before) content.list.newest_url = with_language(url, request.query);
    content.list.feed_url = archive_feed_url(settings_, newsletter.name);
    if (newsletter.subscribe)
        content.list.subscribe_url = with_language(join_url(settings_, newsletter.name), request.query);
    HttpResponse response = page_answer(*pages_, 200, web::Page::archive, content);
    allow_caching(response, for_minutes, true);
    web::answer_by_tag(response, request, web::entity_tag(response.body));
    return response;
}

HttpResponse ArchiveRoutes::feed(const config::Newsletter& newsletter) const {
    const auto letters = archive_.list(newsletter, letters_in_the_feed, std::nullopt, newsletter.language);
    HttpResponse response{
        .status = 200, .type = atom_type, .body = archive_feed(settings_, newsletter, letters)};
    allow_caching(response, for_minutes, false);
    return response;
}

HttpResponse ArchiveRoutes::letter(const config::Newsletter& newsletter, std::int64_t mailing,
                                   const HttpRequest& request) const {
    const std::string languages = languages_of(request, newsletter);
    const auto kept = archive_.letter(newsletter, mailing, languages);
    if (!kept) return absent(request);
    const std::string url = pipeline::letter_url(settings_, newsletter, mailing);
    HttpResponse response{
        .status = 200,
        .type = html_type,
        .body = email::public_letter(
            kept->edition, {.subscribe_url = newsletter.subscribe ? join_url(settings_, newsletter.name) : "",
                            .subscribe_words = pages_->words(kept->language, "archive.subscribe"),
                            .pictures = url + "/",
                            .canonical_url = url,
                            .top = top_of(newsletter, pages_->language_for(languages), request.query)})};
    response.fields.emplace_back("Content-Security-Policy", letter_policy);
    allow_caching(response, for_minutes, true);
    web::answer_by_tag(response, request, web::entity_tag(response.body));
    return response;
}

HttpResponse ArchiveRoutes::picture(const config::Newsletter& newsletter, std::int64_t mailing,
                                    std::string_view name, const HttpRequest& request) const {
    HttpResponse response;
    response.fields.emplace_back("Content-Security-Policy", picture_policy);
    response.fields.emplace_back("Cross-Origin-Resource-Policy", "cross-origin");  // feed readers show it
    allow_caching(response, for_a_day, false);
    const std::string tag = fmt::format("\"{}\"", name);
    // The name has the picture's hash in it: who knows the tag has the picture.
    if (web::is_known(request.field("If-None-Match"), tag) && archive_.sent(newsletter, mailing)) {
        web::answer_by_tag(response, request, tag);
        return response;
    }
    auto kept = archive_.picture(newsletter, mailing, name);
    if (!kept) return absent(request);
    response.type = std::move(kept->type);
    response.body = std::move(kept->octets);
    response.fields.emplace_back("ETag", tag);
    return response;
}

// Above the letter, in its colours.
std::string ArchiveRoutes::top_of(const config::Newsletter& newsletter, const std::string& language,
                                  const std::string& query) const {
    const auto link = [](const std::string& url, const std::string& words) {
        return fmt::format("<a href=\"{}\" style=\"color:inherit\">{}</a>", escape_html(url),
                           escape_html(words));
    };
    std::string out = fmt::format(
        "<header lang=\"{}\" dir=\"{}\" style=\"padding:10px 16px 8px;text-align:center;font:14px/22px "
        "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">",
        language, web::Pages::is_right_to_left(language) ? "rtl" : "ltr");
    out += fmt::format("<bdi>{}</bdi> &#183; ", escape_html(newsletter.title));
    out += link(with_language(archive_url(settings_, newsletter.name), query),
                pages_->words(language, "archive.heading"));
    if (newsletter.subscribe) {
        out += " &#183; ";
        out += link(with_language(join_url(settings_, newsletter.name), query),
                    pages_->words(language, "archive.subscribe"));
    }
    return out + "</header>\n";
}

HttpResponse ArchiveRoutes::absent(const HttpRequest& request) const {
    return nameless_answer(*pages_, 404, web::Page::absent, request);
}

}  // namespace paperround::pages
