// What relative references are resolved against: the address of a page or feed. May be empty. It is made of a
// text in so many words only, so that neither a base nor a reference is taken for the other. A view.
#pragma once

#include <string_view>

namespace paperround {

struct BaseUrl {
    BaseUrl() = default;
    explicit BaseUrl(std::string_view address) : url(address) {}
    std::string_view url;
};

}  // namespace paperround
