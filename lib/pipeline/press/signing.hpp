// Which DKIM keys sign a newsletter's mail: those of the domain of its From. Immutable, thread-safe.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "email/mime/dkim_signer.hpp"

namespace paperround::pipeline {

class Signing {
  public:
    // Reads every key file that the settings name. Each problem is added to `problems`, as one line that
    // names the file.
    Signing(const config::Settings& settings, std::vector<std::string>& problems);

    // Signs nothing if the domain has no key. `rewritten` are the header fields that the relay changes.
    [[nodiscard]] email::DkimSigner signer_for(const config::Newsletter& newsletter,
                                               const std::vector<std::string>& rewritten) const;
    // The keys of a newsletter's domain; empty: its mail is not signed.
    [[nodiscard]] const std::vector<email::DkimKey>& keys_of(const config::Newsletter& newsletter) const;

  private:
    std::map<std::string, std::vector<email::DkimKey>, std::less<>> keys_;  // by domain
};

}  // namespace paperround::pipeline
