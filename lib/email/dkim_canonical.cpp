#include "email/dkim_canonical.hpp"

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

// Runs of white space become one space; what stands at the end is left out, and what stands at the start is
// if `trimmed`.
void append_relaxed(std::string& out, std::string_view text, bool trimmed) {
    bool blank = false;
    bool begun = !trimmed;
    for (const char c : text) {
        if (is_blank(c) || c == '\r' || c == '\n') {
            blank = true;
            continue;
        }
        if (blank && begun) out += ' ';
        blank = false;
        begun = true;
        out += c;
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
