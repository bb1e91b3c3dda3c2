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
                                                        PrintOrder order) {
    const std::string title = order.posts.empty() ? std::string() : order.posts.front().title;
    auto rendered = email::render_mailing(templates, {.newsletter = newsletter,
                                                      .posts = std::move(order.posts),
                                                      .feedback_id = {},
                                                      .language = std::move(order.language),
                                                      .subject_mark = std::move(order.subject_mark),
                                                      .mailing_key = std::move(order.mailing_key),
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

void Press::look_again() {
    const std::lock_guard lock(mutex_);
    database_.forget_pages();
}

Result<std::shared_ptr<const Printed>, PrintError> Press::printed(std::int64_t mailing_id,
                                                                  std::string_view reader_language) {
    const std::lock_guard lock(mutex_);
    const auto edition = edition_of(mailing_id);
    if (!edition) return failure(edition.error());
    auto& copies = (*edition)->copies;
    const std::string language =
        reader_language.empty() ? "" : (*edition)->templates->language_for(reader_language).value_or("");
    if (const auto found = copies.find(language); found != copies.end()) return found->second;
    auto fresh = print(**edition, language);
    if (fresh) copies.emplace(language, *fresh);
    return fresh;
}

Result<Press::Edition*, PrintError> Press::edition_of(std::int64_t mailing_id) {
    if (const auto found = kept_.find(mailing_id); found != kept_.end()) return &found->second;
    auto mailing = queue::QueueStore(database_).mailing(mailing_id);
    if (!mailing) return failure(PrintError{fmt::format("mailing {} is not in the database", mailing_id)});
    const config::Newsletter* newsletter = settings_.find_newsletter(mailing->newsletter);
    if (newsletter == nullptr) {
        return failure(PrintError{
            fmt::format("the configuration has no newsletter \"{}\" any more", mailing->newsletter)});
    }
    auto templates = template_set(newsletter->template_name);
    if (!templates) return failure(templates.error());
    if (order_.size() == kept_mailings) {
        kept_.erase(order_.front());
        order_.pop_front();
    }
    order_.push_back(mailing_id);
    return &kept_.emplace(mailing_id, Edition{std::move(*mailing), newsletter, std::move(*templates), {}})
                .first->second;
}

Result<std::shared_ptr<const Printed>, PrintError> Press::print(const Edition& edition,
                                                                const std::string& language) {
    const queue::Mailing& mailing = edition.mailing;
    std::vector<post::Post> posts;
    for (const std::int64_t id : queue::QueueStore(database_).posts_of(mailing)) {
        auto stored = post::PostStore(database_).find(id);
        if (!stored) return failure(PrintError{fmt::format("post {} is not in the database", id)});
        posts.push_back(std::move(stored->post));
    }
    auto rendered = render_posts(
        *edition.templates, settings_, *edition.newsletter,
        {.posts = std::move(posts), .mailing_key = mailing.key, .language = language, .subject_mark = {}});
    if (!rendered) return failure(rendered.error());
    return std::make_shared<const Printed>(Printed{mailing, *edition.newsletter, std::move(*rendered)});
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
