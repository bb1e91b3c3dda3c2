#include "config/section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "config/keys.hpp"

namespace paperround::config {

namespace {

std::string joined_path(std::string_view parent, std::string_view key) {
    constexpr std::size_t most = 80;
    const std::string clean = without_control_characters(to_valid_utf8(key));
    return parent.empty() ? std::string(utf8_prefix(clean, most))
                          : fmt::format("{}.{}", parent, utf8_prefix(clean, most));
}

bool is_secret(std::string_view key) {
    constexpr std::array<std::string_view, 7> names{"password", "passwd",        "pass",         "secret",
                                                    "token",    "client_secret", "refresh_token"};
    return std::ranges::any_of(names, [key](std::string_view name) { return ascii_iequals(key, name); });
}

// Another section that knows the key: wrong indentation is the commonest mistake.
std::string section_that_knows(const std::string& key) {
    for (const KnownSection& section : known_sections) {
        if (std::ranges::find(section.keys, key) == section.keys.end()) continue;
        return section.path.empty() ? std::string("the top level") : std::string(section.path);
    }
    return {};
}

Complaint unknown_key(const std::string& key, std::span<const std::string_view> known) {
    if (is_secret(key)) {
        std::string file = ascii_lower(key) + "_file";
        if (std::ranges::find(known, file) == known.end()) file = "password_file";
        return {fmt::format(
                    "secrets do not stand in this file: write it to a file of its own and name that with {}",
                    file),
                {}};
    }
    if (const std::string elsewhere = section_that_knows(key); !elsewhere.empty()) {
        return {fmt::format("unknown key here: it belongs to {}", elsewhere), {}};
    }
    return {"unknown key", nearest(key, std::vector<std::string>(known.begin(), known.end()))};
}

}  // namespace

void Report::add(std::size_t line, std::string key, Complaint complaint) {
    problems_.push_back({file_, line, std::move(key), std::move(complaint.message),
                         std::move(complaint.suggestion), complaint.passing});
}

std::vector<Problem> Report::take() {
    std::ranges::stable_sort(problems_, {}, &Problem::line);
    return std::exchange(problems_, {});
}

std::vector<Entry> entries_of(const Field& mapping, Report& report) {
    std::vector<Entry> entries;
    const Node& node = *mapping.node;
    if (node.kind != Node::Kind::mapping) {
        report.add(mapping.line, mapping.path,
                   {fmt::format("expected a mapping (key: value), got {}", name_of(node.kind)), {}});
        return entries;
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const Node& key = node.keys[i];
        if (key.kind != Node::Kind::scalar || key.scalar.empty()) {
            report.add(key.line, mapping.path,
                       {fmt::format("expected a name, got {}", name_of(key.kind)), {}});
            continue;
        }
        const std::string path = joined_path(mapping.path, key.scalar);
        const auto before = std::ranges::find(entries, key.scalar, &Entry::name);
        if (before != entries.end()) {
            report.add(key.line, path,
                       {fmt::format("defined twice, first on line {}", before->field.line), {}});
            continue;
        }
        entries.push_back({key.scalar, Field{&node.items[i], path, key.line}});
    }
    return entries;
}

Section::Section(const Field& mapping, std::span<const std::string_view> known, Report& report)
    : mapping_(mapping), known_(known), entries_(entries_of(mapping, report)), report_(report) {
    for (const Entry& entry : entries_) {
        if (std::ranges::find(known_, entry.name) != known_.end()) continue;
        report_.add(entry.field.line, entry.field.path, unknown_key(entry.name, known_));
    }
}

const Field* Section::find(std::string_view key) const {
    if (std::ranges::find(known_, key) == known_.end()) {
        throw std::logic_error(fmt::format("key {} is not in the table of known keys", key));
    }
    const auto found = std::ranges::find(entries_, key, &Entry::name);
    return found == entries_.end() ? nullptr : &found->field;
}

void Section::require(std::initializer_list<std::string_view> keys) const {
    // A section that is no mapping was reported before.
    if (mapping_.node->kind != Node::Kind::mapping) return;
    for (const std::string_view key : keys) {
        if (!has(key)) report_.add(mapping_.line, path_of(key), {"required key is missing", {}});
    }
}

void Section::complain(std::string_view key, Complaint complaint) const {
    const Field* field = find(key);
    report_.add(field != nullptr ? field->line : mapping_.line, path_of(key), std::move(complaint));
}

std::string Section::path_of(std::string_view key) const {
    return joined_path(mapping_.path, key);
}

}  // namespace paperround::config
