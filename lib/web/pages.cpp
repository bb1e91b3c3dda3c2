#include "web/pages.hpp"

#include <fmt/format.h>

#include <array>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "base/address/url.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/mutex.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "web/page_fields.hpp"

namespace paperround::web {

namespace {

namespace mustache = kainjow::mustache;

constexpr std::uint64_t file_limit = 256UL << 10U;

struct PageWords {
    Page page;
    std::string_view key;
    bool has_button = false;
    bool has_note = false;
    bool has_form = false;  // to subscribe; its words are those of Page::subscribe
};
constexpr std::array<PageWords, 22> all_pages{{
    {Page::ask, "ask", true, true},
    {Page::left, "left", false, true},
    {Page::already, "already"},
    {Page::unknown, "unknown"},
    {Page::incomplete, "incomplete", true, false},
    {Page::unavailable, "unavailable", false, true},
    {Page::home, "home"},
    {Page::absent, "absent"},
    {Page::refused, "refused"},
    {Page::subscribe, "subscribe", true, true, true},
    {Page::again, "again", false, false, true},
    {Page::no_address, "no_address", false, false, true},
    {Page::asked, "asked", false, true},
    {Page::joined, "joined"},
    {Page::confirm, "confirm", true, true},
    {Page::confirmed, "confirmed", false, true},
    {Page::expired, "expired"},
    {Page::why, "why"},
    {Page::listed, "listed"},
    {Page::archive, "archive"},
    {Page::preferences, "preferences"},
    {Page::saved, "saved"},
}};
constexpr std::array<std::string_view, 13> other_keys{
    "subscribe.label",  "archive.empty",      "archive.older",    "archive.newest",    "archive.feed",
    "archive.link",     "archive.subscribe",  "preferences.link", "preferences.lists", "preferences.language",
    "preferences.name", "preferences.button", "language.name"};

const PageWords& strings_of(Page page) {
    return all_pages[static_cast<std::size_t>(page)];
}

std::set<std::string> expected_keys() {
    std::set<std::string> keys;
    for (const auto& page : all_pages) {
        keys.insert(fmt::format("{}.heading", page.key));
        keys.insert(fmt::format("{}.text", page.key));
        if (page.has_button) keys.insert(fmt::format("{}.button", page.key));
        if (page.has_note) keys.insert(fmt::format("{}.note", page.key));
    }
    keys.insert(other_keys.begin(), other_keys.end());
    return keys;
}

Failure<PagesError> refuse(const std::filesystem::path& file, std::string_view what) {
    return failure(PagesError{PagesError::Code::wrong, fmt::format("{}: {}", file.string(), what)});
}

PagesError unreadable(const FileError& error) {
    return {
        error.code == FileError::Code::too_large ? PagesError::Code::wrong : PagesError::Code::not_readable,
        error.message};
}

// Each string is a small Mustache template: inserted values are escaped, its own HTML tags are kept.
Result<std::map<std::string, std::string>, PagesError> load_strings(const std::filesystem::path& file) {
    const auto text = read_file(file, file_limit);
    if (!text) return failure(unreadable(text.error()));
    const auto object = nlohmann::json::parse(*text, nullptr, false);
    if (!object.is_object()) return refuse(file, "expected a JSON object of strings");
    std::map<std::string, std::string> strings;
    const auto expected = expected_keys();
    for (const auto& [key, value] : object.items()) {
        if (!expected.contains(key)) return refuse(file, fmt::format("unknown string \"{}\"", key));
        if (!value.is_string()) return refuse(file, fmt::format("\"{}\" must be a string", key));
        strings[key] = value.get<std::string>();
        if (mustache::mustache parsed(strings[key]); !parsed.is_valid()) {
            return refuse(file, fmt::format("\"{}\": {}", key, parsed.error_message()));
        }
    }
    for (const auto& key : expected) {
        if (!strings.contains(key)) return refuse(file, fmt::format("the string \"{}\" is missing", key));
    }
    return strings;
}

std::string origin_of(std::string_view address) {
    const auto url = parse_url(address);
    if (!url || !url->is_web()) return {};
    const bool v6 = url->host.find(':') != std::string::npos;
    const std::string port = url->port == 0 ? "" : fmt::format(":{}", url->port);
    return fmt::format(" {}://{}{}", url->scheme, v6 ? "[" + url->host + "]" : url->host, port);
}

std::string policy_for(std::string_view html, const Look& look = {}) {
    constexpr std::string_view open = "<style>";
    const auto begin = html.find(open);
    const auto end = html.find("</style>");
    std::string style = "'none'";
    if (begin != std::string_view::npos && end != std::string_view::npos && end > begin) {
        const auto sheet = html.substr(begin + open.size(), end - begin - open.size());
        style = fmt::format("'sha256-{}'", base64(sha256(sheet)));
    }
    std::string pictures = origin_of(look.logo);
    if (const std::string dark = origin_of(look.logo_dark); dark != pictures) pictures += dark;
    return fmt::format(
        "default-src 'none'; style-src {}; {}form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        style, pictures.empty() ? "" : fmt::format("img-src{}; ", pictures));
}

std::string fill(const std::string& text, const PageContent& content) {
    if (text.find("{{") == std::string::npos) return text;  // to read it costs more than to fill it in
    mustache::data data;
    data.set("newsletter", content.newsletter_title);
    data.set("address", masked_address(content.address));
    data.set("whole_address", content.address);
    data.set("asked_on", content.asked_on);
    data.set("confirmed_on", content.confirmed_on);
    data.set("form_url", content.form_url);
    return mustache::mustache(text).render(data);
}

}  // namespace

// Read once: that takes several times as long as to fill it in, which changes it, for one at a time.
struct Pages::Template {
    explicit Template(const std::string& html) : parsed(html) {}

