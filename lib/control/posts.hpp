// What a person may ask of posts: list them with when each is mailed, approve or send one, skip one. Each change is
// on record. Failures of the database are db::Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/desk.hpp"
#include "post/post_store.hpp"

namespace paperround::control {

struct PostView {
    post::StoredPost stored;
    std::optional<Time> held_until;   // it is not mailed before
    std::optional<Time> waits_until;  // it is ready, and its mailing's moment lies ahead
};

struct PostQuestion {
    std::string newsletter;  // empty: all
    std::string state;       // in the listing's words; empty: all
    std::size_t limit = 50;
};

// What becomes of a post that a person sends.
enum class PostFate { mailed, in_the_next_digest };

class Posts {
  public:
    explicit Posts(Desk& desk) : desk_(desk) {}

    // The newest first.
    [[nodiscard]] Answer<std::vector<PostView>> list(const PostQuestion& question);
    // What the sources have and do not publish (yet).
    [[nodiscard]] std::vector<post::StoredUnpublished> unpublished(const std::string& newsletter);

    // Nothing if the database does not hold the post any more.
    [[nodiscard]] std::optional<std::string> title_of(std::int64_t id);

    // A post that is held, recorded, skipped, withdrawn or on hold is to be mailed.
    [[nodiscard]] Answer<PostFate> send(std::int64_t id);
    [[nodiscard]] Answer<void> skip(std::int64_t id);

  private:
    [[nodiscard]] Answer<post::StoredPost> decide(std::int64_t id, std::string_view action);

    Desk& desk_;
};

// One JSON object on a line.
[[nodiscard]] std::string to_json(const PostView& view);

}  // namespace paperround::control
