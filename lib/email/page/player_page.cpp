#include "email/page/player_page.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "email/page/web_address.hpp"

namespace paperround::email {

namespace {

using Page = std::optional<std::string>;

bool is_id(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_';
    });
}

bool has_only_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_ascii_digit);
}

Page youtube_playlist(const std::string& list) {
    if (!is_id(list)) return std::nullopt;
    return "https://www.youtube.com/playlist?list=" + list;
}

// The list that a player shows where it names no film of its own.
Page youtube_list(const WebAddress& player) {
    const std::string list = player.field("list");
    const std::string type = player.field("listType");
    if (type == "user_uploads" && is_id(list)) return "https://www.youtube.com/user/" + list + "/videos";
    return type == "search" ? std::nullopt : youtube_playlist(list);
}

Page youtube_film(const WebAddress& player, std::string_view id) {
    if (!is_id(id)) return std::nullopt;
    std::string page = "https://www.youtube.com/watch?v=" + std::string(id);
    if (const std::string list = player.field("list"); is_id(list) && player.field("listType").empty())
        page += "&list=" + list;
    std::string start = player.field("start");
    if (start.empty()) start = player.field("t");
    if (start.ends_with('s')) start.pop_back();
    if (has_only_digits(start) && start != "0") page += "&t=" + start + "s";
    return page;
}

Page youtube(const WebAddress& player) {
    const auto& host = player.host;
    if (host == "youtu.be") return youtube_film(player, player.segment(0));
    if (host != "youtube.com" && host != "m.youtube.com" && host != "music.youtube.com" &&
        host != "youtube-nocookie.com" && host != "youtube.googleapis.com")
        return std::nullopt;
    const std::string_view kind = player.segment(0);
    if (kind == "watch") return youtube_film(player, player.field("v"));
    if (kind == "playlist") return youtube_playlist(player.field("list"));
    if (kind == "shorts" && is_id(player.segment(1)))
        return "https://www.youtube.com/shorts/" + std::string(player.segment(1));
    if (kind != "embed" && kind != "v" && kind != "e" && kind != "live") return std::nullopt;
    const std::string_view id = player.segment(1);
    if (id == "videoseries" || id.empty()) return youtube_list(player);
    if (id == "live_stream") {
        const std::string channel = player.field("channel");
        if (!is_id(channel)) return std::nullopt;
        return "https://www.youtube.com/channel/" + channel + "/live";
    }
    return youtube_film(player, id.substr(0, id.find('&')));
}

// A film that is not listed is found under its hash alone.
Page vimeo(const WebAddress& player) {
    if (player.host != "player.vimeo.com" && player.host != "vimeo.com") return std::nullopt;
    if (player.begins("event") && has_only_digits(player.segment(1)))
        return "https://vimeo.com/event/" + std::string(player.segment(1));
    if (player.begins("showcase") && has_only_digits(player.segment(1)))
        return "https://vimeo.com/showcase/" + std::string(player.segment(1));
    const std::size_t at = player.begins("video") ? 1 : 0;
    const std::string_view id = player.segment(at);
    if (!has_only_digits(id)) return std::nullopt;
    std::string hash = player.field("h");
    if (hash.empty()) hash = player.segment(at + 1);
    return "https://vimeo.com/" + std::string(id) + (is_id(hash) ? "/" + hash : "");
}

Page dailymotion(const WebAddress& player) {
    const bool geo = player.host == "geo.dailymotion.com";
    if (!geo && player.host != "dailymotion.com") return std::nullopt;
    const std::string id =
        geo ? player.field("video")
            : std::string(player.begins("embed/video") ? player.segment(2) : std::string_view{});
    if (is_id(id)) return "https://www.dailymotion.com/video/" + id;
    const std::string list = geo ? player.field("playlist") : std::string{};
    if (is_id(list)) return "https://www.dailymotion.com/playlist/" + list;
    return std::nullopt;
}

// `spotify:track:ID` as path.
Page spotify(const WebAddress& player) {
    if (player.host != "open.spotify.com" && player.host != "embed.spotify.com") return std::nullopt;
    std::string uri = player.field("uri");
    if (uri.starts_with("spotify:")) {
        const std::string path = replace_all(uri.substr(8), ":", "/");
        const bool plain = std::ranges::all_of(path, [](char c) { return c == '/' || is_id({&c, 1}); });
        return plain && !path.empty() ? Page("https://open.spotify.com/" + path) : std::nullopt;
    }
    std::size_t at = player.segment(0).starts_with("intl-") ? 1 : 0;
    if (player.segment(at) != "embed" && player.segment(at) != "embed-podcast") return std::nullopt;
    std::string path = player.path_from(at + 1);
    if (path.ends_with("/video")) path.resize(path.size() - 6);
    return path.empty() ? std::nullopt : Page("https://open.spotify.com/" + path);
}

