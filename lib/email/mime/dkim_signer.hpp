// DKIM signatures (RFC 6376) of finished messages: relaxed/relaxed, without `l=`; RSA with SHA-256, Ed25519
// (RFC 8463), or both. Pure but for the key's own arithmetic.
//
// Signed are the header fields that a reader, a mail client or a list sees: the ones that we write, and an
// absence of further From, To, Subject, Date, Reply-To, List-Unsubscribe and List-Unsubscribe-Post, so that
// nobody on the way can add a second one ("oversigning", RFC 6376 §8.15).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/private_key.hpp"

namespace paperround::email {

// One key of a sender's domain, as DNS knows it: <selector>._domainkey.<domain>.
struct DkimKey {
    std::string domain;
    std::string selector;
    PrivateKey key;
};

// One per thread.
class DkimSigner {
  public:
    // Each key makes a signature of its own. Fields named in `rewritten` (in any case) are left out, since a
    // relay changes them.
    explicit DkimSigner(const std::vector<DkimKey>& keys, const std::vector<std::string>& rewritten = {});

    // The DKIM-Signature fields, to be put in front of the message; nothing where there is no key.
    // `message` is complete, with CRLF line ends, and not dot-stuffed.
    [[nodiscard]] std::string sign(std::string_view message, Time now);
    // The signed fields, in the words of `h=`, without repetition.
    [[nodiscard]] const std::vector<std::string>& covered() const { return covered_; }

  private:
    struct Signatory {
        DkimKey key;
        DigestSigner signer;
    };
    std::vector<Signatory> signatories_;
    std::vector<std::string> covered_;
};

// The TXT record that publishes a key, as it stands in a zone file: strings of at most 255 octets.
[[nodiscard]] std::string dkim_record(const DkimKey& key);

}  // namespace paperround::email
