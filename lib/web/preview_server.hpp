// Shows a mail in the browser while it is being written: phone and desktop, light and dark, redrawn at each
// change. On loopback only. A request under another host's name is refused (DNS rebinding).
//
//   GET /            the page with its switches
//   GET /mail        the mail; ?scheme=dark or light overrides the browser's colour scheme
//   GET /text        its text part
//   GET /state       {"version": …, "subject": …, "problems": […]}: the page asks for it every second
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
    std::vector<std::string> problems;  // one line each; without a mail if it could not be made
};

// The mail as a reader sees it whose device has that colour scheme: its media queries are resolved.
[[nodiscard]] std::string under_scheme(std::string_view html, std::string_view scheme);

class PreviewServer {
  public:
    // Called for every request, from one thread at a time.
    using Draw = std::function<Preview()>;

    // `page` is the HTML file of the page with the switches. Port 0: any free port.
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
