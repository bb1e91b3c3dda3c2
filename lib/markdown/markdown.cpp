#include "markdown/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "base/utf8.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/footnote_marks.hpp"

namespace paperround::markdown {

namespace {

using Parser = std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)>;
using Node = std::unique_ptr<cmark_node, decltype(&cmark_node_free)>;
using Text = std::unique_ptr<char, decltype(&std::free)>;

// Smart punctuation stays off: authors who want curly quotes type them. A single tilde strikes nothing out:
// H~2~O is how others write a subscript.
constexpr int options =
    CMARK_OPT_UNSAFE | CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_FOOTNOTES | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE;

void register_extensions() {
    // cmark keeps its extensions in a registry of the process, which is not safe to fill twice at once.
    static std::once_flag once;
    std::call_once(once, [] { cmark_gfm_core_extensions_ensure_registered(); });
}

// cmark-gfm reads the word around each @, in case it is a mail address. This many octets it may read so, which takes it
// far less than a second.
constexpr std::size_t most_read_for_addresses = 10'000'000;

bool may_look_for_addresses(std::string_view text) {
    std::size_t read = 0;
    std::size_t begin = 0;
    while (begin < text.size() && read <= most_read_for_addresses) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        read += word.size() * static_cast<std::size_t>(std::ranges::count(word, '@'));
        begin = end + 1;
    }
    return read <= most_read_for_addresses;
}

}  // namespace

std::string markdown_to_html(std::string_view markdown) {
    register_extensions();
    const std::string text = with_plain_brackets(feed::body_text(markdown));
    const Parser parser(cmark_parser_new(options), &cmark_parser_free);
    for (const char* name : {"table", "strikethrough", "autolink", "tasklist"}) {
        if (std::string_view(name) == "autolink" && !may_look_for_addresses(text)) continue;
        if (cmark_syntax_extension* extension = cmark_find_syntax_extension(name)) {
            cmark_parser_attach_syntax_extension(parser.get(), extension);
        }
    }
    cmark_parser_feed(parser.get(), text.data(), text.size());
    const Node document(cmark_parser_finish(parser.get()), &cmark_node_free);
    const Text html(
        cmark_render_html(document.get(), options, cmark_parser_get_syntax_extensions(parser.get())),
        &std::free);
    // Should it cut a character in two elsewhere as well (markdown/footnote_marks.hpp).
    return to_valid_utf8(html.get());
}

}  // namespace paperround::markdown
