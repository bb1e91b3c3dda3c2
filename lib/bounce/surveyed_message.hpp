// A message sorted by what can be learned from where: its header, what it says in its text, the machine-readable parts,
// and the header of the message that it quotes. Where the report is within another message (RFC 2046 §5.2.1), the
// report's own parts are the ones. Pure.
#pragma once

#include <string>
#include <vector>

#include "bounce/failed_recipients.hpp"
#include "bounce/message_tree.hpp"
#include "bounce/prose.hpp"

namespace paperround::bounce {

class SurveyedMessage {
  public:
    std::vector<Field> header;
    std::string report_type;  // of multipart/report (RFC 6522)
    std::string subject;      // in lower case, as `text`
    std::string text;         // all that the prose says, in one line
    Prose prose;
    std::string replies;                     // paragraphs of the prose that quote a server
    std::string status;                      // RFC 3464 §2, or empty
    std::string feedback;                    // RFC 5965 §3, or empty
    std::string disposition;                 // RFC 8098 §3, or empty
    std::vector<std::vector<Field>> quoted;  // headers of what it quotes

    [[nodiscard]] std::string sender() const;  // who wrote it; empty where nothing says
    [[nodiscard]] std::vector<std::string> listed_recipients() const;  // X-Failed-Recipients
    [[nodiscard]] std::vector<std::string> quoted_recipients() const;  // whom the quoted message was to
    [[nodiscard]] KnownAddresses known_addresses() const;

    [[nodiscard]] bool has_null_path() const;  // Return-Path: <>
    [[nodiscard]] bool is_from_mail_system() const;
    [[nodiscard]] bool speaks_of_delay() const;    // the server goes on trying
    [[nodiscard]] bool is_failure_notice() const;  // a mail system says that it could not deliver, or not yet
    [[nodiscard]] bool is_complaint_without_report() const;  // of Hotmail's Junk Mail Reporting Program
    [[nodiscard]] bool asks_to_leave() const;  // sent to an address for that, or with such a subject
};

[[nodiscard]] SurveyedMessage survey(const Part& root);

}  // namespace paperround::bounce
