// What the template of the public pages sees of the newsletter's look, its lists and its links. For this library's sources
// only. Pure.
#pragma once

#include <kainjow/mustache.hpp>
#include <map>
#include <string>
#include <string_view>

#include "web/pages.hpp"

namespace paperround::web {

using PageStrings = std::map<std::string, std::string>;  // of one language, by key

void add_look(kainjow::mustache::data& data, const Look& look);
// With words of its own; nothing where there is no address.
void add_link(kainjow::mustache::data& data, std::string_view name, const std::string& url,
              const std::string& words);
void add_letters(kainjow::mustache::data& data, const PageStrings& strings, const LetterList& list);
void add_preferences(kainjow::mustache::data& data, const PageStrings& strings,
                     const PreferencesList& preferences);
// To choose from, by language.
void add_languages(kainjow::mustache::data& data, const std::map<std::string, std::string>& names,
                   const std::string& chosen);

}  // namespace paperround::web
