#include "control/posts.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/text/date_time.hpp"
#include "control/json_line.hpp"
#include "pipeline/plan/next_due.hpp"

namespace paperround::control {

namespace {

constexpr std::string_view send_action = "posts send";
constexpr std::string_view skip_action = "posts skip";

std::optional<Time> hold_of(const post::StoredPost& stored) {
    const bool may_be_mailed =
        stored.state == post::PostState::ready || stored.state == post::PostState::held;
    return may_be_mailed && stored.embargo_until != Time{} ? std::optional(stored.embargo_until)
                                                           : std::nullopt;
}

Refusal refusal_of(const post::TransitionError& error) {
    using Code = post::TransitionError::Code;
    return {error.code == Code::not_found ? Refusal::Code::unknown : Refusal::Code::not_now, error.message};
}

}  // namespace

Answer<std::vector<PostView>> Posts::list(const PostQuestion& question) {
    post::PostFilter filter{.newsletter = question.newsletter, .state = {}, .limit = question.limit};
    if (!question.state.empty()) {
        filter.state = post::parse_post_state(question.state);
        if (!filter.state) {
            return refuse(
                Refusal::Code::malformed,
                fmt::format("\"{}\" is none of recorded, ready, held, mailed, skipped, withdrawn, letter",
                            question.state));
        }
    }
    const Time now = desk_.now();
    std::map<std::string, std::optional<Time>> moments;  // when what is ready of each newsletter is mailed
    for (const config::Newsletter& newsletter : desk_.settings().newsletters)
        moments[newsletter.name] = pipeline::next_mailing(desk_.database(), newsletter, now);
    std::vector<PostView> views;
    for (post::StoredPost& stored : post::PostStore(desk_.database()).list(filter)) {
        PostView view{.stored = {}, .held_until = hold_of(stored), .waits_until = {}};
        const auto moment = moments.find(stored.newsletter);
        const bool waits = stored.state == post::PostState::ready && moment != moments.end();
        if (waits && moment->second && *moment->second > now) view.waits_until = moment->second;
        view.stored = std::move(stored);
        views.push_back(std::move(view));
    }
    return views;
}

std::vector<post::StoredUnpublished> Posts::unpublished(const std::string& newsletter) {
    return post::PostStore(desk_.database()).unpublished(newsletter);
}

std::optional<std::string> Posts::title_of(std::int64_t id) {
    const auto stored = post::PostStore(desk_.database()).find(id);
    return stored ? std::optional(stored->post.title) : std::nullopt;
}

Answer<PostFate> Posts::send(std::int64_t id) {
    const auto decided = decide(id, send_action);
    if (!decided) return failure(decided.error());
    const auto* newsletter = desk_.settings().find_newsletter(decided->newsletter);
    return newsletter != nullptr && newsletter->digest ? PostFate::in_the_next_digest : PostFate::mailed;
}

Answer<void> Posts::skip(std::int64_t id) {
    const auto decided = decide(id, skip_action);
    if (!decided) return failure(decided.error());
    return {};
}

Answer<post::StoredPost> Posts::decide(std::int64_t id, std::string_view action) {
    const std::string subject = fmt::format("post {}", id);
    post::PostStore store(desk_.database());
    db::Transaction transaction(desk_.database());
    const auto done = action == send_action ? store.approve(id) : store.skip(id);
    auto stored = store.find(id);
    if (!stored) return failure(refusal_of(done.error()));
    Answer<post::StoredPost> answer = std::move(*stored);
    if (done) {
        desk_.record(action, subject, post::to_string(answer->state));
    } else {
        answer = desk_.refused(action, subject, refusal_of(done.error()));
    }
    transaction.commit();
    return answer;
}

std::string to_json(const PostView& view) {
    const post::StoredPost& stored = view.stored;
    nlohmann::ordered_json object{{"post", stored.id},
                                  {"newsletter", stored.newsletter},
                                  {"state", post::to_string(stored.state)},
                                  {"reason", stored.reason},
                                  {"id", stored.post.id},
                                  {"link", stored.post.link},
                                  {"title", stored.post.title},
                                  {"author", stored.post.author},
                                  {"published", nullptr},
                                  {"found", format_rfc3339(stored.found_at)},
                                  {"hold_until", nullptr},
                                  {"waits_until", nullptr}};
    if (view.waits_until) object["waits_until"] = format_rfc3339(*view.waits_until);
    if (view.held_until) object["hold_until"] = format_rfc3339(*view.held_until);
    if (stored.post.published) object["published"] = format_rfc3339(*stored.post.published);
    return json_line(object);
}

}  // namespace paperround::control
