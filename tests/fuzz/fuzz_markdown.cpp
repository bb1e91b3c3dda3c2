// Any octets as a Markdown file with front matter.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "markdown/markdown_post.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = paperround::markdown::read_markdown_post("2026-11-22-fuzz.md", text);
    if (!read) return read.error().message.empty() ? (std::abort(), 0) : 0;
    const auto& post = read->post;
    if (paperround::has_control_characters(post.title + post.id + post.author + post.subtitle)) std::abort();
    if (!paperround::is_utf8(post.html) || !paperround::is_utf8(post.title)) std::abort();
    return 0;
}
