#include "control/newsletter_choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.hpp"

namespace paperround::control {

Answer<const config::Newsletter*> choose_newsletter(const config::Settings& settings, std::string_view name) {
    if (name.empty() && settings.newsletters.size() == 1) return &settings.newsletters.front();
    if (const config::Newsletter* found = settings.find_newsletter(name)) return found;
    std::vector<std::string> names;
    for (const config::Newsletter& newsletter : settings.newsletters) names.push_back(newsletter.name);
    if (name.empty()) {
        return refuse(Refusal::Code::malformed,
                      fmt::format("say which newsletter: {}", fmt::join(names, ", ")));
    }
    const std::string likely = nearest(name, names);
    return refuse(Refusal::Code::unknown,
                  fmt::format("no newsletter \"{}\"{}", name,
                              likely.empty() ? "" : fmt::format(", did you mean \"{}\"?", likely)));
}

}  // namespace paperround::control
