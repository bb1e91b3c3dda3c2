#include "pipeline/press/signing.hpp"

#include <fmt/format.h>

#include "base/address/mailbox.hpp"
#include "base/text.hpp"
#include "config/secret_files.hpp"

namespace paperround::pipeline {

Signing::Signing(const config::Settings& settings, std::vector<std::string>& problems) {
    for (const config::DkimDomain& domain : settings.dkim) {
        for (const config::DkimKeyFile& file : domain.keys) {
            const auto pem = config::read_dkim_key(domain, file);
            if (!pem) {
                problems.push_back(pem.error());
                continue;
            }
            auto key = PrivateKey::from_pem(*pem);
            if (!key) {
                problems.push_back(fmt::format("dkim {}: {}: {}", domain.domain, file.key_file.string(),
                                               key.error().message));
                continue;
            }
            keys_[domain.domain].push_back({domain.domain, file.selector, std::move(*key)});
        }
    }
}

const std::vector<email::DkimKey>& Signing::keys_of(const config::Newsletter& newsletter) const {
    static const std::vector<email::DkimKey> none;
    const auto found = keys_.find(ascii_lower(domain_of(newsletter.from.address)));
    return found == keys_.end() ? none : found->second;
}

email::DkimSigner Signing::signer_for(const config::Newsletter& newsletter,
                                      const std::vector<std::string>& rewritten) const {
    return email::DkimSigner(keys_of(newsletter), rewritten);
}

}  // namespace paperround::pipeline
