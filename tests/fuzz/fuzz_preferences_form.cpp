// Any body: a form is read only if its last field is ours.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "public/preferences_form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto form = paperround::pages::read_preferences_form(body);
    if (form && body.find("preferences=save") == std::string_view::npos) std::abort();
    return 0;
}
