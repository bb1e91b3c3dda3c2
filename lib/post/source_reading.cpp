#include "post/source_reading.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/address/url.hpp"
#include "base/compression.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "feed/feed_discovery.hpp"
#include "feed/feed_parser.hpp"
#include "feed/text/feed_encoding.hpp"
#include "post/folder_listing.hpp"
#include "post/markdown_folder.hpp"

namespace paperround::post {

namespace {

using Kind = SourceReading::Kind;

constexpr std::uint64_t largest_feed = 10U << 20U;
constexpr std::string_view accepted =
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.5";

SourceReading failed(std::string error) {
    SourceReading reading;
    reading.error = std::move(error);
    return reading;
}

SourceReading from_result(const std::string& location, feed::FeedResult feed) {
    SourceReading reading;
    if (feed.error) {
        reading.error = fmt::format("{}: {}", location, feed.error->to_line());
    } else {
        reading.kind = Kind::fresh;
    }
    reading.feed = std::move(feed);
    return reading;
}

SourceReading read_file_feed(const std::string& location, const std::filesystem::path& path) {
    std::error_code problem;
    // A pipe or a device would be read for ever.
    if (std::filesystem::exists(path, problem) && !std::filesystem::is_regular_file(path, problem)) {
        return failed(fmt::format("{}: is not a plain file", path.string()));
    }
    const auto body = read_file(path, largest_feed);
    if (!body) return failed(body.error().message);
    return from_result(location, feed::parse_feed(*body, "file://" + path.string(), {}));
}

// Servers hand out files that were compressed before without saying so, or compress them once more. Nothing
// where that is not so.
std::optional<std::string> unpacked(const std::string& body) {
    if (!is_gzip(body)) return std::nullopt;
    auto octets = gunzipped(body, largest_feed);
    if (!octets || !is_gzip(*octets)) return octets;
    auto inner = gunzipped(*octets, largest_feed);
    return inner ? inner : octets;
}

SourceReading from_response(const std::string& location, const Validators& known,
                            const net::HttpResponse& response) {
    SourceReading reading;
    const bool conditional = !known.etag.empty() || !known.last_modified.empty();
    if (response.status == 200) {
        const auto inner = unpacked(response.body);
        reading = from_result(
            response.effective_url,
            feed::parse_feed(inner ? *inner : response.body, response.effective_url, response.content_type));
        reading.validators = {response.etag, response.last_modified};
        reading.announced = websub::announced_hub(response.links, reading.feed, response.effective_url);
        reading.announced.local = response.local;
    } else if (response.status == 304 && conditional) {
        reading.kind = Kind::unchanged;
        reading.validators = known;
    } else if (response.status == 410) {
        reading.kind = Kind::gone;
        reading.error = fmt::format("{}: gone (410): the publisher says it will not come back", location);
    } else {
        reading.error =
            fmt::format("{}: expected status 200, got {}", response.effective_url, response.status);
        if (response.status == 429 || response.status == 503) reading.retry_after = response.retry_after;
    }
    // A name of the network behind our doors may not be one tomorrow.
    if (!response.local) reading.permanent_url = response.permanent_url;
    return reading;
}

// The feed that a page announces. One that was read over https leads to nothing else.
std::string feed_behind(const std::string& html, const std::string& page_url) {
    std::string url = feed::announced_feed(html, page_url);
    if (ascii_istarts_with(page_url, "https:") && ascii_istarts_with(url, "http:")) url.insert(4, "s");
    return url;
}

// A page in place of a feed: the feed that it announces, read in its stead. Nothing where the answer is no
// page.
std::optional<SourceReading> read_announced(const std::string& location, const net::HttpResponse& page,
                                            net::HttpRequest request, net::HttpClient& http) {
    const std::string html = feed::decode_feed(page.body, page.content_type).text;
    if (!feed::is_web_page(html, page.content_type)) return std::nullopt;
    request.url = feed_behind(html, page.effective_url);
    if (!page.local) request.reach = net::Reach::public_only;
    if (request.url.empty() || request.url == page.effective_url) {
        return failed(fmt::format("{}: is a web page, and announces no feed", location));
    }
    request.etag.clear();
    request.last_modified.clear();
    const auto response = http.get(request);
    if (!response) return failed(response.error().message);
    SourceReading reading = from_response(request.url, {}, *response);
    if (reading.kind == Kind::gone) reading.kind = Kind::failed;  // the page is not
    reading.from_page = reading.kind == Kind::fresh;
    if (reading.from_page && !reading.permanent_url) reading.permanent_url = request.url;
    // A page from the internet must not lead to a hub behind our doors by way of a feed there.
    reading.announced.local = reading.announced.local && page.local;
    return reading;
}

// The end of a folder's validator: when something changes although no file does.
std::string change_of(const feed::FeedResult& feed) {
    return feed.next_change ? std::to_string(feed.next_change->time_since_epoch().count()) : "never";
}

bool has_passed(const std::string& change, Time now) {
    std::int64_t at = 0;
    const auto read = std::from_chars(change.data(), change.data() + change.size(), at);
    return read.ec == std::errc{} && Time(Duration(at)) <= now;
}

}  // namespace

SourceReading read_feed(const std::string& location, const FeedLook& look, net::HttpClient& http) {
    const auto url = parse_url(location);
    if (!url) return read_file_feed(location, location);
    if (url->scheme == "file") {
        if (!url->host.empty() && url->host != "localhost") {
            return failed(fmt::format("{}: a file URL names no other host (file:///path)", location));
        }
        const auto path = decode_percent(url->rest, false);
        if (!path || has_control_characters(*path)) return failed(location + ": the path is not readable");
        return read_file_feed(location, *path);
    }
    net::HttpRequest request;
    request.url = location;
    request.etag = look.known.etag;
    request.last_modified = look.known.last_modified;
    request.accept = accepted;
    request.reach = look.reach;
    const auto response = http.get(request);
    if (!response) return failed(response.error().message);
    SourceReading reading = from_response(location, look.known, *response);
    if (response->status == 200 && reading.kind == Kind::failed) {
        if (!look.first) return reading;
        if (auto announced = read_announced(location, *response, request, http)) return std::move(*announced);
    }
    return reading;
}

SourceReading read_folder(const std::string& path, const Validators& known, Time now, const std::string& zone,
                          FolderOf what) {
    const auto listing = list_folder(path);
    if (!listing) return failed(listing.error());  // which names it
    SourceReading reading;
    // The first part changes with what this program makes of the same files.
    const std::string state = fmt::format("{}-3 {} {} ", what == FolderOf::letters ? "letters" : "folder",
                                          zone, listing->fingerprint());
    if (known.etag.starts_with(state) && !has_passed(known.etag.substr(state.size()), now)) {
        reading.kind = Kind::unchanged;
        reading.validators = known;
        return reading;
    }
    reading = from_result(path, read_markdown_files(*listing, now, zone, FreshFiles::wait, what));
    if (reading.feed.complete) reading.validators.etag = state + change_of(reading.feed);
    return reading;
}

SourceReading read_location(const std::string& url_or_path, net::HttpClient& http, Time now) {
    std::error_code ignored;
    if (!parse_url(url_or_path) && std::filesystem::is_directory(url_or_path, ignored)) {
        feed::FeedResult result = read_markdown_folder(url_or_path, now, "UTC", FreshFiles::read);
        // The folder's own error names it already.
        if (result.error) return failed(result.error->to_line());
        return from_result(url_or_path, std::move(result));
    }
    return read_feed(url_or_path, {}, http);
}

}  // namespace paperround::post
