// What is wrong with a template file, in one line that says where and what to do.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace paperround::email {

struct TemplateProblem {
    std::filesystem::path file;
    std::size_t line = 0;    // 1-based; 0 where it belongs to the whole file
    std::string message;     // what was expected, what came
    std::string suggestion;  // the nearest known field, or empty
    bool operator==(const TemplateProblem&) const = default;

    // `message.html.mustache:12: unknown field "post.titel", did you mean "post.title"?`
    [[nodiscard]] std::string to_line() const;
};

}  // namespace paperround::email
