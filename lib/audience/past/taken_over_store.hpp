// Links in mails of a system that was left: which of its tokens stands for which reader, and the paths on which that
// system had its pages. Works inside the caller's transaction, and belongs to its Database's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.hpp"

namespace paperround::audience {

inline constexpr std::size_t longest_taken_over_token = 256;  // octets
inline constexpr std::size_t most_taken_over_paths = 16;

struct TakenOverLink {
    std::string newsletter;
    std::int64_t subscriber_id = 0;
    bool operator==(const TakenOverLink&) const = default;
};

class TakenOverStore {
  public:
    // AudienceStore::migrate makes the tables.
    explicit TakenOverStore(db::Database& database) : database_(database) {}

    // False where the token is known; it keeps its meaning.
    bool add(std::string_view token, const TakenOverLink& link);
    [[nodiscard]] std::optional<TakenOverLink> find(std::string_view token);

    void add_path(std::string_view path);
    [[nodiscard]] std::vector<std::string> paths();

  private:
    db::Database& database_;
};

}  // namespace paperround::audience
