#include "feed/xml_document.hpp"

#include <fmt/format.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"
#include "feed/xml_entities.hpp"
#include "feed/xml_repair.hpp"
#include "feed/xml_vocabulary.hpp"

namespace paperround::feed {

namespace {

constexpr std::size_t most_issues = 20;
// Elements and texts take a hundred octets each, attributes half of that: the memory of a document is bounded
// by their number. The largest feeds that are read have a tenth of it.
constexpr std::size_t most_nodes = 500'000;
// libxml2 looks through all that are declared around an element for each name with a prefix.
constexpr std::size_t most_namespaces = 256;

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : std::string_view(reinterpret_cast<const char*>(text));
}

// Receives the parser's events and grows the tree. Nodes under construction live in `open_`, outermost first.
struct Builder {
    xmlParserCtxtPtr parser = nullptr;
    std::vector<XmlNode> open;
    std::optional<XmlNode> root;
    std::vector<FeedIssue> issues;
    bool too_deep = false;
    bool lossy = false;        // something was left out although the parser calls the document well-formed
    std::string refused;       // why the rest was not read; empty: it was
    std::size_t nodes = 0;     // attributes too
    std::size_t in_scope = 0;  // namespaces that are declared by elements that are open
    std::vector<std::size_t> declared;  // of these, by each open element
    std::string rss_namespace;          // what stands for none

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

// libxml2 hands a value over with `&amp;` written as `&#38;`, as an entity's text would need it.
std::string attribute_value(std::string_view value) {
    return value.find('&') == std::string_view::npos ? std::string(value) : replace_all(value, "&#38;", "&");
}

// False where the document is one that is read no further.
bool has_room(Builder& self, std::size_t nodes, std::size_t namespaces) {
    self.nodes += nodes;
    self.in_scope += namespaces;
    if (self.nodes > most_nodes)
        self.refused = fmt::format("more than {} elements and attributes: it is refused", most_nodes);
    if (self.in_scope > most_namespaces)
        self.refused = fmt::format("more than {} namespaces at once: it is refused", most_namespaces);
    if (self.open.size() >= deepest_xml) self.too_deep = true;
    if (self.refused.empty() && !self.too_deep) return true;
    xmlStopParser(self.parser);
    return false;
}

void on_start(void* data, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int namespaces,
              const xmlChar** /*namespace_list*/, int attributes, int /*defaulted*/, const xmlChar** list) {
    Builder& self = builder(data);
    if (!has_room(self, 1 + static_cast<std::size_t>(attributes), static_cast<std::size_t>(namespaces)))
        return;
    self.declared.push_back(static_cast<std::size_t>(namespaces));
    // RSS has no namespace. Whatever an <rss> or its <channel> declares as the default one (Atom's, that of
    // iTunes, XHTML's) is a mistake, and means its own elements.
    const bool root = self.open.empty() && ascii_iequals(view(local), "rss");
    const bool channel = self.open.size() == 1 && self.open.front().name == "rss" &&
                         self.rss_namespace.empty() && ascii_iequals(view(local), "channel");
    if (prefix == nullptr && (root || channel)) self.rss_namespace = view(uri);
    if (prefix == nullptr && !self.rss_namespace.empty() && view(uri) == self.rss_namespace) uri = nullptr;
    XmlNode node;
    node.name = canonical_name(view(local), view(prefix), view(uri));
    for (int i = 0; i < attributes; ++i) {
        const xmlChar** attribute =
            list + static_cast<std::ptrdiff_t>(i) * 5;  // local name, prefix, URI, value, end of value
        node.attributes.emplace_back(
            canonical_name(view(attribute[0]), view(attribute[1]), view(attribute[2])),
            attribute_value({reinterpret_cast<const char*>(attribute[3]),
                             static_cast<std::size_t>(attribute[4] - attribute[3])}));
    }
    self.open.push_back(std::move(node));
}

void on_end(void* data, const xmlChar* /*local*/, const xmlChar* /*prefix*/, const xmlChar* /*uri*/) {
    Builder& self = builder(data);
    self.in_scope -= self.declared.back();
    self.declared.pop_back();
    self.close();
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
    if (children.empty() || !children.back().name.empty()) {
        ++self.nodes;
        children.emplace_back();
    }
    children.back().text.append(view);
}

// Only the five that XML itself has: whatever the document declares is not expanded.
xmlEntityPtr on_entity(void* /*data*/, const xmlChar* name) {
    return xmlGetPredefinedEntity(name);
}

void on_problem(void* data, xmlErrorPtr problem) {
    if (problem->level < XML_ERR_ERROR) return;
    // Undeclared prefixes are harmless: canonical_name(view()) knows them by their usual spelling. An undeclared
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
    return parser->wellFormed != 0 && !into.too_deep && into.refused.empty() && !into.lossy;
}

// Of one element. libxml2 (2.9) compares each with all before it.
constexpr std::size_t most_attributes = 1000;

// Where the first tag with more of them begins. Reads on over what is not well-formed: the parser stops
// there.
std::optional<std::size_t> crowded_tag(std::string_view text) {
    for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
        const auto here = text.substr(at);
        if (here.starts_with("<!--") || here.starts_with("<![CDATA[")) {
            const auto end = text.find(here[2] == '-' ? "-->" : "]]>", at + 4);
            if (end == std::string_view::npos) return std::nullopt;
            at = end;
            continue;
        }
        const std::size_t begin = at++;
        std::size_t attributes = 0;
        for (at = text.find_first_of("<>=", at); at < text.size() && text[at] == '=';
             at = text.find_first_of("<>=", at)) {
            if (++attributes > most_attributes) return begin;
            at = std::min(text.find_first_not_of(" \t\r\n", at + 1), text.size());
            if (at < text.size() && (text[at] == '"' || text[at] == '\''))
                at = std::min(text.find(text[at], at + 1), text.size() - 1) + 1;
        }
        if (at == std::string_view::npos) return std::nullopt;
    }
    return std::nullopt;
}

// libxml2 puts each that it meets into words, and reads on.
constexpr std::size_t most_foreign_references = 1000;

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

XmlDocument refused(std::string reason, std::size_t line = 0) {
    XmlDocument document;
    document.complete = false;
    document.issues.push_back({{}, line, 0, std::move(reason)});
    return document;
}

XmlDocument too_deep() {
    return refused(fmt::format("elements are nested deeper than {}", deepest_xml));
}

XmlDocument read_repaired(std::string text, const std::vector<DeclaredEntity>& entities,
                          std::vector<FeedIssue> issues) {
    const RepairedXml repaired = repair_xml(text, entities);
    text = std::string();
    if (repaired.too_deep) return too_deep();
    if (repaired.too_large)
        return refused(fmt::format("mended it would be larger than {} octets", largest_repaired));
    XmlDocument document;
    document.issues = std::move(issues);
    document.complete = !repaired.cut;
    if (repaired.dropped_item) {
        document.issues.push_back({{}, 0, 0, "the document ends inside an item: that item is left out"});
    }
    if (repaired.text.empty()) return document;
    Builder again;
    const bool well_formed = parse(repaired.text, XML_PARSE_RECOVER, again);
    if (!again.refused.empty()) return refused(std::move(again.refused));
    if (again.too_deep) return too_deep();
    if (!well_formed) {
        document.complete = false;
        while (!again.open.empty()) again.close();
    }
    document.root = std::move(again.root);
    return document;
}

std::size_t line_of(std::string_view text, std::size_t at) {
    return static_cast<std::size_t>(std::ranges::count(text.substr(0, at), '\n')) + 1;
}

}  // namespace

