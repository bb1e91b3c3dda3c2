#include "markdown/front_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"
#include "feed/text/feed_text.hpp"
#include "markdown/front_state.hpp"

namespace paperround::markdown {

namespace {

using Kind = FrontValue::Kind;
using Names = std::span<const std::string_view>;

// Of several keys for one field the first in this order counts that has anything in it.
constexpr std::array<std::string_view, 2> title_keys{"title", "headline"};
constexpr std::array<std::string_view, 6> subtitle_keys{"subtitle", "description",    "summary",
                                                        "excerpt",  "custom_excerpt", "lead"};
constexpr std::array<std::string_view, 4> author_keys{"author", "authors", "primary_author", "byline"};
constexpr std::array<std::string_view, 1> slug_keys{"slug"};
constexpr std::array<std::string_view, 13> image_keys{
    "image",  "cover",     "feature_image", "featured_image", "featuredimage", "featureimage", "images",
    "banner", "thumbnail", "heroimage",     "hero_image",     "coverimage",    "cover_image"};
constexpr std::array<std::string_view, 6> link_keys{"link",      "canonical_url", "canonicalurl",
                                                    "canonical", "url",           "permalink"};
constexpr std::array<std::string_view, 5> tag_keys{"tags", "tag", "keywords", "categories", "category"};
constexpr std::array<std::string_view, 8> date_keys{"date",         "published_at", "publishedat",
                                                    "published_on", "date created", "created_at",
                                                    "created",      "created-at"};
constexpr std::array<std::string_view, 7> publish_keys{
    "publishdate", "publish_date", "pubdate", "published", "published_at", "publishedat", "published_on"};
constexpr std::array<std::string_view, 5> expiry_keys{"expirydate", "expiry_date", "unpublishdate", "expires",
                                                      "expire_date"};
constexpr std::array<std::string_view, 3> state_keys{"draft", "published", "publish"};
// Where the shape is a map, what of it is the text.
constexpr std::array<std::string_view, 9> text_members{"name", "display_name", "title",   "path", "url",
                                                       "src",  "image",        "feature", "href"};

std::string_view name_of(Kind kind) {
    constexpr std::array<std::string_view, 4> names{"a text", "a list", "a map", "what is not accepted"};
    return names[static_cast<std::size_t>(kind)];
}

// What Eleventy takes for a file's own times: no date that could be read here.
bool is_time_of_file(std::string_view text) {
    constexpr std::array<std::string_view, 4> words{"created", "last modified", "git created",
                                                    "git last modified"};
    return std::ranges::find(words, ascii_lower(trim(text))) != words.end();
}

// A link of Obsidian's to the note of a day: the day may stand in its target or in its words.
std::optional<feed::WrittenDate> date_in(std::string_view text) {
    if (const auto date = feed::read_date(text)) return date;
    if (const auto date = feed::read_date(without_link_brackets(text))) return date;
    text = trim(text);
    const auto bar = text.find('|');
    if (!text.starts_with("[[") || bar == std::string_view::npos) return std::nullopt;
    const std::string_view target = text.substr(2, bar - 2);
    return feed::read_date(target.substr(target.rfind('/') + 1));
}

class KeyReader {
  public:
    KeyReader(const FrontValue& root, FrontMatter& into) : root_(root), into_(into) {}

    std::optional<FrontMatterError> run() {
        into_.title = feed::one_line(first_text(title_keys));
        into_.subtitle = feed::one_line(first_text(subtitle_keys), 300);
        into_.author = feed::one_line(names(author_keys), 300);
        into_.slug = feed::one_line(first_text(slug_keys), 500);
        into_.image = feed::one_line(without_link_brackets(first_text(image_keys)));
        read_link();
        read_tags();
        into_.date = read_first_date(date_keys);
        into_.publish = read_first_date(publish_keys);
        into_.expires = read_first_date(expiry_keys);
        if (const FrontValue* after = find("after")) {
            into_.after = WrittenAfter{after->kind == Kind::text ? feed::one_line(after->text, 60)
                                                                 : std::string(name_of(after->kind)),
                                       after->line};
        }
        read_state();
        for (const auto& [key, value] : root_.members) {
            if (!is_read(key) && std::ranges::find(keys_that_keep_back(), key) == keys_that_keep_back().end())
                into_.ignored.push_back(feed::one_line(key, 60));
        }
        return std::move(problem_);
    }

  private:
    static bool is_read(const std::string& key) {
        const std::array<Names, 11> all{title_keys,   subtitle_keys, author_keys, slug_keys,
                                        image_keys,   link_keys,     tag_keys,    date_keys,
                                        publish_keys, expiry_keys,   state_keys};
        return std::ranges::any_of(all,
                                   [&](Names names) { return std::ranges::find(names, key) != names.end(); });
    }
    // The last of its name, as YAML's readers have it.
    [[nodiscard]] const FrontValue* find(std::string_view key) const {
        const auto found = std::find_if(root_.members.rbegin(), root_.members.rend(),
                                        [&](const FrontMember& each) { return each.key == key; });
        return found == root_.members.rend() ? nullptr : &found->value;
    }
    void complain(std::string_view key, const FrontValue& value, std::string_view expected) {
        into_.problems.push_back({value.line, value.kind == Kind::unusable
                                                  ? fmt::format("{}: {}: left out", key, value.text)
                                                  : fmt::format("{}: expected {}, got {}: left out", key,
                                                                expected, name_of(value.kind))});
    }

