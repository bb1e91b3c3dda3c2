// A mail in the browser while it is being written: phone and desktop, light and dark, drawn anew at each
// change. On loopback only, for whoever sits at this machine; a request under another host's name is refused
// (DNS rebinding).
//
//   GET /            the page with its switches
//   GET /mail        the mail; ?scheme=dark or light decides for it instead of the browser
//   GET /text        its text part
//   GET /state       {"version": …, "subject": …, "problems": […]}: the page asks every second
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "web/listener.hpp"

namespace paperround::web {

struct Preview {
    std::string subject;
    std::string html;
    std::string text;
    std::vector<std::string> problems;  // lines; with no mail where it could not be made
};

// The mail as a reader sees it whose device is set so: media queries for the colour scheme are answered.
[[nodiscard]] std::string under_scheme(std::string_view html, std::string_view scheme);

class PreviewServer {
  public:
    // Called for every request, from one thread at a time.
    using Draw = std::function<Preview()>;

    // `page` is the file of the page with the switches. Port 0: any free one.
    [[nodiscard]] static Result<PreviewServer, ListenError> start(Draw draw,
                                                                  const std::filesystem::path& page,
                                                                  std::uint16_t port);

    PreviewServer(PreviewServer&&) noexcept;
    PreviewServer& operator=(PreviewServer&&) noexcept;
    ~PreviewServer();

    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    explicit PreviewServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace paperround::web
