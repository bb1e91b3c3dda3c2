#include "pipeline/press.hpp"

#include <fmt/format.h>

#include <new>

#include "post/post_store.hpp"
#include "queue/queue_store.hpp"

namespace paperround::pipeline {

namespace {
// Mailings that are sent at the same time; an older one is simply rendered again.
constexpr std::size_t kept_mailings = 16;
// A mailing that cannot be made is not tried again for each of its readers before the ledger has paused it.
constexpr auto failure_holds = std::chrono::seconds(5);
}  // namespace

std::string unsubscribe_url(const config::Settings& settings, const audience::TokenSigner& signer,
                            const audience::Token& token) {
    return settings.public_url + "/u/" + signer.sign(token);
}

Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                        const config::Settings& settings,
                                                        const config::Newsletter& newsletter,
                                                        PrintOrder order, const std::stop_token& stop) {
    const std::string title = order.posts.empty() ? std::string() : order.posts.front().title;
    auto rendered = email::render_mailing(templates,
                                          {.newsletter = newsletter,
                                           .posts = std::move(order.posts),
                                           .feedback_id = {},
                                           .language = std::move(order.language),
                                           .subject_mark = std::move(order.subject_mark),
                                           .mailing_key = std::move(order.mailing_key),
                                           .public_url = settings.public_url,
                                           .sender_id = settings.sender_id},
                                          stop);
    if (!rendered) {
        const bool interrupted = rendered.error().code == email::RenderError::Code::interrupted;
        return failure(
            PrintError{fmt::format("cannot render \"{}\": {}", title, rendered.error().message),
                       interrupted ? PrintError::Code::interrupted : PrintError::Code::cannot_be_made});
    }
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

// Marks that this process made are its own to take away, or a clean end would look like a death.
Press::~Press() {
    try {
        for (const std::int64_t mailing : std::set(noted_)) strike(mailing);
    } catch (const db::Error&) {
        // At worst a mailing is taken for one that ended the process, once.
    }
}

Result<Press::Copy, PrintError> Press::printed(std::int64_t mailing_id, std::string_view reader_language) {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto edition = edition_of(mailing_id);
        if (!edition) return failure(edition.error());
        const auto& copies = (*edition)->copies;
        const std::string language =
            reader_language.empty() ? "" : (*edition)->templates->language_for(reader_language).value_or("");
        if (const auto found = copies.find(language); found != copies.end()) return found->second;
        if (const auto failed = failures_.find(mailing_id); failed != failures_.end()) {
            if (std::chrono::steady_clock::now() - failed->second.at < failure_holds)
                return failure(failed->second.error);
            failures_.erase(failed);
        }
        if (in_press_.contains({mailing_id, language})) {
            ended_.wait(lock);
            continue;
        }
        if (stop_.stop_requested())
            return failure(PrintError{"interrupted by a stop", PrintError::Code::interrupted});
        auto job = job_for(**edition, language);
        if (!job) return failure(job.error());
        note(mailing_id);
        in_press_.emplace(mailing_id, language);
        lock.unlock();
        auto fresh = print(std::move(*job));
        lock.lock();
        keep(mailing_id, language, fresh);
        return fresh;
    }
}

void Press::keep(std::int64_t mailing_id, const std::string& language,
                 const Result<Copy, PrintError>& fresh) {
    in_press_.erase({mailing_id, language});
    ended_.notify_all();
    if (!fresh && fresh.error().code == PrintError::Code::interrupted) {
        strike(mailing_id);
    } else if (!fresh) {
        failures_.insert_or_assign(mailing_id, Failure{fresh.error(), std::chrono::steady_clock::now()});
        strike(mailing_id);
    } else if (const auto edition = kept_.find(mailing_id); edition != kept_.end()) {
        edition->second.copies.emplace(language, *fresh);
    }
}

void Press::proved(const Printed& printed) {
    if (printed.proved.exchange(true)) return;
    const std::lock_guard lock(mutex_);
    strike(printed.mailing.id);
}

void Press::note(std::int64_t mailing_id) {
    if (noted_.contains(mailing_id)) return;
    db::Transaction transaction(database_);
    queue::QueueStore(database_).press_begins(mailing_id);
    transaction.commit();
    noted_.insert(mailing_id);
}

void Press::strike(std::int64_t mailing_id) {
    if (!noted_.contains(mailing_id)) return;
    db::Transaction transaction(database_);
    queue::QueueStore(database_).press_ended(mailing_id);
    transaction.commit();
    noted_.erase(mailing_id);
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

Result<Press::Job, PrintError> Press::job_for(const Edition& edition, const std::string& language) {
    Job job{edition.mailing, edition.newsletter, edition.templates, {}, language};
    for (const std::int64_t id : queue::QueueStore(database_).posts_of(edition.mailing)) {
        auto stored = post::PostStore(database_).find(id);
        if (!stored) return failure(PrintError{fmt::format("post {} is not in the database", id)});
        job.posts.push_back(std::move(stored->post));
    }
    return job;
}

// Needs no lock. A mailing that needs more memory than there is, is refused, and the others go on.
Result<Press::Copy, PrintError> Press::print(Job job) const {
    try {
        auto rendered = render_posts(*job.templates, settings_, *job.newsletter,
                                     {.posts = std::move(job.posts),
                                      .mailing_key = job.mailing.key,
                                      .language = std::move(job.language),
                                      .subject_mark = {}},
                                     stop_.get_token());
        if (!rendered) return failure(rendered.error());
        return std::make_shared<const Printed>(std::move(job.mailing), *job.newsletter, std::move(*rendered));
    } catch (const std::bad_alloc&) {
        return failure(PrintError{
            fmt::format("cannot render \"{}\": it needs more memory than there is", job.mailing.title)});
    } catch (const std::exception& error) {
        return failure(PrintError{fmt::format("cannot render \"{}\": {}", job.mailing.title, error.what())});
    }
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
