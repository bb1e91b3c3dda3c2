#include "pipeline/press/press.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "audience/audience_store.hpp"
#include "base/address/mailbox.hpp"
#include "email/template/language_choice.hpp"
#include "post/picture_store.hpp"
#include "post/post_store.hpp"
#include "queue/store/mailing_store.hpp"
#include "queue/store/press_store.hpp"

namespace paperround::pipeline {

namespace {
// Mailings that are kept in memory; another one is read again.
constexpr std::size_t most_runs = 16;
// For this long, a mailing that cannot be made is not tried again for its other readers; by then the ledger
// has paused it.
constexpr auto failure_holds = std::chrono::seconds(5);

PrintError cannot_read_kept(std::int64_t mailing_id) {
    return {fmt::format("the letter of mailing {} that was kept cannot be read: is the database damaged?",
                        mailing_id)};
}

// Adds the pictures of another edition, without duplicates.
void add_pictures(email::InlinePictures& all, const email::InlinePictures& more) {
    for (const email::InlinePicture& picture : more) {
        if (std::ranges::find(all, picture.id, &email::InlinePicture::id) == all.end())
            all.push_back(picture);
    }
}

}  // namespace

std::string unsubscribe_url(const config::Settings& settings, const audience::TokenSigner& signer,
                            const audience::Token& token) {
    return settings.public_url + "/u/" + signer.sign(token);
}

std::string letter_url(const config::Settings& settings, const config::Newsletter& newsletter,
                       std::int64_t mailing_id) {
    return fmt::format("{}/a/{}/{}", settings.public_url, newsletter.name, mailing_id);
}

Result<email::RenderedMailing, PrintError> render_posts(const email::TemplateSet& templates,
                                                        const config::Settings& settings,
                                                        const config::Newsletter& newsletter,
                                                        PrintOrder order, const std::stop_token& stop) {
    const std::string title = order.posts.empty() ? std::string() : order.posts.front().title;
    auto rendered = email::render_mailing(templates,
                                          {.newsletter = newsletter,
                                           .posts = std::move(order.posts),
                                           .picture_sizes = std::move(order.picture_sizes),
                                           .feedback_id = {},
                                           .language = std::move(order.language),
                                           .subject_mark = std::move(order.subject_mark),
                                           .mailing_key = std::move(order.mailing_key),
                                           .public_url = settings.public_url,
                                           .sender_id = settings.sender_id,
                                           .pictures = std::move(order.pictures),
                                           .online_url = std::move(order.online_url)},
                                          stop);
    if (!rendered) {
        const bool interrupted = rendered.error().code == email::RenderError::Code::interrupted;
        return failure(
            PrintError{fmt::format("cannot render \"{}\": {}", title, rendered.error().message),
                       interrupted ? PrintError::Code::interrupted : PrintError::Code::cannot_be_made});
    }
    return std::move(*rendered);
}

Result<email::Edition, PrintError> kept_edition(db::Database& database, std::int64_t mailing_id,
                                                std::string_view language) {
    const auto packed = queue::EditionStore(database).find(mailing_id, language);
    auto edition = packed ? email::unpack(*packed) : std::nullopt;
    if (edition) return std::move(*edition);
    return failure(cannot_read_kept(mailing_id));
}

Result<email::InlinePictures, PrintError> kept_pictures(db::Database& database, std::int64_t mailing_id) {
    const auto packed = queue::EditionStore(database).find_pictures(mailing_id);
    if (!packed) return email::InlinePictures{};
    auto pictures = email::unpack_pictures(*packed);
    if (pictures) return std::move(*pictures);
    return failure(cannot_read_kept(mailing_id));
}

Press::Press(db::Database database, const config::Settings& settings,
             std::filesystem::path installed_templates, OnLost on_lost)
    : on_lost_(std::move(on_lost)),
      database_(std::move(database)),
      settings_(settings),
      installed_templates_(std::move(installed_templates)) {}

void Press::look_again() {
    const Lock lock(mutex_);
    database_.forget_pages();
}

// Removes the marks that this process made, so that a clean end does not look like a crash.
Press::~Press() {
    try {
        for (const std::int64_t mailing : std::set(noted_)) strike(mailing);
    } catch (const db::Error&) {
        // At worst one mailing is once taken for one that ended the process.
    }
}

Result<Press::Copy, PrintError> Press::printed(std::int64_t mailing_id, std::string_view reader_language) {
    const Lock lock(mutex_);
    const auto run = kept_run(mailing_id);
    if (!run) return failure(run.error());
    auto copy = copy_in(**run, reader_language);
    if (copy && !(*copy)->proved) note(mailing_id);
    return copy;
}

std::optional<PrintError> Press::make_ahead(std::int64_t mailing_id) {
    const Lock lock(mutex_);
    const auto run = kept_run(mailing_id);
    if (!run) return run.error();
    strike(mailing_id);
    return std::nullopt;
}

Result<Press::Editions, PrintError> Press::print_unlocked(const Job& job) {
    const Unlocked unlocked(mutex_);
    auto fresh = print(job);
    if (fresh && on_lost_ && !fresh->lost.empty()) on_lost_(job.mailing, fresh->lost);
    return fresh;
}

// Unlocks the mutex while it renders or waits.
Result<Press::Run*, PrintError> Press::kept_run(std::int64_t mailing_id) {
    for (;;) {
        const auto run = run_of(mailing_id);
        if (!run) return failure(run.error());
        if (!(*run)->languages.empty()) return *run;
        if (const auto failed = failures_.find(mailing_id); failed != failures_.end()) {
            if (std::chrono::steady_clock::now() - failed->second.at < failure_holds)
                return failure(failed->second.error);
            failures_.erase(failed);
        }
        if (in_press_.contains(mailing_id)) {
            ended_.wait(mutex_);
            continue;
        }
        if (stop_.stop_requested())
            return failure(PrintError{"interrupted by a stop", PrintError::Code::interrupted});
        const auto job = job_for(**run);
        if (!job) return failure(job.error());
        note(mailing_id);
        in_press_.insert(mailing_id);
        const auto fresh = print_unlocked(*job);
        keep(mailing_id, fresh);
        if (!fresh) return failure(fresh.error());
    }
}

Result<Press::Copy, PrintError> Press::copy_in(Run& run, std::string_view reader_language) {
    const std::string language = email::language_among(run.languages, reader_language).value_or("");
    if (const auto found = run.copies.find(language); found != run.copies.end()) return found->second;
    const auto edition = kept_edition(database_, run.mailing.id, language);
    if (!edition) return failure(edition.error());
    if (!run.pictures) {
        auto pictures = kept_pictures(database_, run.mailing.id);
        if (!pictures) return failure(pictures.error());
        run.pictures = std::make_shared<const email::InlinePictures>(std::move(*pictures));
    }
    config::Newsletter newsletter = *run.newsletter;
    newsletter.from.address = edition->sender;
    auto copy = std::make_shared<const Printed>(run.mailing, std::move(newsletter),
                                                email::RenderedMailing(*edition, run.pictures));
    run.copies.emplace(language, copy);
    return copy;
}

void Press::keep(std::int64_t mailing_id, const Result<Editions, PrintError>& fresh) {
    in_press_.erase(mailing_id);
    ended_.notify_all();
    if (!fresh) {
        if (fresh.error().code != PrintError::Code::interrupted)
            failures_.insert_or_assign(mailing_id, Failure{fresh.error(), std::chrono::steady_clock::now()});
        return strike(mailing_id);
    }
    queue::EditionStore store(database_);
    db::Transaction transaction(database_);
    // Another process may have stored editions meanwhile: a mailing has only one set.
    if (store.languages(mailing_id).empty()) {
        store.keep(mailing_id, fresh->packed);
        if (!fresh->pictures.empty()) store.keep_pictures(mailing_id, fresh->pictures);
    }
    transaction.commit();
    if (const auto run = runs_.find(mailing_id); run != runs_.end())
        run->second.languages = store.languages(mailing_id);
}

void Press::proved(const Printed& printed) {
    if (printed.proved.exchange(true)) return;
    const Lock lock(mutex_);
    strike(printed.mailing.id);
}

void Press::note(std::int64_t mailing_id) {
    if (noted_.contains(mailing_id)) return;
    db::Transaction transaction(database_);
    queue::PressStore(database_).press_begins(mailing_id);
    transaction.commit();
    noted_.insert(mailing_id);
}

void Press::strike(std::int64_t mailing_id) {
    if (!noted_.contains(mailing_id)) return;
    db::Transaction transaction(database_);
    queue::PressStore(database_).press_ended(mailing_id);
    transaction.commit();
    noted_.erase(mailing_id);
}

Result<Press::Run*, PrintError> Press::run_of(std::int64_t mailing_id) {
    if (const auto found = runs_.find(mailing_id); found != runs_.end()) return &found->second;
    auto mailing = queue::MailingStore(database_).mailing(mailing_id);
    if (!mailing) return failure(PrintError{fmt::format("mailing {} is not in the database", mailing_id)});
    const config::Newsletter* newsletter = settings_.find_newsletter(mailing->newsletter);
    if (newsletter == nullptr) {
        return failure(PrintError{
            fmt::format("the configuration has no newsletter \"{}\" any more", mailing->newsletter)});
    }
    queue::EditionStore store(database_);
    Run run{std::move(*mailing), newsletter, store.languages(mailing_id), {}, {}};
    if (order_.size() == most_runs) {
        runs_.erase(order_.front());
        order_.pop_front();
    }
    order_.push_back(mailing_id);
    return &runs_.emplace(mailing_id, std::move(run)).first->second;
}

Result<Press::Job, PrintError> Press::job_for(const Run& run) {
    auto templates = template_set(run.newsletter->template_name);
    if (!templates) return failure(templates.error());
    Job job{run.mailing, run.newsletter, std::move(*templates), {}, {""}};
    for (const std::int64_t id : queue::MailingStore(database_).posts_of(run.mailing)) {
        auto stored = post::PostStore(database_).find(id);
        if (!stored) return failure(PrintError{fmt::format("post {} is not in the database", id)});
        job.posts.push_back(in_its_folder(std::move(*stored), *run.newsletter, post::PostStore(database_)));
        job.posts.back().picture_sizes = post::PictureStore(database_).sizes_of(id);
    }
    for (const std::string& tag : audience::AudienceStore(database_).languages(run.mailing.newsletter)) {
        if (auto language = job.templates->language_for(tag)) job.languages.insert(std::move(*language));
    }
    return job;
}

// Needs no lock. A mailing for which the memory does not suffice is refused; the others go on.
Result<Press::Editions, PrintError> Press::print(const Job& job) const {
    try {
        Enclosed enclosed = enclose_pictures(job.posts, domain_of(job.newsletter->from.address));
        Editions editions{.packed = {}, .pictures = {}, .lost = std::move(enclosed.lost)};
        email::InlinePictures shown;
        // A letter of a series is not in the archive.
        const bool online = job.newsletter->archive && job.mailing.kind == queue::MailingKind::newsletter;
        const std::string online_url = online ? letter_url(settings_, *job.newsletter, job.mailing.id) : "";
        for (const std::string& language : job.languages) {
            const auto rendered = render_posts(*job.templates, settings_, *job.newsletter,
                                               {.posts = enclosed.posts,
                                                .pictures = enclosed.pictures,
                                                .picture_sizes = enclosed.picture_sizes,
                                                .mailing_key = job.mailing.key,
                                                .language = language,
                                                .subject_mark = {},
                                                .online_url = online_url},
                                               stop_.get_token());
            if (!rendered) return failure(rendered.error());
            editions.packed.emplace(language, queue::KeptEdition{.content = email::pack(rendered->edition()),
                                                                 .subject = rendered->subject()});
            add_pictures(shown, rendered->pictures());
        }
        if (!shown.empty()) editions.pictures = email::pack(shown);
        return editions;
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
