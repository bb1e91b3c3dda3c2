#include <cstdint>
#include <string_view>

#include "public/join_form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace paperround::pages;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto form = read_join_form(input);
    if (form && form->address.size() + form->stamp.size() > join_form_limit) __builtin_trap();
    return 0;
}
