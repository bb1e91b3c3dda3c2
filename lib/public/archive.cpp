#include "public/archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "email/mime/inline_picture.hpp"
#include "email/public_letter.hpp"
#include "email/template/language_choice.hpp"
#include "queue/store/edition_store.hpp"

namespace paperround::pages {

namespace {

std::string_view primary(std::string_view tag) {
    return tag.substr(0, tag.find_first_of("-_"));
}

std::string title_of(const queue::SentMailing& mailing, std::string_view languages, std::string_view own) {
    std::vector<std::string> there;
    for (const auto& [language, subject] : mailing.subjects) there.push_back(language);
    const auto found = mailing.subjects.find(edition_for(there, languages, own));
    return found == mailing.subjects.end() || found->second.empty() ? mailing.title : found->second;
}

[[noreturn]] void cannot_read(std::int64_t mailing) {
    throw std::runtime_error(fmt::format(
        "the letter of mailing {} that was kept cannot be read: is the database damaged?", mailing));
}

}  // namespace

std::string edition_for(const std::vector<std::string>& there, std::string_view languages,
                        std::string_view own) {
    std::set<std::string, std::less<>> known(there.begin(), there.end());
    known.erase("");
    for (const std::string_view part : split(languages.substr(0, 200), ',')) {
        const std::string_view tag = trim(part.substr(0, part.find(';')));
        if (tag.empty()) continue;
        if (auto found = email::language_among(known, tag)) return *found;
        if (ascii_iequals(primary(tag), primary(own))) return {};
    }
    return {};
}

std::vector<PastLetter> Archive::list(const config::Newsletter& newsletter, std::size_t limit,
                                      std::optional<std::int64_t> before, std::string_view languages) {
    std::vector<queue::SentMailing> found;
    {
        const Lock lock(mutex_);
        queue::ArchiveStore store(database_);
        found = before ? store.list(newsletter.name, limit, *before) : store.list(newsletter.name, limit);
    }
    std::vector<PastLetter> letters;
    letters.reserve(found.size());
    for (const queue::SentMailing& mailing : found) {
        letters.push_back({.mailing = mailing.id,
                           .title = title_of(mailing, languages, newsletter.language),
                           .sent = mailing.first_sent});
    }
    return letters;
}

std::optional<KeptLetter> Archive::letter(const config::Newsletter& newsletter, std::int64_t mailing,
                                          std::string_view languages) {
    std::optional<std::string> packed;
    std::string language;
    {
        const Lock lock(mutex_);
        queue::EditionStore editions(database_);
        if (!queue::ArchiveStore(database_).find(newsletter.name, mailing)) return std::nullopt;
        const auto there = editions.languages(mailing);
        language = edition_for({there.begin(), there.end()}, languages, newsletter.language);
        packed = editions.find(mailing, language);
    }
    if (!packed) return std::nullopt;
    auto edition = email::unpack(*packed);
    if (!edition) cannot_read(mailing);
    return KeptLetter{.edition = std::move(*edition),
                      .language = language.empty() ? newsletter.language : language};
}

bool Archive::sent(const config::Newsletter& newsletter, std::int64_t mailing) {
    const Lock lock(mutex_);
    return queue::ArchiveStore(database_).find(newsletter.name, mailing).has_value();
}

std::optional<KeptPicture> Archive::picture(const config::Newsletter& newsletter, std::int64_t mailing,
                                            std::string_view name) {
    std::optional<std::string> packed;
    {
        const Lock lock(mutex_);
        if (!queue::ArchiveStore(database_).find(newsletter.name, mailing)) return std::nullopt;
        packed = queue::EditionStore(database_).find_pictures(mailing);
    }
    if (!packed) return std::nullopt;
    const auto pictures = email::unpack_pictures(*packed);
    if (!pictures) cannot_read(mailing);
    const auto found = std::ranges::find_if(*pictures, [&](const email::InlinePicture& picture) {
        return !name.empty() && email::public_name(picture.id) == name;
    });
    if (found == pictures->end()) return std::nullopt;
    auto octets = decode_base64(replace_all(found->body, "\r\n", ""));
    if (!octets) cannot_read(mailing);
    return KeptPicture{.type = found->type, .octets = std::move(*octets)};
}

}  // namespace paperround::pages
