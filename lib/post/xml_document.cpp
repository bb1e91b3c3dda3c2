#include "post/xml_document.hpp"

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "base/text.hpp"
#include "post/feed_text.hpp"
#include "post/html_links.hpp"
#include "post/xml_entities.hpp"
#include "post/xml_repair.hpp"

namespace paperround::post {

namespace {

constexpr std::size_t most_issues = 20;

struct Vocabulary {
    std::string_view uri;  // in small letters, without the '/' or '#' at its end: feeds vary both
    std::string_view prefix;
};
constexpr std::array<Vocabulary, 19> vocabularies{{{"http://www.w3.org/2005/atom", "atom:"},
                                                   {"http://purl.org/atom/ns", "atom:"},
                                                   {"http://purl.org/rss/1.0", ""},
                                                   {"http://purl.org/net/rss1.1", ""},
                                                   {"http://my.netscape.com/rdf/simple/0.9", ""},
                                                   {"http://channel.netscape.com/rdf/simple/0.9", ""},
                                                   {"http://backend.userland.com/rss2", ""},
                                                   {"http://backend.userland.com/rss", ""},
                                                   {"http://blogs.law.harvard.edu/tech/rss", ""},
                                                   {"http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf:"},
                                                   {"http://purl.org/rss/1.0/modules/content", "content:"},
                                                   {"http://purl.org/dc/elements/1.1", "dc:"},
                                                   {"http://purl.org/dc/elements/1.0", "dc:"},
                                                   {"http://purl.org/dc/terms", "dc:"},
                                                   {"http://search.yahoo.com/mrss", "media:"},
                                                   {"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes:"},
                                                   {"http://example.com/dtds/podcast-1.0.dtd", "itunes:"},
                                                   {"http://www.w3.org/1999/xhtml", "xhtml:"},
                                                   {"http://www.w3.org/xml/1998/namespace", "xml:"}}};

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

bool is_vocabulary(std::string_view uri, std::string_view known) {
    while (uri.ends_with('/') || uri.ends_with('#')) uri.remove_suffix(1);
    return uri.size() == known.size() && ascii_iequals(uri, known);
}

// In small letters: RSS is written in any case (<pubdate>, <GUID>, <Channel>), and HTML does not mind.
std::string canonical_name(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri) {
    std::string_view before = view(prefix);
    if (!view(uri).empty()) {
        const auto known = std::ranges::find_if(
            vocabularies, [&](const Vocabulary& each) { return is_vocabulary(view(uri), each.uri); });
        if (known != vocabularies.end()) return ascii_lower(fmt::format("{}{}", known->prefix, view(local)));
    }
    return ascii_lower(before.empty() ? std::string(view(local)) : fmt::format("{}:{}", before, view(local)));
}

// Receives the parser's events and grows the tree. Nodes under construction live in `open_`, outermost first.
struct Builder {
    xmlParserCtxtPtr parser = nullptr;
    std::vector<XmlNode> open;
    std::optional<XmlNode> root;
    std::vector<FeedIssue> issues;
    bool too_deep = false;
    bool lossy = false;  // something was left out although the parser calls the document well-formed

