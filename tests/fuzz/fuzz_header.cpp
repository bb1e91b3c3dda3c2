// Any text as a header field: it stays one field, 7-bit, in lines that every server accepts.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/mime/mime_writer.hpp"

using namespace paperround;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_field(const std::string& field, std::size_t longest) {
    require(field.ends_with("\r\n"));
    require(field.find('\0') == std::string::npos && is_ascii(field));
    const std::string_view inner(field.data(), field.size() - 2);
    bool first = true;
    for (std::string_view line : split(inner, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        require(line.find('\r') == std::string_view::npos);
        require(line.size() <= longest);
        require(first || (line.starts_with(' ') && !trim(line).empty()));
        first = false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    std::string field;
    email::append_unstructured_field(field, "Subject", input);
    check_field(field, 76);
    field.clear();
    email::append_mailbox_field(field, "From", {input, "notes@example.org"});
    check_field(field, 76);
    field.clear();
    email::append_list_id_field(field, input, "notes.example.org");
    check_field(field, 76);
    field.clear();
    email::append_token_field(field, "List-Unsubscribe",
                              {"<" + input.substr(0, 500) + ">", "<mailto:x@example.org>"});
    check_field(field, 600);
    return 0;
}
