#include "feed/feed_parser.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "feed/feed_assembly.hpp"
#include "feed/text/feed_encoding.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/xml_document.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t largest_body = 10U << 20U;

FeedResult unusable(FeedIssue issue) {
    FeedResult result;
    result.complete = false;
    result.error = std::move(issue);
    return result;
}

FeedResult from_json(std::string_view text, std::string_view base_url) {
    FeedAssembly assembly;
    if (auto problem = read_json_feed(text, base_url, assembly)) return unusable(std::move(*problem));
    return assembly.finish();
}

FeedResult from_xml(std::string text, std::string_view base_url) {
    XmlDocument document = read_xml(std::move(text));
    const FeedIssue first =
        document.issues.empty() ? FeedIssue{{}, 1, 1, "no element was found"} : document.issues.front();
    if (!document.root) return unusable(first);
    FeedAssembly assembly;
    if (!read_rss(*document.root, base_url, assembly) && !read_atom(*document.root, base_url, assembly)) {
        return unusable({{},
                         1,
                         1,
                         fmt::format("expected RSS, Atom or a JSON Feed, got a document of <{}>",
                                     one_line(document.root->name, 60))});
    }
    FeedResult result = assembly.finish();
    // A feed cut before its first post says nothing, not even that it is empty.
    if (!document.complete && result.posts.empty()) return unusable(first);
    result.complete = document.complete;
    result.warnings.insert(result.warnings.begin(), document.issues.begin(), document.issues.end());
    return result;
}

}  // namespace

FeedResult parse_feed(std::string_view body, std::string_view base_url, std::string_view content_type) {
    if (body.size() > largest_body) {
        return unusable({{}, 0, 0, fmt::format("larger than the limit of {} octets", largest_body)});
    }
    DecodedFeed decoded = decode_feed(body, content_type);
    const std::string_view text = decoded.text;
    const auto start = std::find_if_not(text.begin(), text.end(), [](char c) { return is_ascii_space(c); });
    if (start == text.end()) return unusable({{}, 1, 1, "the document is empty"});
    const bool is_json = *start == '{' || *start == '[';
    FeedResult result = is_json ? from_json(text, base_url) : from_xml(std::move(decoded.text), base_url);
    if (!decoded.warning.empty()) {
        result.warnings.insert(result.warnings.begin(),
                               FeedIssue{{}, 0, 0, "the document " + decoded.warning});
    }
    return result;
}

}  // namespace paperround::feed
