#include "feed/xml_vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace paperround::feed {

namespace {

struct Vocabulary {
    std::string_view name;  // its URI in small letters, as vocabulary_name() has it
    std::string_view prefix;
};
constexpr std::array<Vocabulary, 19> vocabularies{{{"www.w3.org/2005/atom", "atom:"},
                                                   {"purl.org/atom/ns", "atom:"},
                                                   {"purl.org/rss/1.0", ""},
                                                   {"purl.org/net/rss1.1", ""},
                                                   {"my.netscape.com/rdf/simple/0.9", ""},
                                                   {"channel.netscape.com/rdf/simple/0.9", ""},
                                                   {"backend.userland.com/rss2", ""},
                                                   {"backend.userland.com/rss", ""},
                                                   {"blogs.law.harvard.edu/tech/rss", ""},
                                                   {"www.w3.org/1999/02/22-rdf-syntax-ns", "rdf:"},
                                                   {"purl.org/rss/1.0/modules/content", "content:"},
                                                   {"purl.org/dc/elements/1.1", "dc:"},
                                                   {"purl.org/dc/elements/1.0", "dc:"},
                                                   {"purl.org/dc/terms", "dc:"},
                                                   {"search.yahoo.com/mrss", "media:"},
                                                   {"www.itunes.com/dtds/podcast-1.0.dtd", "itunes:"},
                                                   {"example.com/dtds/podcast-1.0.dtd", "itunes:"},
                                                   {"www.w3.org/1999/xhtml", "xhtml:"},
                                                   {"www.w3.org/xml/1998/namespace", "xml:"}}};

// Without what feeds vary: the scheme, and the '/' or '#' at its end.
std::string_view vocabulary_name(std::string_view uri) {
    uri = trim(uri);
    while (uri.ends_with('/') || uri.ends_with('#')) uri.remove_suffix(1);
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (ascii_istarts_with(uri, scheme)) return uri.substr(scheme.size());
    }
    return uri;
}

}  // namespace

std::string canonical_name(std::string_view local, std::string_view prefix, std::string_view uri) {
    if (!uri.empty()) {
        const std::string_view name = vocabulary_name(uri);
        const auto known = std::ranges::find_if(vocabularies, [&](const Vocabulary& each) {
            return name.size() == each.name.size() && ascii_iequals(name, each.name);
        });
        if (known != vocabularies.end()) return ascii_lower(fmt::format("{}{}", known->prefix, local));
    }
    return ascii_lower(prefix.empty() ? std::string(local) : fmt::format("{}:{}", prefix, local));
}

}  // namespace paperround::feed
