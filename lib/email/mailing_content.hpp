// What a mailing is made of, before it is rendered. A plain value.
#pragma once

#include <string>
#include <vector>

#include "base/picture/picture_size.hpp"
#include "config/settings.hpp"
#include "email/mime/inline_picture.hpp"
#include "feed/post.hpp"

namespace paperround::email {

struct MailingContent {
    config::Newsletter newsletter;
    std::vector<feed::Post> posts;  // in the order in which they are read; more than one make a digest
    PictureSizes picture_sizes;     // what is known of the posts' pictures
    std::string feedback_id;   // the whole Feedback-ID; empty: <mailing_key>:<newsletter>:<kind>:<sender_id>
    std::string language;      // of the words around the posts; empty: the newsletter's
    std::string subject_mark;  // before the subject, as "[Test] "; empty but for tests
    std::string mailing_key;   // stable name of the mailing: the boundary comes from it, and Feedback-ID
    std::string public_url;
    std::string sender_id;
    bool asks_to_confirm = false;  // no mailing, but the answer to a reader who asked to join
    InlinePictures pictures;       // that the posts show by `cid:`
    std::string online_url = {};   // where a single post without a link is read online; empty: nowhere

    [[nodiscard]] bool is_digest() const { return posts.size() > 1; }
};

}  // namespace paperround::email
