#include "pipeline/press.hpp"

#include <fmt/format.h>

#include "post/post_store.hpp"
#include "queue/queue_store.hpp"

namespace paperround::pipeline {

namespace {
// Mailings that are sent at the same time; an older one is simply rendered again.
constexpr std::size_t kept_mailings = 16;
}  // namespace

std::string unsubscribe_url(const config::Settings& settings, const audience::TokenSigner& signer,
                            const audience::Token& token) {
    return settings.public_url + "/u/" + signer.sign(token);
}

Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                        const config::Settings& settings,
                                                        const config::Newsletter& newsletter,
                                                        std::vector<post::Post> posts,
                                                        std::string_view mailing_key) {
    const std::string title = posts.empty() ? std::string() : posts.front().title;
    auto rendered = email::render_mailing(templates, {.newsletter = newsletter,
                                                      .posts = std::move(posts),
                                                      .feedback_id = {},
                                                      .mailing_key = std::string(mailing_key),
                                                      .public_url = settings.public_url,
                                                      .sender_id = settings.sender_id});
    if (!rendered)
        return failure(PrintError{fmt::format("cannot render \"{}\": {}", title, rendered.error().message)});
    return std::move(*rendered);
}

Press::Press(db::Database database, const config::Settings& settings,
             std::filesystem::path installed_templates)
    : database_(std::move(database)),
      settings_(settings),
      installed_templates_(std::move(installed_templates)) {}

Result<std::shared_ptr<const Printed>, PrintError> Press::printed(std::int64_t mailing_id) {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(mailing_id); found != kept_.end()) return found->second;
    auto fresh = print(mailing_id);
    if (!fresh) return fresh;
    kept_.emplace(mailing_id, *fresh);
    order_.push_back(mailing_id);
    if (order_.size() > kept_mailings) {
        kept_.erase(order_.front());
        order_.pop_front();
    }
    return fresh;
}

Result<std::shared_ptr<const Printed>, PrintError> Press::print(std::int64_t mailing_id) {
    queue::QueueStore queue(database_);
    const auto mailing = queue.mailing(mailing_id);
    if (!mailing) return failure(PrintError{fmt::format("mailing {} is not in the database", mailing_id)});
    const config::Newsletter* newsletter = settings_.find_newsletter(mailing->newsletter);
    if (newsletter == nullptr) {
        return failure(PrintError{
            fmt::format("the configuration has no newsletter \"{}\" any more", mailing->newsletter)});
    }
    std::vector<post::Post> posts;
    for (const std::int64_t id : queue.posts_of(*mailing)) {
        auto stored = post::PostStore(database_).find(id);
        if (!stored) return failure(PrintError{fmt::format("post {} is not in the database", id)});
        posts.push_back(std::move(stored->post));
    }
    const auto templates = template_set(newsletter->template_name);
    if (!templates) return failure(templates.error());
    auto rendered = render_posts(**templates, settings_, *newsletter, std::move(posts), mailing->key);
    if (!rendered) return failure(rendered.error());
    return std::make_shared<const Printed>(Printed{*mailing, *newsletter, std::move(*rendered)});
}

Result<std::shared_ptr<const email::TemplateSet>, PrintError> Press::template_set(const std::string& name) {
    if (const auto found = template_sets_.find(name); found != template_sets_.end()) return found->second;
    auto loaded =
        email::load_template_set({.installed = installed_templates_, .own = settings_.templates}, name);
    if (!loaded) return failure(PrintError{loaded.error().front().to_line()});
    auto shared = std::make_shared<const email::TemplateSet>(std::move(*loaded));
    template_sets_.emplace(name, shared);
    return shared;
}

}  // namespace paperround::pipeline
