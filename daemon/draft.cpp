#include "daemon/draft.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "audience/secret_key.hpp"
#include "base/address/mailbox.hpp"
#include "base/file.hpp"
#include "config/loader.hpp"
#include "control/newsletter_choice.hpp"
#include "daemon/command.hpp"
#include "email/template/language_choice.hpp"
#include "markdown/markdown_post.hpp"
#include "markdown/post_file_name.hpp"
#include "pipeline/data/data_directory.hpp"
#include "pipeline/intake/picture_learning.hpp"
#include "pipeline/plan/delivery_planner.hpp"
#include "pipeline/press/enclosure.hpp"
#include "pipeline/press/letter.hpp"
#include "pipeline/press/signing.hpp"
#include "post/folder_listing.hpp"
#include "post/picture_folder.hpp"
#include "post/picture_store.hpp"
#include "queue/store/edition_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::daemon {

namespace {

constexpr std::uint64_t markdown_limit = std::uint64_t{1} << 20U;

Failure<DraftError> refuse(int status, std::string line) {
    return failure(DraftError{status, {std::move(line)}});
}

template <class Problems>
Failure<DraftError> refuse_all(const Problems& problems) {
    DraftError error{EX_CONFIG, {}};
    for (const auto& problem : problems) error.lines.push_back(problem.to_line());
    return failure(std::move(error));
}

// A post, and its newsletter if that is known.
struct DraftPost {
    pipeline::FolderPost each;
    std::string newsletter;
    std::int64_t id = 0;  // 0: not stored
};

// The folder that may hold the file's pictures: its source's folder with all files in it; for a file outside
// of every source its own folder, unsearched, since that may be somebody's home directory.
post::FolderListing folder_around(const std::filesystem::path& file, const config::Settings& settings) {
    for (const config::Newsletter& newsletter : settings.newsletters) {
        for (const config::Source* source : newsletter.all_sources()) {
            std::error_code problem;
            if (source->kind != config::SourceKind::folder) continue;
            const auto folder = std::filesystem::canonical(source->location, problem);
            if (problem ||
                std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first != folder.end())
                continue;
            if (auto listing = post::list_folder(folder)) return std::move(*listing);
        }
    }
    post::FolderListing own;
    own.root = file.parent_path();
    return own;
}

// The file need not be in a source yet.
Result<DraftPost, DraftError> read_file_post(const std::string& file, const std::string& newsletter,
                                             const config::Settings& settings,
                                             std::vector<std::string>& warnings) {
    const auto text = read_file(file, markdown_limit);
    if (!text) return refuse(EX_DATAERR, text.error().message);
    const auto chosen = control::choose_newsletter(settings, newsletter);
    std::error_code problem;
    const auto real = std::filesystem::canonical(file, problem);
    const post::PictureFolder pictures(folder_around(real, settings));
    const std::string path = real.lexically_relative(pictures.root()).generic_string();
    auto read = markdown::read_markdown_post(
        real.filename().string(), *text, chosen ? (*chosen)->schedule.zone : "UTC",
        [&](std::string_view target) { return pictures.find(path, target).path; });
    if (!read) return refuse(EX_DATAERR, read.error().to_line());
    for (const auto& warning : read->warnings) warnings.push_back(warning.to_line());
    return DraftPost{{.post = std::move(read->post), .folder = pictures.root(), .picture_sizes = {}},
                     newsletter};
}

Result<post::StoredPost, DraftError> find_stored_post(const std::string& name, const std::string& newsletter,
                                                      db::Database& database) {
    post::PostStore store(database);
    if (name == "latest") {
        auto newest = store.list({.newsletter = newsletter, .limit = 1});
        if (newest.empty()) return refuse(EX_DATAERR, "no posts yet");
        return std::move(newest.front());
    }
    std::int64_t id = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), id);
    auto found = parsed.ec == std::errc() ? store.find(id) : std::nullopt;
    if (!found) return refuse(EX_DATAERR, fmt::format("no post {}; `paperround posts` lists them", name));
    return std::move(*found);
}

Result<DraftPost, DraftError> find_post(const std::string& name, const std::string& newsletter,
                                        const config::Settings& settings, db::Database& database,
                                        std::vector<std::string>& warnings) {
    if (markdown::is_markdown_file(name)) return read_file_post(name, newsletter, settings, warnings);
    auto stored = find_stored_post(name, newsletter, database);
    if (!stored) return failure(stored.error());
    std::string owner = stored->newsletter;
    const std::int64_t id = stored->id;
    const config::Newsletter* its = settings.find_newsletter(owner);
    return DraftPost{pipeline::in_its_folder(std::move(*stored), its == nullptr ? config::Newsletter{} : *its,
                                             post::PostStore(database)),
                     std::move(owner), id};
}

