// An arbitrary template is refused with a problem, or renders a message without unfilled fields.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "email/rendering.hpp"

using namespace paperround;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input(reinterpret_cast<const char*>(data), size);
    email::TemplateSources sources;
    sources.html = {"m.html", input + "\n{{unsubscribe_url}}"};
    sources.text = {"m.txt", input + "\n{{unsubscribe_url}}"};
    sources.style = {"style.css", "p {}"};
    sources.strings["en"] = {
        {"en.txt",
         "by=b "
         "{author}\nread_more=m\nin_this_issue=i\nshare=s\nshare_email=e\ncolon=:\nfirst_day="
         "1\ndigest_subject={newsletter} "
         "{title}\nread_online=r\nwhy=w\nunsubscribe=u\ndate={day} {month} {year}\n"
         "months=1,2,3,4,5,6,7,8,9,10,11,12"}};
    sources.strings["de"] = {{"de.txt", input}};
    auto set = email::TemplateSet::make(sources);
    if (!set) {
        sources.strings.erase("de");
        set = email::TemplateSet::make(sources);
    }
    if (!set) return 0;
    email::MailingContent content;
    content.posts.resize(1);
    content.posts.front().title = "T";
    content.posts.front().author = "A";
    content.posts.front().html = "<p>x</p>";
    content.posts.front().published = Time{};
    const auto mailing = email::render_mailing(*set, content);
    if (!mailing) return 0;
    email::Recipient recipient;
    recipient.subscriber.name = "N";
    const std::string html = email::html_of(*mailing, recipient);
    if (html.find('\x01') != std::string::npos || html.find('\x02') != std::string::npos) std::abort();
    if (email::compose(*mailing, recipient).find('\x01') != std::string::npos) std::abort();
    return 0;
}
