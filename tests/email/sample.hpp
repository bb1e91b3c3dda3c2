// What the tests of lib/email start from: the installed templates, a small post, one reader.
#pragma once

#include "base/text/date_time.hpp"
#include "email/rendering.hpp"
#include "support/places.hpp"

namespace paperround::test {

inline email::TemplateSet installed_templates(const std::string& name = "default") {
    auto set = email::load_template_set({test::source_folder() + "/templates", ""}, name);
    REQUIRE(set.has_value());
    return *set;
}

inline email::MailingContent sample_content() {
    email::MailingContent content;
    content.newsletter.name = "notes";
    content.newsletter.title = "Field Notes";
    content.newsletter.from = {"Field Notes", "notes@example.org"};
    content.newsletter.postal_address = "1 High Street, Anytown";
    content.posts.resize(1);
    content.posts.front().id = "p1";
    content.posts.front().link = "https://example.org/posts/one";
    content.posts.front().title = "On walking";
    content.posts.front().subtitle = "Slowly, and with a map";
    content.posts.front().author = "Ada Bell";
    content.posts.front().published = parse_rfc3339("2026-11-20T08:00:00Z");
    content.posts.front().html = "<p>One foot, then the other.</p>";
    content.mailing_key = "m42";
    content.public_url = "https://news.example.org";
    content.sender_id = "paperround";
    return content;
}

// One of each element that the style sheets speak of; no link, so that a digest shows the whole of it.
inline feed::Post sample_post_with_everything() {
    feed::Post post;
    post.id = "p9";
    post.title = "Of everything";
    post.subtitle = "A little";
    post.author = "Ben Coe";
    post.published = parse_rfc3339("2026-11-21T08:00:00Z");
    post.image = "https://example.org/i.png";
    post.html =
        "<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6><p>a <a href=https://e.org>b</a> "
        "<code>c</code> <kbd>k</kbd> <samp>s</samp><sup>1</sup><sub>2</sub></p><blockquote><p>q</p><p>r</p>"
        "</blockquote><ul><li>a<ol><li><p>b</p></ol></ul><pre><code>x</code></pre><figure>"
        "<img src=https://e.org/i.png alt=i><figcaption>f</figcaption></figure>"
        "<table><tr><th>h<td align=right>d</table><hr><dl><dt>t<dd>d</dl>";
    return post;
}

inline email::Recipient sample_recipient() {
    email::Recipient recipient;
    recipient.subscriber.address = "reader@example.net";
    recipient.subscriber.name = "Robin Reader";
    recipient.unsubscribe_url = "https://news.example.org/unsubscribe/abc123";
    recipient.message_id = "<d7.m42@news.example.org>";
    recipient.date = parse_rfc3339("2026-11-22T08:00:00Z").value();
    return recipient;
}

inline email::RenderedMailing rendered(const email::MailingContent& content,
                                       const std::string& name = "default") {
    auto mailing = email::render_mailing(installed_templates(name), content);
    REQUIRE(mailing.has_value());
    return *mailing;
}

inline std::string composed(const email::MailingContent& content,
                            const email::Recipient& recipient = sample_recipient()) {
    return email::compose(rendered(content), recipient);
}

inline std::string header_of(const std::string& message) {
    return message.substr(0, message.find("\r\n\r\n") + 2);
}

// The value of a field, unfolded; empty where there is none.
inline std::string field_of(const std::string& message, const std::string& name) {
    const std::string header = "\r\n" + header_of(message);
    const auto at = header.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    std::string value;
    for (std::size_t i = at + name.size() + 4; i < header.size(); ++i) {
        if (header.compare(i, 2, "\r\n") != 0) {
            value += header[i];
        } else if (header.compare(i + 2, 1, " ") == 0) {
            ++i;
        } else {
            break;
        }
    }
    return value;
}

}  // namespace paperround::test
