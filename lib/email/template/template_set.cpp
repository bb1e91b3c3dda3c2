#include "email/template/template_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <set>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/template/language_choice.hpp"

namespace paperround::email {

namespace {

using Problems = std::vector<TemplateProblem>;
namespace fs = std::filesystem;

constexpr std::uint64_t file_limit = std::uint64_t{1} << 20U;

CheckedTemplate check_file(const TemplateFile& file, TemplateKind kind, Problems& problems) {
    if (!is_utf8(file.content)) {
        problems.push_back({file.path, 0, "not UTF-8", ""});
        return {};
    }
    const std::size_t before = problems.size();
    CheckedTemplate checked = check_template(file.content, file.path, kind, problems);
    if (problems.size() > before) return {};
    const kainjow::mustache::mustache engine(checked.mustache);
    if (!engine.is_valid()) problems.push_back({file.path, 0, engine.error_message(), ""});
    return checked;
}

// What an unsubscribing reader needs must be in both parts: a template without the link would be against the
// law.
void require_unsubscribe_link(const CheckedTemplate& checked, const TemplateFile& file, Problems& problems) {
    const bool has = std::ranges::any_of(checked.fields, [](const MergeField& field) {
        return field.kind == MergeField::Kind::unsubscribe_url;
    });
    if (!has)
        problems.push_back(
            {file.path, 0, "{{unsubscribe_url}} is missing: readers must be able to leave", ""});
}

Strings merge_strings(const std::vector<TemplateFile>& files, Problems& problems) {
    Strings merged;
    for (const TemplateFile& file : files)
        merged.merge(parse_strings(to_valid_utf8(file.content), file.path, problems));
    return merged;
}

// The first of the folders that has the file, and the content; a problem that names the last place otherwise.
TemplateFile find_file(const std::vector<fs::path>& folders, const std::string& name, Problems& problems) {
    for (const fs::path& folder : folders) {
        const fs::path path = folder / name;
        auto content = read_file(path, file_limit);
        if (content) return {path, std::move(*content)};
        if (content.error().code != FileError::Code::not_found) {
            problems.push_back({path, 0, content.error().message, ""});
            return {path, ""};
        }
    }
    problems.push_back({folders.back() / name, 0, "no such template file", ""});
    return {};
}

void read_strings(const fs::path& folder, TemplateSources& sources, Problems& problems) {
    std::error_code ignored;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".txt") files.insert(entry.path());
    }
    for (const fs::path& file : files) {
        auto content = read_file(file, file_limit);
        if (content) {
            sources.strings[ascii_lower(file.stem().string())].push_back({file, std::move(*content)});
        } else {
            problems.push_back({file, 0, content.error().message, ""});
        }
    }
}

}  // namespace

Result<TemplateSet, Problems> TemplateSet::make(const TemplateSources& sources) {
    Problems problems;
    TemplateSet set;
    set.html_ = check_file(sources.html, TemplateKind::html, problems);
    set.text_ = check_file(sources.text, TemplateKind::text, problems);
    set.style_ = check_file(sources.style, TemplateKind::style, problems);
    if (problems.empty() && sources.use == TemplateUse::mailing) {
        require_unsubscribe_link(set.html_, sources.html, problems);
        require_unsubscribe_link(set.text_, sources.text, problems);
    }
    for (const auto& [language, files] : sources.strings)
        set.strings_[language] = merge_strings(files, problems);
    const Strings english = set.strings_["en"];
    for (const std::string& key : string_keys()) {
        if (!english.contains(key)) {
            problems.push_back({"strings/en.txt", 0, fmt::format("the key \"{}\" is missing", key), ""});
        }
    }
    // In this order "pt" is complete before "pt-br" takes from it.
    for (auto& [language, strings] : set.strings_) {
        const auto wider = set.strings_.find(language.substr(0, language.rfind('-')));
        if (wider != set.strings_.end()) strings.insert(wider->second.begin(), wider->second.end());
        strings.insert(english.begin(), english.end());
        strings["language"] = language;
        strings["direction"] = text_direction(language);
    }
    if (!problems.empty()) return failure(std::move(problems));
    return set;
}

std::optional<std::string> TemplateSet::language_for(std::string_view tag) const {
    return language_among(strings_, tag);
}

const Strings& TemplateSet::strings_for(std::string_view language) const {
    return strings_.at(language_for(language).value_or("en"));
}

Result<TemplateSet, Problems> load_template_set(const TemplateFolders& folders, std::string_view name,
                                                TemplateUse use) {
    Problems problems;
    std::vector<fs::path> roots;
    if (!folders.own.empty()) roots.push_back(folders.own);
    roots.push_back(folders.installed);
    std::error_code ignored;
    const bool exists =
        std::ranges::any_of(roots, [&](const fs::path& r) { return fs::is_directory(r / name, ignored); });
    if (!exists || name.empty() || name.find('/') != std::string_view::npos || name.starts_with('.')) {
        problems.push_back({roots.front() / name, 0, fmt::format("there is no template \"{}\"", name), ""});
        return failure(std::move(problems));
    }
    std::vector<fs::path> places;
    places.reserve(2 * roots.size());
    for (const fs::path& root : roots) places.push_back(root / name);
    for (const fs::path& root : roots) places.push_back(root / "default");
    TemplateSources sources;
    sources.use = use;
    sources.html = find_file(places, "message.html.mustache", problems);
    sources.text = find_file(places, "message.txt.mustache", problems);
    sources.style = find_file(places, "style.css", problems);
    for (const fs::path& root : roots) read_strings(root / "strings", sources, problems);
    if (!problems.empty()) return failure(std::move(problems));
    return TemplateSet::make(sources);
}

}  // namespace paperround::email
