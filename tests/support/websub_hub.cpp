#include "support/websub_hub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "support/wait.hpp"

namespace paperround::test {

WebSubHub::WebSubHub()
    : port_(free_port()),
      process_({python, server_script("websub_hub.py"), std::to_string(port_), folder_.path().string()}) {
    publish({});
    if (!eventually([this] { return listening(port_); })) {
        throw std::runtime_error("the hub does not start: " + process_.errors());
    }
}

std::string WebSubHub::feed(const std::vector<std::string>& titles) {
    std::string items;
    for (const std::string& title : titles) {
        items += fmt::format(
            "<item><guid isPermaLink=\"false\">{0}</guid><title>{0}</title>"
            "<link>https://example.org/{0}</link><description>&lt;p&gt;About "
            "{0}.&lt;/p&gt;</description></item>",
            title);
    }
    return "<rss version=\"2.0\"><channel><title>Site</title>" + items + "</channel></rss>";
}

void WebSubHub::publish(const std::vector<std::string>& titles) const {
    (void)folder_.write("feed.new", feed(titles));
    std::filesystem::rename(folder_ / "feed.new", folder_ / "feed.xml");
}

std::string WebSubHub::post(const std::string& path, const std::string& body) const {
    return run({"curl", "-s", "-q", "-m", "120", "--noproxy", "*", "-H", "Expect:", "--data-binary", "@-",
                site() + path},
               body, std::chrono::seconds(150))
        .output;
}

std::string WebSubHub::push(const std::vector<std::string>& titles, const std::string& method) const {
    return push_text(feed(titles), method);
}

std::string WebSubHub::push_text(const std::string& body, const std::string& method) const {
    return post("/push?" + method, body);
}

void WebSubHub::deny(const std::string& reason) const {
    (void)post("/deny?" + reason, "");
}

std::size_t WebSubHub::count(const std::vector<std::string>& texts) const {
    std::istringstream in(log());
    std::size_t found = 0;
    for (std::string line; std::getline(in, line);) {
        if (std::ranges::all_of(
                texts, [&](const std::string& text) { return line.find(text) != std::string::npos; }))
            ++found;
    }
    return found;
}

std::size_t WebSubHub::verified(const std::string& mode) const {
    return count({"\"verified\"", "\"mode\": \"" + mode + "\"", "\"good\": true"});
}

}  // namespace paperround::test
