// The page with a reader's preferences:
//
//   GET  /p/<token>   a form; changes nothing, since mail scanners follow links
//   POST /p/<token>   saves what it says, and shows it again
//
// No cache keeps it, and no other site learns its address: the server says so for every page.
#pragma once

#include <memory>
#include <string>

#include "audience/token.hpp"
#include "config/settings.hpp"
#include "public/preferences.hpp"
#include "web/pages.hpp"
#include "web/routes.hpp"

namespace paperround::pages {

inline constexpr std::string_view preferences_path = "/p/";

// <public_url>/p/<token>, for a mail of that newsletter to that reader.
[[nodiscard]] std::string preferences_url(const config::Settings& settings,
                                          const audience::TokenSigner& signer, std::string_view newsletter,
                                          std::int64_t subscriber_id);

class PreferencesRoutes final : public web::Routes {
  public:
    // What is referred to must outlive this object and its answers.
    PreferencesRoutes(Preferences& preferences, std::shared_ptr<const web::Pages> pages,
                      const config::Settings& settings)
        : preferences_(preferences), pages_(std::move(pages)), settings_(settings) {}

    [[nodiscard]] bool owns(std::string_view path) const override {
        return path.starts_with(preferences_path);
    }
    [[nodiscard]] std::string_view methods() const override { return "GET, HEAD, POST"; }
    [[nodiscard]] web::Admission admit(const web::HttpRequest& head) override;

  private:
    [[nodiscard]] web::HttpResponse show(const std::string& token, const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse save(const std::string& token, const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse page(web::Page which, const ReaderChoices& choices) const;
    [[nodiscard]] std::string languages_for(const ReaderChoices& choices) const;

    Preferences& preferences_;
    std::shared_ptr<const web::Pages> pages_;
    const config::Settings& settings_;
};

}  // namespace paperround::pages
