// A mailing that is rendered, from which each recipient's message is made in a few microseconds. Pure.
#pragma once

#include <memory>
#include <string>

#include "email/edition.hpp"
#include "email/mime/inline_picture.hpp"
#include "email/template/recipient.hpp"

namespace paperround::email {

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

// The complete message (RFC 5322) as it is signed and sent: CRLF line ends, the last line too; no line over
// 998 octets; 7-bit, except for an address that needs SMTPUTF8; not dot-stuffed.
[[nodiscard]] std::string compose(const RenderedMailing& mailing, const Recipient& recipient);

// One part alone, decoded, lines ending with LF: for `preview`.
[[nodiscard]] std::string html_of(const RenderedMailing& mailing, const Recipient& recipient);
// The same with its pictures in it, as a browser shows it.
[[nodiscard]] std::string browsable_html_of(const RenderedMailing& mailing, const Recipient& recipient);
[[nodiscard]] std::string text_of(const RenderedMailing& mailing, const Recipient& recipient);

}  // namespace paperround::email
