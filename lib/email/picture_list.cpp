#include "email/picture_list.hpp"

#include <algorithm>

#include "email/clean/html_cleaner.hpp"
#include "email/html/html_tree.hpp"

namespace paperround::email {

namespace {

class Pictures {
  public:
    bool open(const GumboNode& node) {
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        if (node.v.element.tag == GUMBO_TAG_IMG && !attribute_of(node, "width"))
            add(std::string(attribute_of(node, "src").value_or("")));
        return true;
    }
    void close(const GumboNode& /*node*/) const {}

    void add(std::string url) {
        if (!url.empty() && std::ranges::find(urls, url) == urls.end() && urls.size() < limit)
            urls.push_back(std::move(url));
    }

    std::size_t limit;
    std::vector<std::string> urls;
};

}  // namespace

std::vector<std::string> unmeasured_pictures(const feed::Post& post, std::size_t limit,
                                             const std::stop_token& stop) {
    Pictures pictures{limit, {}};
    pictures.add(post.image);
    const auto clean = clean_html(post.html, post.link, {}, stop);
    if (!clean) return std::move(pictures.urls);
    const std::string document = "<!DOCTYPE html>" + clean->html;
    HtmlTree(document).walk_body(pictures);
    return std::move(pictures.urls);
}

}  // namespace paperround::email
