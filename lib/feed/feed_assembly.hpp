// What the parsers of the single formats share: how raw fields become a Post, and the limits. Used by this
// library's parsers, and for its URLs by those of Markdown and WebSub.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/address/base_url.hpp"
#include "feed/feed_picture.hpp"
#include "feed/feed_result.hpp"
#include "feed/xml_document.hpp"

namespace paperround::feed {

struct RawPost {
    std::string id;
    std::string link;      // absolute or not; resolved against `base`
    std::string title;     // plain text
    std::string summary;   // HTML: the body where there is no other; else the subtitle, if it is short enough
    std::string subtitle;  // plain text, said to be one (itunes:subtitle)
    std::string author;
    std::string date;
    std::vector<PictureOffer> pictures;
    std::vector<std::string> recordings;  // addresses, absolute or not
    std::string html;
    std::vector<std::string> tags;
    std::string base;  // absolute URL
};

class FeedAssembly {
  public:
    void set_title(std::string_view plain);
    void set_link(std::string_view base, std::string_view link);
    [[nodiscard]] const std::string& link() const { return result_.link; }
    void add_hub(std::string_view base, std::string_view link);
    void set_self(std::string_view base, std::string_view link);  // the first counts
    void warn(std::string_view message);
    void add(RawPost raw);
    [[nodiscard]] FeedResult finish();

  private:
    void tell_shared_ids_apart();

    FeedResult result_;
    bool full_ = false;
};

// The absolute URL of what a feed or file names: http or https, at most 2 000 octets, without user information and as
// parse_url() takes it. Else empty.
[[nodiscard]] std::string strict_web_url(std::string_view reference, BaseUrl base);

inline constexpr std::size_t most_posts = 20'000;

// One function for each format. False if the root or the document is of another format. Each item is emptied once it
// is read, so that a post and its item are not in memory at the same time.
[[nodiscard]] bool read_rss(XmlNode& root, std::string_view base_url, FeedAssembly& into);
[[nodiscard]] bool read_atom(XmlNode& root, std::string_view base_url, FeedAssembly& into);
// Fails as FeedIssue, with its position, where the text is not JSON or not a feed.
[[nodiscard]] std::optional<FeedIssue> read_json_feed(std::string_view utf8, std::string_view base_url,
                                                      FeedAssembly& into);

}  // namespace paperround::feed