// Adds the known sizes of the post's pictures. For a post that is not stored they are learnt now, if
// `request` says so.
void add_sizes(pipeline::FolderPost& each, std::int64_t id, const DraftRequest& request,
               const config::Settings& settings, db::Database& database) {
    if (id != 0) {
        each.picture_sizes = post::PictureStore(database).sizes_of(id);
    } else if (request.fetch_pictures) {
        net::CurlHttpClient http(settings.public_url);
        each.picture_sizes = pipeline::learn_pictures(http, each.post, {});
    }
}

// The posts that the newsletter's next digest would contain if it were due now.
Result<std::vector<pipeline::FolderPost>, DraftError> next_digest(const DraftRequest& request,
                                                                  const config::Settings& settings,
                                                                  const std::string& name,
                                                                  db::Database& database,
                                                                  std::vector<std::string>& warnings) {
    const auto chosen = control::choose_newsletter(settings, name);
    if (!chosen) return refuse(EX_CONFIG, chosen.error().message);
    const config::Newsletter& newsletter = **chosen;
    const post::PostStore store(database);
    std::vector<pipeline::FolderPost> posts;
    for (post::StoredPost& stored : pipeline::digest_posts(database, newsletter, SystemClock().now())) {
        const std::int64_t id = stored.id;
        posts.push_back(pipeline::in_its_folder(std::move(stored), newsletter, store));
        add_sizes(posts.back(), id, request, settings, database);
    }
    if (posts.empty())
        return refuse(EX_DATAERR, fmt::format("{}: nothing is ready for a digest", newsletter.name));
    const unsigned at_least = newsletter.digest ? newsletter.digest->at_least : 1;
    if (posts.size() < at_least) {
        warnings.push_back(fmt::format("{}: {} posts are fewer than at_least ({}); they would wait",
                                       newsletter.name, posts.size(), at_least));
    }
    return posts;
}

// Returns the posts, and in `newsletter` the name of their newsletter.
Result<std::vector<pipeline::FolderPost>, DraftError> find_posts(const DraftRequest& request,
                                                                 const config::Settings& settings,
                                                                 db::Database& database,
                                                                 std::string& newsletter,
                                                                 std::vector<std::string>& warnings) {
    std::vector<pipeline::FolderPost> posts;
    for (const std::string& name : request.posts) {
        auto found = find_post(name, newsletter, settings, database, warnings);
        if (!found) return failure(found.error());
        if (!newsletter.empty() && !found->newsletter.empty() && found->newsletter != newsletter) {
            return refuse(EX_DATAERR, fmt::format("post {} belongs to {}, not to {}", name, found->newsletter,
                                                  newsletter));
        }
        if (newsletter.empty()) newsletter = found->newsletter;
        posts.push_back(std::move(found->each));
        add_sizes(posts.back(), found->id, request, settings, database);
    }
    return posts;
}

Result<email::Recipient, DraftError> recipient_of(const DraftRequest& request,
                                                  const config::Settings& settings,
                                                  const config::Newsletter& newsletter,
                                                  const email::RenderedMailing& rendered) {
    SystemRandom random;
    const auto secret = pipeline::secret_key(settings.data_dir, random);
    if (!secret) return refuse(EX_NOPERM, secret.error().message);
    const audience::TokenSigner signer(*secret);
    const Time now = SystemClock().now();
    // Each draft has its own Message-ID: two tests to one mailbox must not be taken for one message.
    const std::string key = fmt::format("draft-{}", now.time_since_epoch().count());
    const pipeline::Printed printed({.newsletter = newsletter.name, .key = key, .created = now}, newsletter,
                                    rendered);
    return pipeline::recipient_of(printed, {.address = request.address, .name = request.name}, 0, settings,
                                  signer);
}

