// Reads a source once, over HTTP or from disk, without any store: what the poller does first, and all that
// the `feed` command does. Blocks for as long as the HTTP client does; failures are values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "feed/feed_result.hpp"
#include "net/http_client.hpp"
#include "post/markdown_folder.hpp"
#include "websub/hub_discovery.hpp"

namespace paperround::post {

// What makes a request conditional; empty where unknown.
struct Validators {
    std::string etag;
    std::string last_modified;
    bool operator==(const Validators&) const = default;
};

struct SourceReading {
    enum class Kind {
        fresh,      // `feed` holds what the source offers, warnings included; feed.error is empty
        unchanged,  // 304, or a folder of which no file was touched: nothing since the validators were given
        gone,       // 410: the publisher says that it is not coming back
        failed,     // `error` says why
    };
    Kind kind = Kind::failed;
    feed::FeedResult feed;
    Validators validators;  // for the next request
    // The source has moved there for good; or it is a page, and announces this feed (then `from_page`).
    std::optional<std::string> permanent_url;
    bool from_page = false;
    websub::HubAnnouncement announced;    // fresh: the hub that pushes it, if it names one
    std::optional<Duration> retry_after;  // failed with 429 or 503: not before this
    std::string error;                    // one line; for failed and gone
};

// How a feed is asked for.
struct FeedLook {
    Validators known;
    // At a first look a web page may stand in its place, whose feed (feed/feed_discovery.hpp) is read in its
    // stead. Where there has been a feed, a page is a failure of the moment.
    bool first = true;
    net::Reach reach = net::Reach::anywhere;
};

// `location` is an http, https or file URL of a feed, or the path of a feed file.
[[nodiscard]] SourceReading read_feed(const std::string& location, const FeedLook& look,
                                      net::HttpClient& http);
// `zone`: of dates that name none. A folder is opened where a file was touched, or a post's time has come:
// its validator is an ETag of names, sizes and times, and of that time.
[[nodiscard]] SourceReading read_folder(const std::string& path, const Validators& known, Time now,
                                        const std::string& zone, FolderOf what = FolderOf::posts);

// Either, from what somebody typed: a URL, a feed file or a folder.
[[nodiscard]] SourceReading read_location(const std::string& url_or_path, net::HttpClient& http, Time now);

}  // namespace paperround::post
