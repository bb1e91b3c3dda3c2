// One reader: an address with a name and attributes that templates may use.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace paperround::audience {

struct Subscriber {
    std::int64_t id = 0;  // 0: not stored yet
    std::string address;  // canonical (base/address/mailbox.hpp)
    std::string name;
    std::map<std::string, std::string> attributes;
    std::vector<std::string> tags = {};  // audience/tags.hpp
    bool operator==(const Subscriber&) const = default;
};

}  // namespace paperround::audience