Result<email::RenderedMailing, DraftError> render(const DraftRequest& request,
                                                  const config::Settings& settings,
                                                  const config::Newsletter& newsletter,
                                                  std::vector<pipeline::FolderPost> posts,
                                                  std::vector<std::string>& warnings) {
    const auto templates = email::load_template_set(
        {.installed = installed_templates(), .own = settings.templates},
        request.template_name.empty() ? newsletter.template_name : request.template_name);
    if (!templates) return refuse_all(templates.error());
    pipeline::Enclosed enclosed =
        pipeline::enclose_pictures(std::move(posts), domain_of(newsletter.from.address));
    std::ranges::move(enclosed.lost, std::back_inserter(warnings));
    auto rendered =
        pipeline::render_posts(*templates, settings, newsletter,
                               {.posts = std::move(enclosed.posts),
                                .pictures = std::move(enclosed.pictures),
                                .picture_sizes = std::move(enclosed.picture_sizes),
                                .mailing_key = "preview",
                                .language = templates->language_for(request.language).value_or(""),
                                .subject_mark = request.subject_mark});
    if (!rendered) return refuse(EX_DATAERR, rendered.error().message);
    return std::move(*rendered);
}

// Returns the mailing as it was rendered, whatever the templates and the configuration are now, and in
// `newsletter` its newsletter's name.
Result<email::RenderedMailing, DraftError> kept_letter(const DraftRequest& request, db::Database& database,
                                                       std::string& newsletter) {
    const auto mailing = queue::MailingStore(database).mailing(request.mailing);
    if (!mailing)
        return refuse(EX_DATAERR,
                      fmt::format("no mailing {}; `paperround mailings` lists them", request.mailing));
    newsletter = mailing->newsletter;
    const auto languages = queue::EditionStore(database).languages(mailing->id);
    if (languages.empty()) {
        return refuse(EX_DATAERR,
                      fmt::format("mailing {} has no letter yet: it is made when the mailing begins; "
                                  "`paperround preview POST` shows what it would be now",
                                  mailing->id));
    }
    const auto edition = pipeline::kept_edition(
        database, mailing->id, email::language_among(languages, request.language).value_or(""));
    if (!edition) return refuse(EX_DATAERR, edition.error().message);
    auto pictures = pipeline::kept_pictures(database, mailing->id);
    if (!pictures) return refuse(EX_DATAERR, pictures.error().message);
    return email::RenderedMailing(*edition,
                                  std::make_shared<const email::InlinePictures>(std::move(*pictures)));
}

}  // namespace

Result<Draft, DraftError> make_draft(const std::filesystem::path& config_file, const DraftRequest& request) {
    auto settings = config::load(config_file);
    if (!settings) return refuse_all(settings.error());
    auto database = pipeline::open_database(settings->data_dir);
    std::vector<std::string> warnings;
    std::string name = request.newsletter;
    std::optional<email::RenderedMailing> letter;
    std::vector<pipeline::FolderPost> posts;
    if (request.mailing != 0) {
        auto kept = kept_letter(request, database, name);
        if (!kept) return failure(kept.error());
        letter = std::move(*kept);
    } else {
        auto found = request.digest ? next_digest(request, *settings, name, database, warnings)
                                    : find_posts(request, *settings, database, name, warnings);
        if (!found) return failure(found.error());
        posts = std::move(*found);
    }
    const auto chosen = control::choose_newsletter(*settings, name);
    if (!chosen) return refuse(EX_CONFIG, chosen.error().message);
    const config::Newsletter newsletter = **chosen;
    if (!letter) {
        auto rendered = render(request, *settings, newsletter, std::move(posts), warnings);
        if (!rendered) return failure(rendered.error());
        letter = std::move(*rendered);
    }
    auto recipient = recipient_of(request, *settings, newsletter, *letter);
    if (!recipient) return failure(recipient.error());
    return Draft{std::move(*settings), newsletter, std::move(*letter), std::move(*recipient),
                 std::move(warnings)};
}

int report(const DraftError& error) {
    for (const std::string& line : error.lines)
        fmt::print(stderr, "{}{}\n", error.status == EX_CONFIG ? "" : "paperround: ", line);
    return error.status;
}

std::string message_of(const Draft& draft, std::vector<std::string>& warnings) {
    std::vector<std::string> problems;
    const pipeline::Signing signing(draft.settings, problems);
    for (const std::string& problem : problems) warnings.push_back("not signed with this key: " + problem);
    const config::Relay* relay = draft.settings.find_relay(draft.newsletter.effective_relays().front().relay);
    auto signer =
        signing.signer_for(draft.newsletter, relay == nullptr ? std::vector<std::string>{} : relay->rewrites);
    std::string message = email::compose(draft.rendered, draft.recipient);
    message.insert(0, signer.sign(message, SystemClock().now()));
    return message;
}

}  // namespace paperround::daemon
