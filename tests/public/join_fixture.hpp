// A newsletter that readers may join, "notes", and one that they may not, "closed".
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "audience/audience_store.hpp"
#include "audience/join_store.hpp"
#include "pipeline/data/data_directory.hpp"
#include "public/joining.hpp"
#include "support/committing.hpp"
#include "support/manual_clock.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

struct JoinFixture {
    [[nodiscard]] config::Settings made_settings() const {
        config::Settings made;
        made.data_dir = dir.path();
        made.public_url = "https://news.example.org";
        config::Newsletter notes;
        notes.name = "notes";
        notes.title = "Field Notes";
        notes.from = {"Field Notes", "notes@example.org"};
        notes.relay = "main";
        notes.subscribe = true;
        config::Newsletter other = notes;
        other.name = "other";
        config::Newsletter closed = notes;
        closed.name = "closed";
        closed.subscribe = false;
        made.newsletters = {notes, other, closed};
        return made;
    }
    [[nodiscard]] config::Newsletter& notes() { return settings.newsletters[0]; }

    void ask(const std::string& address, const std::string& client = "", std::size_t newsletter = 0) {
        joining.ask(settings.newsletters[newsletter], {.address = address,
                                                       .language = "de",
                                                       .form = "https://news.example.org/s/notes",
                                                       .client = parse_ip_address(client)});
    }
    // The mails that are owed now.
    [[nodiscard]] std::vector<audience::JoinRequest> owed() { return (*requests).due(clock.now(), 10'000); }
    [[nodiscard]] std::string link_of(const audience::JoinRequest& request) const {
        return signer.sign(audience::ConfirmLink{.newsletter = request.newsletter,
                                                 .request_id = request.id,
                                                 .until = request.asked_at + pages::confirmable_for});
    }
    // Asks, and gives back the link of the mail.
    [[nodiscard]] std::string asked_link(const std::string& address, std::size_t newsletter = 0) {
        ask(address, "", newsletter);
        const auto all = owed();
        REQUIRE_FALSE(all.empty());
        return link_of(all.back());
    }
    [[nodiscard]] std::optional<audience::Member> member(const std::string& address,
                                                         const std::string& newsletter = "notes") {
        const auto reader = (*audience).find(address);
        return reader ? (*audience).member(newsletter, reader->id) : std::nullopt;
    }
    [[nodiscard]] bool reads(const std::string& address, const std::string& newsletter = "notes") {
        const auto found = member(address, newsletter);
        return found && found->state == audience::State::active && !found->suppressed;
    }

    TempDir dir;
    ManualClock clock;
    config::Settings settings = made_settings();
    audience::TokenSigner signer{std::string(32, 'k')};
    db::Database database = pipeline::open_database(dir.path());
    Committing<audience::AudienceStore> audience{database};
    Committing<audience::JoinStore> requests{database};
    unsigned wakings = 0;
    pages::Joining joining{[this] { return pipeline::open_database(dir.path()); }, settings, signer, clock,
                           [this] { ++wakings; }};
};

}  // namespace paperround::test
