// The archive of a newsletter that has `archive: true`:
//
//   GET /a/<newsletter>                 its past letters, the newest first; `?before=<number>` those before that one
//   GET /a/<newsletter>/feed            the newest as an Atom feed
//   GET /a/<newsletter>/<number>        a letter as it was sent, without a word about a reader
//   GET /a/<newsletter>/<number>/<name> a picture that was sent with it
//
// The same for everybody but for the language, so caches may keep it. The addresses hold the mailing's number, and
// never its key: that is part of Message-IDs, by which a bounce proves what it is about.
#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "public/archive.hpp"
#include "web/pages.hpp"
#include "web/routes.hpp"

namespace paperround::pages {

inline constexpr std::string_view archive_path = "/a/";
inline constexpr std::size_t letters_on_a_page = 30;

class ArchiveRoutes final : public web::Routes {
  public:
    // What is referred to must outlive this object and its answers.
    ArchiveRoutes(Archive& archive, std::shared_ptr<const web::Pages> pages, const config::Settings& settings)
        : archive_(archive), pages_(std::move(pages)), settings_(settings) {}

    [[nodiscard]] bool owns(std::string_view path) const override;
    [[nodiscard]] std::string_view methods() const override { return "GET, HEAD"; }
    [[nodiscard]] web::Admission admit(const web::HttpRequest& head) override;

  private:
    [[nodiscard]] web::HttpResponse answer(const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse list(const config::Newsletter& newsletter,
                                         const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse feed(const config::Newsletter& newsletter) const;
    [[nodiscard]] web::HttpResponse letter(const config::Newsletter& newsletter, std::int64_t mailing,
                                           const web::HttpRequest& request) const;
    [[nodiscard]] web::HttpResponse picture(const config::Newsletter& newsletter, std::int64_t mailing,
                                            std::string_view name, const web::HttpRequest& request) const;
    [[nodiscard]] std::string top_of(const config::Newsletter& newsletter, const std::string& language,
                                     const std::string& query) const;
    [[nodiscard]] web::HttpResponse absent(const web::HttpRequest& request) const;

    Archive& archive_;
    std::shared_ptr<const web::Pages> pages_;
    const config::Settings& settings_;
};

}  // namespace paperround::pages