// The page without the segment that makes a player of it.
Page without_segment(const WebAddress& player, std::string_view segment) {
    const auto found = std::ranges::find(player.path, segment);
    if (found == player.path.end()) return std::nullopt;
    std::string path;
    for (auto part = player.path.begin(); part != player.path.end(); ++part) {
        if (part != found) path += "/" + *part;
    }
    return player.origin + path;
}

Page podcast(const WebAddress& player) {
    if (player.host == "embed.podcasts.apple.com" || player.host == "embed.music.apple.com" ||
        player.host == "embed.books.apple.com") {
        const std::string episode = player.field("i");
        return "https://" + player.host.substr(6) + "/" + player.path_from(0) +
               (has_only_digits(episode) ? "?i=" + episode : "");
    }
    if (player.host == "anchor.fm" || player.host == "podcasters.spotify.com" ||
        player.host == "creators.spotify.com")
        return without_segment(player, "embed");
    if (player.host == "share.transistor.fm" && player.segment(0) == "e" && is_id(player.segment(1)))
        return "https://share.transistor.fm/s/" + std::string(player.segment(1));
    if (player.host == "w.soundcloud.com") {
        const auto track = read_web_address(player.field("url"));
        // What the interface for programs is called says no page's name.
        if (track && (track->host == "soundcloud.com" || track->host == "on.soundcloud.com") &&
            !track->path.empty())
            return track->origin + "/" + track->path_from(0);
    }
    if ((player.host == "mixcloud.com" || player.host == "player-widget.mixcloud.com")) {
        const std::string feed = player.field("feed");
        if (feed.starts_with("https://www.mixcloud.com/")) return feed;
        if (feed.starts_with('/')) return "https://www.mixcloud.com" + feed;
    }
    if (player.host == "widget.deezer.com" && player.begins("widget") && player.path.size() == 4)
        return "https://www.deezer.com/" + player.path_from(2);
    return std::nullopt;
}

// Any server may be one of PeerTube's: the path and the shape of the identity tell.
Page peertube(const WebAddress& player) {
    const bool list = player.begins("video-playlists/embed");
    if (!list && !player.begins("videos/embed")) return std::nullopt;
    const std::string_view id = player.segment(2);
    const bool whole = id.size() == 36 && std::ranges::count(id, '-') == 4;
    const bool brief = id.size() == 22 && id.find('-') == std::string_view::npos;
    if (player.path.size() != 3 || !is_id(id) || (!whole && !brief)) return std::nullopt;
    return player.origin + (list ? "/w/p/" : "/videos/watch/") + std::string(id);
}

Page live_film(const WebAddress& player) {
    if (player.host == "player.twitch.tv") {
        const std::string channel = player.field("channel");
        if (is_id(channel)) return "https://www.twitch.tv/" + channel;
        std::string film = player.field("video");
        if (film.starts_with('v')) film.erase(0, 1);
        return has_only_digits(film) ? Page("https://www.twitch.tv/videos/" + film) : std::nullopt;
    }
    if (player.host == "clips.twitch.tv" && player.begins("embed")) {
        const std::string clip = player.field("clip");
        return is_id(clip) ? Page("https://clips.twitch.tv/" + clip) : std::nullopt;
    }
    if (player.host == "player.bilibili.com") {
        const std::string id = player.field("bvid");
        return is_id(id) ? Page("https://www.bilibili.com/video/" + id) : std::nullopt;
    }
    if (player.host == "embed.nicovideo.jp" && player.begins("watch"))
        return "https://www.nicovideo.jp/" + player.path_from(0);
    return std::nullopt;
}

// Hosts whose player stands at the page's address with one segment that is another.
struct Exchange {
    std::string_view host;
    std::string_view player;
    std::string_view page;  // empty: the segment goes
};
constexpr std::array exchanges = std::to_array<Exchange>({
    {"archive.org", "embed", "details"},
    {"bitchute.com", "embed", "video"},
    {"codepen.io", "embed", "pen"},
    {"codesandbox.io", "embed", "s"},
    {"coub.com", "embed", "view"},
    {"giphy.com", "embed", "gifs"},
    {"instagram.com", "embed", ""},
    {"linkedin.com", "embed", ""},
    {"loom.com", "embed", "share"},
    {"observablehq.com", "embed", ""},
    {"scribd.com", "embeds", "document"},
    {"streamable.com", "e", ""},
    {"streamable.com", "o", ""},
    {"threads.com", "embed", ""},
    {"threads.net", "embed", ""},
});

