// From posts to the message that each subscriber gets. Pure.
//
// A mailing is rendered once: the posts' HTML is cleaned, the templates are run, the parts are encoded as far
// as they are the same for everybody. Then compose() makes each recipient's copy in a few microseconds.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/picture_size.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "email/edition.hpp"
#include "email/mime/inline_picture.hpp"
#include "email/template/recipient.hpp"
#include "email/template/template_set.hpp"
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
    InlinePictures pictures;  // that the posts show by `cid:`
};

struct RenderError {
    enum class Code {
        no_post,           // a mailing has at least one
        post_too_large,    // the body, before or after cleaning
        post_too_complex,  // more elements than any article has
        template_failed,   // the template engine gave up
        interrupted,       // by the stop
    };
    Code code;
    std::string message;  // one line
};

// Immutable; copies share what they hold; any number of threads may compose from one at a time.
class RenderedMailing {
  public:
    struct Parts;
    // What was kept of one is the same letter again. The editions of a mailing share their pictures.
    explicit RenderedMailing(const Edition& edition, std::shared_ptr<const InlinePictures> pictures = {});
    [[nodiscard]] Edition edition() const;
    // Those that its HTML shows.
    [[nodiscard]] const InlinePictures& pictures() const;
    [[nodiscard]] const Parts& parts() const { return *parts_; }
    // The Subject as text.
    [[nodiscard]] const std::string& subject() const;

  private:
    std::shared_ptr<const Parts> parts_;
};

// Bounded in octets and in work, so that no post takes more than a few seconds. A stop interrupts it.
[[nodiscard]] Result<RenderedMailing, RenderError> render_mailing(const TemplateSet& templates,
                                                                  const MailingContent& content,
                                                                  const std::stop_token& stop = {});

// The complete message (RFC 5322) as it is signed and sent: CRLF line ends, the last line too; no line over
// 998 octets; 7-bit, except for an address that needs SMTPUTF8; not dot-stuffed.
[[nodiscard]] std::string compose(const RenderedMailing& mailing, const Recipient& recipient);

// One part alone, decoded, lines ending with LF: for `preview`.
[[nodiscard]] std::string html_of(const RenderedMailing& mailing, const Recipient& recipient);
// The same with its pictures in it, as a browser shows it.
[[nodiscard]] std::string browsable_html_of(const RenderedMailing& mailing, const Recipient& recipient);
[[nodiscard]] std::string text_of(const RenderedMailing& mailing, const Recipient& recipient);

}  // namespace paperround::email