    // Of a text, of the first in a list, or of a map's `path`, `name` and the like.
    static std::string text_in(const FrontValue& value) {
        if (value.kind == Kind::text) return value.text;
        if (value.kind == Kind::list)
            return value.items.empty() ? std::string{} : text_in(value.items.front());
        for (const std::string_view member : text_members) {
            for (const auto& [key, inner] : value.members) {
                if (key == member && inner.kind == Kind::text && !trim(inner.text).empty()) return inner.text;
            }
        }
        return {};
    }
    std::string first_text(Names keys) {
        // A list is a shape of pictures and people only; a list of titles is none.
        const bool one_alone = keys.data() == title_keys.data() || keys.data() == subtitle_keys.data() ||
                               keys.data() == slug_keys.data();
        for (const std::string_view key : keys) {
            const FrontValue* value = find(key);
            if (value == nullptr || (value->kind == Kind::text && trim(value->text).empty())) continue;
            std::string text = one_alone && value->kind != Kind::text ? std::string{} : text_in(*value);
            if (!trim(text).empty()) return text;
            complain(key, *value, "a text");
        }
        return {};
    }
    std::string names(Names keys) {
        for (const std::string_view key : keys) {
            const FrontValue* value = find(key);
            if (value == nullptr || (value->kind == Kind::text && trim(value->text).empty())) continue;
            std::string joined;
            for (const std::string& name : texts_in(*value))
                joined += (joined.empty() ? "" : ", ") + feed::one_line(without_link_brackets(name), 200);
            if (!joined.empty()) return joined;
            complain(key, *value, "a name, or a list of them");
        }
        return {};
    }
    static std::vector<std::string> texts_in(const FrontValue& value) {
        std::vector<std::string> texts;
        if (value.kind == Kind::list) {
            for (const FrontValue& item : value.items) {
                if (std::string text = text_in(item); !trim(text).empty()) texts.push_back(std::move(text));
            }
        } else if (std::string text = text_in(value); !trim(text).empty()) {
            texts.push_back(std::move(text));
        }
        return texts;
    }

    // Jekyll's permalink and Hugo's url are paths, and say nothing about where the site is.
    void read_link() {
        for (const std::string_view key : link_keys) {
            const FrontValue* value = find(key);
            if (value == nullptr) continue;
            const bool may_be_path = key == "permalink" || key == "url";
            const std::string text = feed::one_line(text_in(*value));
            if (may_be_path && text.find("://") == std::string::npos) continue;
            if (text.empty() && value->kind != Kind::text) complain(key, *value, "a text");
            if (text.empty()) continue;
            into_.link = text;
            return;
        }
    }

    // Obsidian writes them with their sign.
    void add_tag(std::string_view tag) {
        tag = trim(tag);
        if (tag.starts_with('#')) tag.remove_prefix(1);
        const std::string text = feed::one_line(without_link_brackets(tag), 100);
        if (!text.empty() && std::ranges::find(into_.tags, text) == into_.tags.end())
            into_.tags.push_back(text);
    }
    void read_tags() {
        constexpr std::size_t most_tags = 50;
        for (const std::string_view key : tag_keys) {
            const FrontValue* value = find(key);
            if (value == nullptr) continue;
            if (value->kind == Kind::text) {
                for (const auto tag : split(value->text, ',')) add_tag(tag);
            } else {
                const auto tags = texts_in(*value);
                for (const std::string& tag : tags) add_tag(tag);
                if (tags.empty() && !value->items.empty()) complain(key, *value, "a list of texts");
            }
        }
        if (into_.tags.size() > most_tags) into_.tags.resize(most_tags);
    }

    void fail(std::string_view key, const FrontValue& value, std::string_view expected) {
        const std::string came = value.kind == Kind::text
                                     ? fmt::format("\"{}\"", feed::one_line(value.text, 60))
                                     : std::string(name_of(value.kind));
        if (!problem_)
            problem_ =
                FrontMatterError{value.line, fmt::format("{}: expected {}, got {}", key, expected, came)};
    }
    std::optional<feed::WrittenDate> read_first_date(Names keys) {
        for (const std::string_view key : keys) {
            const FrontValue* value = find(key);
            if (value == nullptr || (value->kind == Kind::text && trim(value->text).empty())) continue;
            // It is either a date or says whether the post is published at all.
            if (key == "published" && value->kind == Kind::text && flag_of(value->text)) continue;
            // A list of one: YAML reads Obsidian's [[2026-11-20]] as two.
            const FrontValue* said = value;
            while (said->kind == Kind::list && said->items.size() == 1) said = &said->items.front();
            if (said->kind == Kind::text) {
                if (const auto date = date_in(said->text)) return date;
                if (is_time_of_file(said->text)) continue;
            }
            fail(key, *value, "2026-11-22 or 2026-11-22T08:00:00Z");
        }
        return std::nullopt;
    }

    void read_state() {
        into_.draft = keeps_back(root_);
        for (const std::string_view key : state_keys) {
            const FrontValue* value = find(key);
            if (value == nullptr) continue;
            const bool empty = value->kind == Kind::text && trim(value->text).empty();
            if (empty || (key == "published" && value->kind == Kind::text && feed::read_date(value->text)))
                continue;
            const auto flag = value->kind == Kind::text ? flag_of(value->text) : std::nullopt;
            if (!flag) {
                fail(key, *value, "true or false");
            } else {
                into_.draft = into_.draft || *flag == (key == "draft");
            }
        }
    }

    const FrontValue& root_;
    FrontMatter& into_;
    std::optional<FrontMatterError> problem_;
};

}  // namespace

std::optional<FrontMatterError> read_keys(const FrontValue& root, FrontMatter& into) {
    return KeyReader(root, into).run();
}

}  // namespace paperround::markdown
