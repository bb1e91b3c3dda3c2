#include "email/mime/dkim_canonical.hpp"

#include <algorithm>

namespace paperround::email {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// Without a branch for each octet: nearly every line of every body passes here unchanged.
bool is_relaxed(std::string_view line) {
    if (line.empty()) return true;
    unsigned odd = 0;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        odd |= static_cast<unsigned>(line[i] == '\t') |
               (static_cast<unsigned>(line[i] == ' ') & static_cast<unsigned>(line[i + 1] == ' '));
    }
    return odd == 0 && !is_blank(line.back());
}

bool is_space(char c) {
    return is_blank(c) || c == '\r' || c == '\n';
}

// Runs of white space become one space; what stands at the end is left out, and what stands at the start is
// if `trimmed`. Words are copied whole.
void append_relaxed(std::string& out, std::string_view text, bool trimmed) {
    bool begun = !trimmed;
    while (!text.empty()) {
        const auto word = std::ranges::find_if_not(text, is_space);
        const bool spaced = word != text.begin();
        if (word == text.end()) return;
        const auto end = std::find_if(word, text.end(), is_space);
        if (spaced && begun) out += ' ';
        begun = true;
        out.append(word, end);
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
}

}  // namespace

void append_relaxed_field(std::string& out, std::string_view field) {
    const auto colon = field.find(':');
    std::string_view name = field.substr(0, colon);
    while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
    for (const char c : name) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    out += ':';
    if (colon != std::string_view::npos) append_relaxed(out, field.substr(colon + 1), true);
    out += "\r\n";
}

std::string relaxed_body(std::string_view body) {
    std::string out;
    out.reserve(body.size() + 2);
    std::size_t filled = 0;  // up to the end of the last line that is not empty
    while (!body.empty()) {
        const auto end = body.find("\r\n");
        const std::string_view line = body.substr(0, end);
        const std::size_t before = out.size();
        if (is_relaxed(line)) {
            out += line;
        } else {
            append_relaxed(out, line, false);
        }
        const bool empty = out.size() == before;
        out += "\r\n";
        if (!empty) filled = out.size();
        body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
    }
    out.resize(filled);
    return out;
}

}  // namespace paperround::email