    Mutex mutex;
    mustache::mustache parsed GUARDED_BY(mutex);
};

Result<Pages, PagesError> Pages::load(const std::filesystem::path& folder) {
    Pages pages;
    auto html = read_file(folder / "page.html", file_limit);
    if (!html) return failure(unreadable(html.error()));
    if (mustache::mustache parsed(*html); !parsed.is_valid()) {
        return refuse(folder / "page.html", parsed.error_message());
    }
    pages.template_ = std::make_shared<Template>(*html);
    std::error_code no_folder;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "strings", no_folder)) {
        if (entry.path().extension() != ".json") continue;
        auto strings = load_strings(entry.path());
        if (!strings) return failure(strings.error());
        pages.languages_[entry.path().stem().string()] = std::move(*strings);
    }
    if (no_folder) {
        return failure(PagesError{PagesError::Code::not_readable,
                                  fmt::format("{}: {}", (folder / "strings").string(), no_folder.message())});
    }
    if (!pages.languages_.contains("en")) return refuse(folder / "strings" / "en.json", "missing");
    pages.security_policy_ = policy_for(pages.render(Page::home, ""));
    return pages;
}

// The first listed language that exists, compared by primary subtag. Weights are ignored, since browsers list
// languages in falling order.
const std::string& Pages::language_for(std::string_view accept_language) const {
    for (const std::string_view part : split(accept_language.substr(0, 200), ',')) {
        const auto tag = trim(part.substr(0, part.find_first_of(";-_")));
        const auto found = languages_.find(ascii_lower(tag));
        if (found != languages_.end()) return found->first;
    }
    return languages_.find("en")->first;
}

std::string Pages::words(std::string_view language, const std::string& key) const {
    return languages_.at(language_for(language)).at(key);
}

bool Pages::is_right_to_left(std::string_view language) {
    static const std::set<std::string_view> languages{"ar", "fa", "he", "ps", "ur", "yi"};
    return languages.contains(language.substr(0, 2));
}

std::string Pages::security_policy_of(std::string_view page, const Look& look) {
    return policy_for(page, look);
}

std::string Pages::render(Page page, const SubscriptionView& subscription) const {
    return render(page, PageContent{.newsletter_title = subscription.newsletter_title,
                                    .language = subscription.language,
                                    .address = subscription.address,
                                    .look = subscription.look,
                                    .link = subscription.why_link,
                                    .preferences_url = subscription.preferences_link});
}

std::string Pages::render(Page page, const PageContent& content) const {
    return render_in(language_for(content.language), page, content);
}

std::string Pages::render(Page page, std::string_view accept_language) const {
    return render_in(language_for(accept_language), page, {});
}

std::map<std::string, std::string> Pages::language_names() const {
    std::map<std::string, std::string> names;
    for (const auto& [language, strings] : languages_) names.emplace(language, strings.at("language.name"));
    return names;
}

std::string Pages::render_in(const std::string& language, Page page, const PageContent& content) const {
    const Strings& strings = languages_.at(language);
    const PageWords& which = strings_of(page);
    const auto text = [&](std::string_view part, std::string_view key) {
        return fill(strings.at(fmt::format("{}.{}", key, part)), content);
    };
    mustache::data data;
    data.set("language", language);
    data.set("direction", is_right_to_left(language) ? "rtl" : "ltr");
    if (!content.newsletter_title.empty()) data.set("masthead", content.newsletter_title);
    add_look(data, content.look);
    data.set("title", strings.at(fmt::format("{}.heading", which.key)));
    data.set("heading", text("heading", which.key));
    data.set("text", text("text", which.key));
    if (which.has_form) {
        data.set("form", true);
        data.set("label", text("label", "subscribe"));
        data.set("subscribe", text("button", "subscribe"));
        data.set("address", content.form.address);
        data.set("stamp", content.form.stamp);
    } else if (which.has_button) {
        data.set("button", text("button", which.key));
        data.set("leaving", page != Page::confirm);
    }
    if (!content.link.empty()) {
        const bool leads_away = page == Page::why || page == Page::listed;
        data.set("link", content.link);
        data.set("link_words", leads_away ? text("button", "ask") : text("heading", "why"));
    }
    if (page == Page::archive) add_letters(data, strings, content.list);
    if (page == Page::preferences || page == Page::saved) {
        add_preferences(data, strings, content.preferences);
        add_languages(data, language_names(), language);
    }
    add_link(data, "settings", content.preferences_url, strings.at("preferences.link"));
    add_link(data, "past", content.archive_url, strings.at("archive.link"));
    if (which.has_form && content.form.confirms) data.set("note", text("note", "subscribe"));
    if (!which.has_form && which.has_note) data.set("note", text("note", which.key));
    const Lock lock(template_->mutex);
    return template_->parsed.render(data);
}

std::string masked_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || at == 0) return {};
    return fmt::format("{}•••{}", address.substr(0, next_code_point(address).length), address.substr(at));
}

}  // namespace paperround::web
