// A newsletter with an archive, "notes", another, "other", and one without, "closed"; and mailings that were sent.
#pragma once

#include "email/mime/inline_picture.hpp"
#include "public/archive.hpp"
#include "public/join_fixture.hpp"
#include "queue/store/archive_store.hpp"
#include "queue/store/edition_store.hpp"
#include "queue/store/mailing_store.hpp"

namespace paperround::test {

struct ArchiveFixture : JoinFixture {
    ArchiveFixture() {
        settings.newsletters[0].archive = true;
        settings.newsletters[1].archive = true;
    }
    [[nodiscard]] static email::Edition edition(const std::string& subject, const std::string& words) {
        using Kind = email::MergeField::Kind;
        email::Edition made;
        made.sender = "notes@example.org";
        made.subject = subject;
        made.boundary = "=_b";
        made.html = "<html><head><title>t</title></head><body><p>Dear " + email::mark_of(0) + ", " + words +
                    "</p><a href=\"" + email::mark_of(1) + "\">Leave</a></body></html>";
        made.html_fields = {{Kind::name, "", "reader", true}, {Kind::unsubscribe_url, "", "", true}};
        return made;
    }
    // Planned and rendered, in the newsletter's language and others.
    std::int64_t plan(const std::string& newsletter, const std::string& title,
                      const std::vector<std::string>& more_languages = {}) {
        const auto id = mailings
                            ->create_mailing({.newsletter = newsletter,
                                              .post_id = ++posts,
                                              .title = title,
                                              .key = "aaaabbbbccccdddd",
                                              .not_before = clock.now(),
                                              .further_posts = {}},
                                             clock.now())
                            .value();
        std::map<std::string, queue::KeptEdition> kept{{"", {email::pack(edition(title, "hello")), title}}};
        for (const std::string& language : more_languages) {
            const std::string subject = title + " " + language;
            kept.emplace(language,
                         queue::KeptEdition{email::pack(edition(subject, "hello " + language)), subject});
        }
        editions->keep(id, kept);
        return id;
    }
    std::int64_t send(const std::string& newsletter, const std::string& title,
                      const std::vector<std::string>& more_languages = {}) {
        const auto id = plan(newsletter, title, more_languages);
        sent->note_sent(id, clock.now());
        return id;
    }

    std::int64_t posts = 0;
    Committing<queue::MailingStore> mailings{database};
    Committing<queue::EditionStore> editions{database};
    Committing<queue::ArchiveStore> sent{database};
    pages::Archive archive{pipeline::open_database(dir.path())};
};

}  // namespace paperround::test
