#include "email/mime/mime_writer.hpp"

#include "email/mime/encoded_word.hpp"

namespace paperround::email {

namespace {

// Starts a field and returns its column.
std::size_t begin_field(std::string& out, std::string_view name) {
    out += name;
    out += ": ";
    return name.size() + 2;
}

// An address or identifier in angle brackets: nothing in it may end it, fold it or be read as white space.
std::string in_brackets(std::string_view token) {
    std::string out = "<";
    for (const char c : token) {
        const bool forbidden = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>';
        if (!forbidden) out.push_back(c);
    }
    return out + '>';
}

void append_named_brackets(std::string& out, std::string_view field, std::string_view name,
                           std::string_view token) {
    std::size_t column = begin_field(out, field);
    const std::string bracketed = in_brackets(token);
    if (!name.empty()) {
        const std::string written = phrase(name, column);
        out += written;
        column = column_after(written, column);
        out += column + 1 + bracketed.size() > header_line_limit ? "\r\n " : " ";
    }
    out += bracketed;
    out += "\r\n";
}

}  // namespace

void append_unstructured_field(std::string& out, std::string_view name, std::string_view text) {
    const std::size_t column = begin_field(out, name);
    out += unstructured(text, column);
    out += "\r\n";
}

void append_mailbox_field(std::string& out, std::string_view name, const Mailbox& mailbox) {
    append_named_brackets(out, name, mailbox.name, mailbox.address);
}

void append_list_id_field(std::string& out, std::string_view title, std::string_view identifier) {
    append_named_brackets(out, "List-Id", title, identifier);
}

void append_token_field(std::string& out, std::string_view name, const std::vector<std::string>& tokens) {
    std::size_t column = begin_field(out, name) - 1;
    out.pop_back();
    bool first = true;
    for (const std::string& raw : tokens) {
        std::string token;
        for (const char c : raw) {
            if (c > 0x20 && c < 0x7f) token.push_back(c);
        }
        // The first token stays beside the name: a first line that holds only the name confuses some servers.
        const bool folds = !first && column + 1 + token.size() > header_line_limit;
        out += folds ? "\r\n " : " ";
        column = (folds ? 0 : column) + 1 + token.size();
        out += token;
        first = false;
    }
    out += "\r\n";
}

}  // namespace paperround::email
