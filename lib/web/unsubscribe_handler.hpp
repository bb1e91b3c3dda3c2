// What the public pages ask of the rest of the program. Called from several threads at once: an
// implementation does its own locking. An exception means that the answer is not known, or that the change
// was not made; the reader is told to come back later, and the link stays valid.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paperround::web {

// How a newsletter looks, as far as pages show it. Colours as #rrggbb; what is empty is the page's own.
struct Look {
    std::string accent;
    std::string on_accent;
    std::string accent_dark;
    std::string on_accent_dark;
    std::string logo;  // absolute http(s) URLs; empty: the title as text
    std::string logo_dark;
    bool operator==(const Look&) const = default;
};

// The subscription that an unsubscribe link is about.
struct SubscriptionView {
    std::string newsletter_title;
    std::string language;  // RFC 5646 (en, de-AT); several are separated by commas, the preferred one first
    std::string address;
    bool active = true;
    Look look = {};
    std::string why_link = {};          // a page that says how the reader came onto the list; empty: none
    std::string preferences_link = {};  // the page with all that he may change; empty: none
    bool operator==(const SubscriptionView&) const = default;
};

enum class LeaveResult { left, already_left, unknown_link };

class UnsubscribeHandler {
  public:
    virtual ~UnsubscribeHandler() = default;
    // Nothing if the token is not ours, or if its newsletter or subscriber no longer exists. Changes nothing.
    [[nodiscard]] virtual std::optional<SubscriptionView> describe(std::string_view token) = 0;
    // Once this returns `left`, no further mail to that reader may begin.
    [[nodiscard]] virtual LeaveResult leave(std::string_view token) = 0;
};

}  // namespace paperround::web
