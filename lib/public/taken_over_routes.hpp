// Links to leave in mails of a system that was left (control/reader/link_import.hpp): below the paths that the admin
// named, a request that holds a known token, as a part of its path or as a value of its query, is answered as the
// reader's own link is (web/leaving_routes.hpp). GET changes nothing, a one-click POST leaves.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audience/token.hpp"
#include "base/mutex.hpp"
#include "db/database.hpp"
#include "web/leaving_routes.hpp"
#include "web/routes.hpp"

namespace paperround::pages {

// What of a request may be such a token: at most eight, in their order. Pure; linear.
[[nodiscard]] std::vector<std::string> possible_tokens(std::string_view below_path, std::string_view query);

class TakenOverRoutes final : public web::Routes {
  public:
    // The paths are those that are known now. `signer` outlives this object.
    TakenOverRoutes(db::Database database, const audience::TokenSigner& signer,
                    std::shared_ptr<web::UnsubscribeHandler> readers,
                    std::shared_ptr<const web::Pages> pages);

    [[nodiscard]] bool owns(std::string_view path) const override { return !path_of(path).empty(); }
    [[nodiscard]] std::string_view methods() const override { return leaving_.methods(); }
    [[nodiscard]] web::Admission admit(const web::HttpRequest& head) override;
    [[nodiscard]] bool any() const { return !paths_.empty(); }

  private:
    [[nodiscard]] std::string_view path_of(std::string_view path) const;
    // The request as if it were for the reader's own link; for a link that nobody knows, if it is none of ours.
    [[nodiscard]] web::HttpRequest translated(const web::HttpRequest& request);

    Mutex mutex_;
    db::Database database_ GUARDED_BY(mutex_);
    const audience::TokenSigner& signer_;
    std::shared_ptr<const web::Pages> pages_;
    web::LeavingRoutes leaving_;
    std::vector<std::string> paths_;
};

}  // namespace paperround::pages