    void issue(std::size_t line, std::size_t column, std::string_view message) {
        if (issues.size() < most_issues) issues.push_back({{}, line, column, one_line(message, 300)});
    }
    void close() {
        if (open.empty()) return;
        XmlNode done = std::move(open.back());
        open.pop_back();
        // Twenty thousand items, each with room for as many fields again, and a node for each text, would be
        // most of the memory used.
        if (done.children.size() == 1 && done.children.front().name.empty()) {
            std::string text = std::move(done.children.front().text);
            done.children = std::vector<XmlNode>();
            done.text = std::move(text);
        } else {
            done.children.shrink_to_fit();
        }
        if (open.empty()) {
            if (!root) root = std::move(done);
        } else {
            open.back().children.push_back(std::move(done));
        }
    }
};

Builder& builder(void* data) {
    return *static_cast<Builder*>(data);
}

void on_start(void* data, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int /*namespaces*/,
              const xmlChar** /*namespace_list*/, int attributes, int /*defaulted*/, const xmlChar** list) {
    Builder& self = builder(data);
    if (self.open.size() >= deepest_xml) {
        self.too_deep = true;
        xmlStopParser(self.parser);
        return;
    }
    XmlNode node;
    node.name = canonical_name(local, prefix, uri);
    for (int i = 0; i < attributes; ++i) {
        const xmlChar** attribute =
            list + static_cast<std::ptrdiff_t>(i) * 5;  // local name, prefix, URI, value, end of value
        node.attributes.emplace_back(canonical_name(attribute[0], attribute[1], attribute[2]),
                                     std::string(reinterpret_cast<const char*>(attribute[3]),
                                                 static_cast<std::size_t>(attribute[4] - attribute[3])));
    }
    self.open.push_back(std::move(node));
}

void on_end(void* data, const xmlChar* /*local*/, const xmlChar* /*prefix*/, const xmlChar* /*uri*/) {
    builder(data).close();
}

// Between their elements there is nothing but line ends, which are not kept.
bool holds_fields(std::string_view name) {
    constexpr std::array<std::string_view, 9> names{"rss",   "channel", "item",      "rdf:rdf",   "feed",
                                                    "entry", "items",   "atom:feed", "atom:entry"};
    return std::ranges::find(names, name) != names.end();
}

void on_text(void* data, const xmlChar* text, int length) {
    Builder& self = builder(data);
    const std::string_view view(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
    if (self.open.empty() || (holds_fields(self.open.back().name) && trim(view).empty())) return;
    auto& children = self.open.back().children;
    if (children.empty() || !children.back().name.empty()) children.emplace_back();
    children.back().text.append(view);
}

// Only the five that XML itself has: whatever the document declares is not expanded.
xmlEntityPtr on_entity(void* /*data*/, const xmlChar* name) {
    return xmlGetPredefinedEntity(name);
}

void on_problem(void* data, xmlErrorPtr problem) {
    if (problem->level < XML_ERR_ERROR) return;
    // Undeclared prefixes are harmless: canonical_name() knows them by their usual spelling. An undeclared
    // entity is dropped, which for a document that names a DTD is not even fatal.
    if (problem->domain != XML_FROM_NAMESPACE) builder(data).lossy = true;
    builder(data).issue(static_cast<std::size_t>(std::max(0, problem->line)),
                        static_cast<std::size_t>(std::max(0, problem->int2)),
                        problem->message == nullptr ? "not well-formed" : problem->message);
}

struct ParserDeleter {
    void operator()(xmlParserCtxtPtr parser) const {
        if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
        parser->myDoc = nullptr;
        xmlFreeParserCtxt(parser);
    }
};

// True where the text is well-formed.
bool parse(std::string_view text, int options, Builder& into) {
    xmlInitParser();
    const std::unique_ptr<xmlParserCtxt, ParserDeleter> parser(
        xmlCreateMemoryParserCtxt(text.data(), static_cast<int>(text.size())));
    if (!parser) return false;
    *parser->sax = xmlSAXHandler{};
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->startElementNs = on_start;
    parser->sax->endElementNs = on_end;
    parser->sax->characters = on_text;
    parser->sax->cdataBlock = on_text;
    parser->sax->getEntity = on_entity;
    parser->sax->serror = on_problem;
    parser->userData = &into;
    into.parser = parser.get();
    xmlCtxtUseOptions(parser.get(), options | XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    xmlParseDocument(parser.get());
    into.parser = nullptr;
    return parser->wellFormed != 0 && !into.too_deep && !into.lossy;
}

// Where the document begins. Scripts that fail print pages of HTML before it: then at the declaration, or at
// the root of a feed.
std::size_t start_of(std::string_view text) {
    constexpr std::size_t longest_junk = 64U << 10U;
    constexpr std::array<std::string_view, 5> roots{"<?xml", "<rss", "<feed", "<rdf:rdf", "<atom:feed"};
    const auto first = std::min(text.find('<'), text.size());
    for (auto at = first; at < std::min(text.size(), longest_junk); at = text.find('<', at + 1)) {
        const auto here = text.substr(at);
        if (std::ranges::any_of(roots, [&](auto root) { return ascii_istarts_with(here, root); })) return at;
        // Comments and document types may name them.
        if (here.starts_with("<!--")) at += std::min(here.find("-->"), here.size() - 1);
    }
    return first;
}

// What stands before the first tag, and the XML declaration (the text is UTF-8 by now, whatever it says), as
// spaces: positions stay true.
std::string blanked(std::string text) {
    auto end = start_of(text);
    const auto first = std::min(text.find('<'), text.size());
    // A document type that the root follows is read for its entities.
    if (std::string_view(text).substr(first).starts_with("<!") &&
        !ascii_istarts_with(std::string_view(text).substr(std::min(end, text.size())), "<?xml")) {
        end = first;
    }
    if (std::string_view(text).substr(end).starts_with("<?xml")) {
        const auto close = text.find("?>", end);
        if (close != std::string::npos) end = close + 2;
    }
    std::replace_if(
        text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return c != '\n'; }, ' ');
    return text;
}

XmlDocument too_deep() {
    XmlDocument document;
    document.complete = false;
    document.issues.push_back({{}, 0, 0, fmt::format("elements are nested deeper than {}", deepest_xml)});
    return document;
}

XmlDocument read_repaired(std::string text, std::vector<FeedIssue> issues) {
    const RepairedXml repaired = repair_xml(text);
    text = std::string();
    if (repaired.too_deep) return too_deep();
    XmlDocument document;
    document.issues = std::move(issues);
    document.complete = !repaired.cut;
    if (repaired.dropped_item) {
        document.issues.push_back({{}, 0, 0, "the document ends inside an item: that item is left out"});
    }
    if (repaired.text.empty()) return document;
    Builder again;
    const bool well_formed = parse(repaired.text, XML_PARSE_RECOVER, again);
    if (again.too_deep) return too_deep();
    if (!well_formed) {
        document.complete = false;
        while (!again.open.empty()) again.close();
    }
    document.root = std::move(again.root);
    return document;
}

bool is_void_element(std::string_view name) {
    constexpr std::array<std::string_view, 13> names{"area",  "base", "br",   "col",    "embed", "hr", "img",
                                                     "input", "link", "meta", "source", "track", "wbr"};
    return std::ranges::find(names, name) != names.end();
}

void append_html(const XmlNode& node, std::string_view base, std::string& out) {
    if (node.name.empty()) {
        out += escape_html(node.text);
        return;
    }
    const std::string_view name = std::string_view(node.name).substr(node.name.find(':') + 1);
    out += fmt::format("<{}", name);
    for (const auto& [key, value] : node.attributes) {
        if (key.find(':') != std::string::npos) continue;
        out += fmt::format(" {}=\"{}\"", key,
                           escape_html(base.empty() ? value : absolute_value(key, value, base)));
    }
    out += ">";
    if (is_void_element(name)) return;
    out += escape_html(node.text);
    for (const XmlNode& child : node.children) append_html(child, base, out);
    out += fmt::format("</{}>", name);
}

}  // namespace

std::string_view XmlNode::attribute(std::string_view key) const {
    const auto found =
        std::ranges::find(attributes, key, [](const auto& pair) -> const std::string& { return pair.first; });
    return found == attributes.end() ? std::string_view{} : std::string_view(found->second);
}

const XmlNode* XmlNode::child(std::string_view key) const {
    const auto found = std::ranges::find(children, key, &XmlNode::name);
    return found == children.end() ? nullptr : &*found;
}

XmlNode* XmlNode::child(std::string_view key) {
    const auto found = std::ranges::find(children, key, &XmlNode::name);
    return found == children.end() ? nullptr : &*found;
}

std::string XmlNode::inner_text() const {
    std::string out = text;
    for (const XmlNode& node : children) out += node.inner_text();
    return out;
}

XmlDocument read_xml(std::string utf8) {
    std::string text = blanked(std::move(utf8));
    if (const auto start = text.find('<'); start != std::string::npos) {
        const auto front = std::string_view(text).substr(start);
        if (ascii_istarts_with(front, "<!DOCTYPE") &&
            is_entity_bomb(front.substr(0, declaration_length(front)))) {
            const auto line = static_cast<std::size_t>(std::count(
                                  text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n')) +
                              1;
            return {{},
                    {{{},
                      line,
                      0,
                      fmt::format("its entities expand to more than {} octets: it is refused",
                                  longest_expansion)}},
                    false};
        }
    }
    std::vector<FeedIssue> issues;
    {
        Builder first;
        const bool well_formed = parse(text, 0, first);
        issues = std::move(first.issues);
        if (well_formed && first.root) return {std::move(first.root), std::move(issues), true};
    }
    // Even what nested too deep is mended: a feed that never closes its items is flat once they are closed.
    return read_repaired(std::move(text), std::move(issues));
}

std::string inner_html(const XmlNode& node, std::string_view base) {
    std::string out = escape_html(node.text);
    for (const XmlNode& child : node.children) append_html(child, base, out);
    return out;
}

}  // namespace paperround::post