Page exchanged(const WebAddress& player) {
    for (const Exchange& exchange : exchanges) {
        if (player.host != exchange.host) continue;
        auto path = player.path;
        const auto found = std::ranges::find(path, exchange.player);
        if (found == path.end() || path.size() < 2) continue;
        if (exchange.page.empty()) {
            // What follows says only how the player looks.
            if (found != path.begin()) {
                path.erase(found, path.end());
            } else {
                path.erase(found);
            }
        } else {
            *found = exchange.page;
        }
        std::string page = player.origin;
        for (const std::string& segment : path) page += "/" + segment;
        return page;
    }
    return std::nullopt;
}

// A service that shows other players, and names what it shows.
Page shown_by_service(const WebAddress& player) {
    const bool embedly = player.host == "cdn.embedly.com" && player.begins("widgets");
    const bool iframely = player.host == "cdn.iframe.ly" || player.host == "iframely.net";
    if (!embedly && !iframely) return std::nullopt;
    const std::string shown = player.field("url");
    if (!read_web_address(shown)) return std::nullopt;
    return shown;
}

Page other(const WebAddress& player) {
    if (player.host == "facebook.com" && player.begins("plugins")) {
        const auto shown = read_web_address(player.field("href"));
        return shown && shown->host.ends_with("facebook.com") ? Page(player.field("href")) : std::nullopt;
    }
    if (player.host == "platform.twitter.com" && player.begins("embed")) {
        const std::string id = player.field("id");
        return has_only_digits(id) ? Page("https://twitter.com/i/status/" + id) : std::nullopt;
    }
    if (player.host == "embed.ted.com") return "https://www.ted.com/" + player.path_from(0);
    if (player.host == "google.com" && player.begins("maps/d/embed") && is_id(player.field("mid")))
        return "https://www.google.com/maps/d/viewer?mid=" + player.field("mid");
    if (player.host == "docs.google.com" && player.begins("forms"))
        return player.origin + "/" + player.path_from(0);
    // A Mastodon server's, and one of its kind.
    const bool of_note = player.path.size() == 3 && player.segment(0).starts_with('@') &&
                         player.segment(2) == "embed" && is_id(player.segment(1));
    return of_note ? without_segment(player, "embed") : std::nullopt;
}

}  // namespace

bool is_youtube_id(std::string_view id) {
    return id.size() == 11 && is_id(id);
}

std::optional<std::string> page_of_player(std::string_view player) {
    const auto address = read_web_address(player);
    if (!address) return std::nullopt;
    for (const auto rule : {youtube, vimeo, dailymotion, spotify, podcast, peertube, live_film, exchanged,
                            shown_by_service, other}) {
        if (Page page = rule(*address)) return page;
    }
    return std::nullopt;
}

std::optional<std::string> page_of_script(std::string_view script) {
    const auto address = read_web_address(script);
    if (!address || address->path.empty()) return std::nullopt;
    std::string name = address->path.back();
    if (!name.ends_with(".js")) return std::nullopt;
    name.resize(name.size() - 3);
    const bool gist = address->host == "gist.github.com" && address->path.size() <= 2;
    const bool snippet =
        address->host == "gitlab.com" && std::ranges::find(address->path, "snippets") != address->path.end();
    const bool cast = address->host == "asciinema.org" && address->begins("a");
    const bool episode = address->host == "buzzsprout.com" && has_only_digits(address->path.front());
    if (name.empty() || (!gist && !snippet && !cast && !episode)) return std::nullopt;
    std::string page = address->origin;
    for (std::size_t i = 0; i + 1 < address->path.size(); ++i) page += "/" + address->path[i];
    return page + "/" + name;
}

std::string poster_of_page(std::string_view page) {
    const auto address = read_web_address(page);
    if (!address || address->host != "youtube.com" || address->segment(0) != "watch") return {};
    const std::string id = address->field("v");
    return is_youtube_id(id) ? "https://img.youtube.com/vi/" + id + "/hqdefault.jpg" : std::string{};
}

}  // namespace paperround::email
