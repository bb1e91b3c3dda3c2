// Walks a mapping of the YAML file, hands its values to readers (config/values.hpp), and collects problems,
// each with file, line and dotted key. A Section keeps references to its node and its Report.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/loader.hpp"
#include "config/values.hpp"
#include "config/yaml_tree.hpp"

namespace paperround::config {

// The problems of one file; taken in the order of its lines.
class Report {
  public:
    explicit Report(std::filesystem::path file) : file_(std::move(file)) {}
    void add(std::size_t line, std::string key, Complaint complaint);
    [[nodiscard]] bool empty() const { return problems_.empty(); }
    [[nodiscard]] std::vector<Problem> take();

  private:
    std::filesystem::path file_;
    std::vector<Problem> problems_;
};

// A value and its place in the file.
struct Field {
    const Node* node = nullptr;
    std::string path;  // newsletters.notes.sources[0]
    std::size_t line = 0;
};

// The entries of a mapping in the order of the file, each name once. Duplicates, and names that are not text,
// are reported. If the field is no mapping, that is reported and the result is empty.
struct Entry {
    std::string name;
    Field field;
};
[[nodiscard]] std::vector<Entry> entries_of(const Field& mapping, Report& report);

class Section {
  public:
    // Reports problems of the whole section: no mapping, duplicate keys, keys not in `known`.
    Section(const Field& mapping, std::span<const std::string_view> known, Report& report);

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    [[nodiscard]] const Field* find(std::string_view key) const;  // nullptr if the key is absent

    // Sets `target` and returns true if the key is present and valid. Otherwise `target` keeps its default;
    // an invalid value is reported. `arguments` are passed to the reader behind the node.
    template <class T, class Reader, class... Arguments>
    bool read(std::string_view key, T& target, Reader&& reader, Arguments&&... arguments) const {
        const Field* field = find(key);
        if (field == nullptr) return false;
        auto value = std::invoke(reader, *field->node, std::forward<Arguments>(arguments)...);
        if (!value) {
            report_.add(field->line, field->path, std::move(value.error()));
            return false;
        }
        target = std::move(*value);
        return true;
    }

    // Reports each of `keys` that is absent.
    void require(std::initializer_list<std::string_view> keys) const;
    // Reports a problem at the key or, if the key is absent, at the section.
    void complain(std::string_view key, Complaint complaint) const;

    [[nodiscard]] std::string path_of(std::string_view key) const;
    [[nodiscard]] Report& report() const { return report_; }

  private:
    Field mapping_;
    std::span<const std::string_view> known_;
    std::vector<Entry> entries_;
    Report& report_;
};

}  // namespace paperround::config
