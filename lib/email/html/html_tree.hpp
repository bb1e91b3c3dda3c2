// The tree of an HTML text (gumbo), and a walk over it that needs no stack of its own. For this library's
// sources only.
#pragma once

#include <gumbo.h>

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace paperround::email {

class HtmlTree {
  public:
    // `html` must outlive the tree, and be bounded in depth: gumbo frees the tree recursively.
    explicit HtmlTree(std::string_view html)
        : output_(gumbo_parse_with_options(&options, html.data(), html.size())) {}

    // Visitor has open(const GumboNode&) -> bool (whether to go into the children; text counts as a leaf) and
    // close(const GumboNode&) for each element that was gone into.
    template <class Visitor>
    void walk_body(Visitor& visitor) const;
    // The same for all elements inside <html>.
    template <class Visitor>
    void walk(Visitor& visitor) const;
    // The same for what stands in one element.
    template <class Visitor>
    static void walk_from(const GumboNode& top, Visitor& visitor) {
        walk_inside(&top, visitor);
    }
    [[nodiscard]] const GumboNode& root() const { return *output_->root; }

  private:
    template <class Visitor>
    static void walk_inside(const GumboNode* top, Visitor& visitor);
    struct Free {
        void operator()(GumboOutput* output) const { gumbo_destroy_output(&options, output); }
    };
    // Gumbo keeps each error that it meets, a million of them in a hostile post; nobody reads them.
    static GumboOptions without_errors() {
        GumboOptions without = kGumboDefaultOptions;
        without.max_errors = 0;
        return without;
    }
    inline static const GumboOptions options = without_errors();
    [[nodiscard]] const GumboNode* body() const;
    std::unique_ptr<GumboOutput, Free> output_;
};

// Nothing where the element does not have the attribute.
[[nodiscard]] inline std::optional<std::string_view> attribute_of(const GumboNode& node, const char* name) {
    const GumboAttribute* found = gumbo_get_attribute(&node.v.element.attributes, name);
    if (found == nullptr) return std::nullopt;
    return std::string_view(found->value);
}

[[nodiscard]] inline bool is_text(const GumboNode& node) {
    return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE ||
           node.type == GUMBO_NODE_CDATA;
}

// Its children but for text and comments.
[[nodiscard]] inline std::vector<const GumboNode*> elements_in(const GumboNode& node) {
    std::vector<const GumboNode*> elements;
    const GumboVector& children = node.v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (child->type == GUMBO_NODE_ELEMENT) elements.push_back(child);
    }
    return elements;
}

inline const GumboNode* HtmlTree::body() const {
    const GumboVector& children = output_->root->v.element.children;
    for (unsigned i = 0; i < children.length; ++i) {
        const auto* child = static_cast<const GumboNode*>(children.data[i]);
        if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag == GUMBO_TAG_BODY) return child;
    }
    return nullptr;
}

template <class Visitor>
void HtmlTree::walk_body(Visitor& visitor) const {
    walk_inside(body(), visitor);
}

template <class Visitor>
void HtmlTree::walk(Visitor& visitor) const {
    walk_inside(output_->root, visitor);
}

template <class Visitor>
void HtmlTree::walk_inside(const GumboNode* const top, Visitor& visitor) {
    const GumboNode* parent = top;
    unsigned index = 0;
    while (parent != nullptr) {
        const GumboVector& children = parent->v.element.children;
        if (index < children.length) {
            const auto* node = static_cast<const GumboNode*>(children.data[index++]);
            if (visitor.open(*node) && node->type == GUMBO_NODE_ELEMENT) {
                parent = node;
                index = 0;
            }
        } else if (parent == top) {
            return;
        } else {
            visitor.close(*parent);
            index = static_cast<unsigned>(parent->index_within_parent) + 1;
            parent = parent->parent;
        }
    }
}

}  // namespace paperround::email
