#include "web/page_fields.hpp"

namespace paperround::web {

namespace mustache = kainjow::mustache;

void add_look(mustache::data& data, const Look& look) {
    if (!look.accent.empty()) {
        data.set("themed", true);
        data.set("accent", look.accent);
        data.set("on_accent", look.on_accent);
        data.set("accent_dark", look.accent_dark);
        data.set("on_accent_dark", look.on_accent_dark);
    }
    if (!look.logo.empty()) data.set("logo", look.logo);
    if (!look.logo_dark.empty()) data.set("logo_dark", look.logo_dark);
}

void add_link(mustache::data& data, std::string_view name, const std::string& url, const std::string& words) {
    if (url.empty()) return;
    mustache::data link;
    link.set("url", url);
    link.set("words", words);
    data.set(std::string(name), link);
}

void add_letters(mustache::data& data, const PageStrings& strings, const LetterList& list) {
    mustache::data letters(mustache::data::type::list);
    for (const LetterLine& line : list.letters) {
        mustache::data letter;
        letter.set("letter_title", line.title);
        letter.set("letter_day", line.day);
        letter.set("letter_url", line.url);
        letters.push_back(letter);
    }
    data.set("public", true);
    data.set("letters", letters);
    data.set("any_letters", !list.letters.empty());
    data.set("no_letters", list.letters.empty() ? strings.at("archive.empty") : "");
    add_link(data, "older", list.older_url, strings.at("archive.older"));
    add_link(data, "newest", list.newest_url, strings.at("archive.newest"));
    add_link(data, "feed", list.feed_url, strings.at("archive.feed"));
    add_link(data, "to_subscribe", list.subscribe_url, strings.at("archive.subscribe"));
}

void add_preferences(mustache::data& data, const PageStrings& strings, const PreferencesList& preferences) {
    mustache::data lists(mustache::data::type::list);
    for (const PreferencesList::Newsletter& each : preferences.lists) {
        mustache::data list;
        list.set("list_name", each.name);
        list.set("list_title", each.title);
        list.set("list_read", each.read);
        lists.push_back(list);
    }
    data.set("preferences", true);
    data.set("lists", lists);
    data.set("any_lists", !preferences.lists.empty());
    data.set("reader_name", preferences.name);
    data.set("lists_label", strings.at("preferences.lists"));
    data.set("language_label", strings.at("preferences.language"));
    data.set("name_label", strings.at("preferences.name"));
    data.set("save", strings.at("preferences.button"));
}

void add_languages(mustache::data& data, const std::map<std::string, std::string>& names,
                   const std::string& chosen) {
    mustache::data options(mustache::data::type::list);
    for (const auto& [language, name] : names) {
        mustache::data option;
        option.set("option_language", language);
        option.set("option_name", name);
        option.set("option_chosen", language == chosen);
        options.push_back(option);
    }
    data.set("languages", options);
}

}  // namespace paperround::web
