// The pages on which readers join a newsletter that has `subscribe: true`:
//
//   GET  /s/<newsletter>   a form; `?lang=de` shows it in that language
//   POST /s/<newsletter>   asks to join; the same answer for every address, whoever reads already
//   GET  /c/<token>        a button, from the link in the mail; changes nothing, since mail scanners follow links
//   POST /c/<token>        confirms
//   GET  /w/<token>        says how a reader came onto the list; the token is that of the mail's link to leave, and
//                          the page to leave leads here
//
// A form carries a signed time. A press less than two seconds or more than a day after it was shown does not
// count: the form is shown again, with the address in it. So does a form on another site, which has no such time:
// its readers press once more here. A field that no person sees, filled in, is answered as if all were well.
#pragma once

#include <memory>
#include <string>

#include "audience/token.hpp"
#include "base/clock.hpp"
#include "config/settings.hpp"
#include "public/joining.hpp"
#include "web/pages.hpp"
#include "web/routes.hpp"

namespace paperround::pages {

inline constexpr std::string_view join_path = "/s/";
inline constexpr std::string_view confirm_path = "/c/";
inline constexpr std::string_view why_path = "/w/";
inline constexpr Duration least_time_to_fill_in = std::chrono::seconds(2);
inline constexpr Duration most_time_to_fill_in = std::chrono::hours(24);

// <public_url>/s/<newsletter>
[[nodiscard]] std::string join_url(const config::Settings& settings, std::string_view newsletter);
// <public_url>/c/<token>
[[nodiscard]] std::string confirm_url(const config::Settings& settings, std::string_view token);

// <public_url>/w/<token>
[[nodiscard]] std::string why_url(const config::Settings& settings, std::string_view token);

class JoinRoutes final : public web::Routes {
  public:
    // What is referred to must outlive this object and its answers.
    JoinRoutes(Joining& joining, std::shared_ptr<const web::Pages> pages, const config::Settings& settings,
               const audience::TokenSigner& signer, const Clock& clock)
        : joining_(joining), pages_(std::move(pages)), settings_(settings), signer_(signer), clock_(clock) {}

    [[nodiscard]] bool owns(std::string_view path) const override;
    [[nodiscard]] std::string_view methods() const override { return "GET, HEAD, POST"; }
    [[nodiscard]] web::Admission admit(const web::HttpRequest& head) override;

  private:
    [[nodiscard]] web::HttpResponse show_form(const config::Newsletter& newsletter,
                                              const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse ask(const config::Newsletter& newsletter,
                                        const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse show_button(const std::string& token,
                                                const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse confirm(const std::string& token, const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse say_why(const std::string& token, const web::HttpRequest& request) const;

    [[nodiscard]] bool is_in_time(const config::Newsletter& newsletter, std::string_view stamp) const;
    [[nodiscard]] web::PageContent content_for(const config::Newsletter& newsletter,
                                               const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse page(int status, web::Page which, const web::PageContent& content) const;
    [[nodiscard]] web::HttpResponse form_page(web::Page which, const config::Newsletter& newsletter,
                                              const web::HttpRequest& request, std::string address) const;
    [[nodiscard]] web::HttpResponse about(web::Page which, const Confirmable& confirmable) const;
    [[nodiscard]] web::HttpResponse nameless(int status, web::Page which,
                                             const web::HttpRequest& request) const;

    Joining& joining_;
    std::shared_ptr<const web::Pages> pages_;
    const config::Settings& settings_;
    const audience::TokenSigner& signer_;
    const Clock& clock_;
};

}  // namespace paperround::pages
