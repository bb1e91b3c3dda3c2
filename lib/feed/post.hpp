// A published post as a source offers it: the value that every later stage reads. All text is valid UTF-8.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace paperround::feed {

struct Post {
    std::string id;        // the source's own identity: guid, atom:id, slug; never empty
    std::string link;      // absolute http(s) URL, or empty
    std::string title;     // one line of plain text, may be empty
    std::string subtitle;  // one line of plain text, may be empty
    std::string author;
    std::optional<Time> published;
    std::string
        image;  // absolute http(s) URL; of a folder's post also `beside:` (markdown/relative_targets.hpp)
    std::string html;  // the body as the source gave it, not yet cleaned
    std::vector<std::string> tags;
    bool operator==(const Post&) const = default;
};

// Identity of the content (title and body, white space folded): two posts with equal fingerprints say the
// same.
[[nodiscard]] std::string content_fingerprint(const Post& post);

}  // namespace paperround::feed