XmlDocument read_xml(std::string utf8) {
    std::string text = blanked(std::move(utf8));
    const std::string_view type = find_document_type(text);
    const auto type_at = type.empty() ? 0 : static_cast<std::size_t>(type.data() - text.data());
    if (auto reason = refusal_of(type)) return refused(std::move(*reason), line_of(text, type_at));
    const std::vector<DeclaredEntity> entities = read_entities(type);
    // What it says of attributes would be obeyed.
    std::replace_if(
        text.begin() + static_cast<std::ptrdiff_t>(type_at),
        text.begin() + static_cast<std::ptrdiff_t>(type_at + type.size()), [](char c) { return c != '\n'; },
        ' ');
    std::vector<FeedIssue> issues;
    if (const auto crowded = crowded_tag(text)) {
        issues.push_back(
            {{},
             line_of(text, *crowded),
             0,
             fmt::format("an element has more than {} attributes: the rest is left out", most_attributes)});
    } else if (has_foreign_references(text, most_foreign_references)) {
        issues.push_back({{}, 0, 0, "it refers to entities that XML does not have, over a thousand times"});
    } else {
        Builder first;
        const bool well_formed = parse(text, 0, first);
        if (!first.refused.empty()) return refused(std::move(first.refused));
        issues = std::move(first.issues);
        if (well_formed && first.root) return {std::move(first.root), std::move(issues), true};
    }
    // Even what nested too deep is mended: a feed that never closes its items is flat once they are closed.
    return read_repaired(std::move(text), entities, std::move(issues));
}

}  // namespace paperround::feed
