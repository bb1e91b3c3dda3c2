#include "bounce/message_tree.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::bounce {

namespace {

struct Unref {
    template <class T>
    void operator()(T* object) const {
        g_object_unref(object);
    }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;
using Chars = std::unique_ptr<char, void (*)(void*)>;

// More of them are in no mail, and GMime's work grows with their square.
constexpr std::size_t most_nested_types = 300;
constexpr std::size_t most_address_fields = 2000;

std::string from_chars(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

// GMime reads its character sets and classes once, and for all threads.
void start_gmime() {
    static const bool started = [] {
        g_mime_init();
        return true;
    }();
    (void)started;
}

// GMime looks at the boundaries of all open multiparts in each line that begins with "--", and reads the addresses of a
// header again with each further field of the same name.
bool is_too_complex(std::string_view octets) {
    constexpr std::array<std::string_view, 8> names{
        "to:", "cc:", "bcc:", "from:", "sender", "reply-to", "content-type", "resent-"};
    std::size_t addresses = 0;
    std::size_t multiparts = 0;
    for (std::size_t at = 0; at < octets.size();) {
        const auto end = std::min(octets.find('\n', at), octets.size());
        const std::string_view line = octets.substr(at, std::min<std::size_t>(end - at, 16));
        if (line.size() > 2 &&
            std::string_view("tTcCbBfFsSrR").find(line.front()) != std::string_view::npos) {
            const auto named = std::ranges::find_if(
                names, [&](std::string_view name) { return ascii_istarts_with(line, name); });
            if (named != names.end() && ++addresses > most_address_fields) return true;
        }
        at = end + 1;
    }
    for (auto at = octets.find("oundary="); at != std::string_view::npos;
         at = octets.find("oundary=", at + 1))
        if (++multiparts > most_nested_types) return true;
    return false;
}

std::optional<std::string> converted(std::string_view octets, const char* charset) {
    gsize written = 0;
    const Chars out(g_convert(octets.data(), static_cast<gssize>(octets.size()), "UTF-8",
                              g_mime_charset_iconv_name(charset), nullptr, &written, nullptr),
                    g_free);
    if (!out) return std::nullopt;
    return std::string(out.get(), written);
}

std::string with_plain_line_ends(std::string text) {
    text = replace_all(text, "\r\n", "\n");
    std::ranges::replace(text, '\r', '\n');
    std::ranges::replace(text, '\0', ' ');
    return text;
}

std::string one_line(std::string_view value) {
    return without_control_characters(collapse_spaces(to_valid_utf8(value.substr(0, field_limit))));
}

std::vector<Field> fields_of(GMimeObject* object) {
    std::vector<Field> fields;
    GMimeHeaderList* list = g_mime_object_get_header_list(object);
    const int count = g_mime_header_list_get_count(list);
    for (int i = 0; i < count && fields.size() < fields_limit; ++i) {
        GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
        const char* raw = g_mime_header_get_raw_value(header);
        if (raw == nullptr) continue;
        const std::string_view value = std::string_view(raw).substr(0, field_limit);
        std::string text(value);
        if (!is_ascii(value) && !is_utf8(value)) {
            text = text_in_utf8(value, {});
        } else if (value.find("=?") != std::string_view::npos) {
            // GMime takes unfolded text only; encoded words that follow each other are one.
            const Chars decoded(g_mime_utils_header_decode_text(nullptr, collapse_spaces(value).c_str()),
                                g_free);
            text = from_chars(decoded.get());
        }
        fields.push_back({one_line(from_chars(g_mime_header_get_name(header))), one_line(text)});
    }
    return fields;
}

std::string octets_of(GMimePart* part) {
    GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
    if (wrapper == nullptr) return {};
    const Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(wrapper, memory.get());
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    return {reinterpret_cast<const char*>(bytes->data), std::min<std::size_t>(bytes->len, text_limit)};
}

class Walk {
  public:
    Part part(GMimeObject* object, std::size_t depth) {
        Part part;
        ++parts_;
        GMimeContentType* type = g_mime_object_get_content_type(object);
        if (type != nullptr) {
            const Chars name(g_mime_content_type_get_mime_type(type), g_free);
            part.type = ascii_lower(from_chars(name.get()));
            part.report_type =
                ascii_lower(from_chars(g_mime_content_type_get_parameter(type, "report-type")));
        }
        part.fields = fields_of(object);
        if (depth >= depth_limit) return part;
        if (GMIME_IS_MESSAGE_PART(object)) {
            GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
            if (message != nullptr) part.parts.push_back(this->message(message, depth + 1));
        } else if (GMIME_IS_MULTIPART(object)) {
            GMimeMultipart* multipart = GMIME_MULTIPART(object);
            const int count = g_mime_multipart_get_count(multipart);
            for (int i = 0; i < count && parts_ < parts_limit; ++i)
                part.parts.push_back(this->part(g_mime_multipart_get_part(multipart, i), depth + 1));
        } else if (GMIME_IS_PART(object)) {
            part.name = one_line(from_chars(g_mime_part_get_filename(GMIME_PART(object))));
            fill_text(part, GMIME_PART(object), type);
        }
        return part;
    }

    // A message: the part that is its body, with all fields of its header.
    Part message(GMimeMessage* message, std::size_t depth) {
        GMimeObject* body = g_mime_message_get_mime_part(message);
        Part part = body == nullptr ? Part{} : this->part(body, depth);
        std::vector<Field> fields = fields_of(GMIME_OBJECT(message));
        fields.insert(fields.end(), part.fields.begin(), part.fields.end());
        part.fields = std::move(fields);
        return part;
    }

  private:
    static void fill_text(Part& part, GMimePart* object, GMimeContentType* type) {
        const bool binary = part.type.starts_with("image/") || part.type.starts_with("audio/") ||
                            part.type.starts_with("video/") || part.type.starts_with("font/");
        if (binary) return;
        const std::string charset =
            type == nullptr ? "" : from_chars(g_mime_content_type_get_parameter(type, "charset"));
        std::string octets = octets_of(object);
        // RFC 6522 forbids an encoding of these parts, and some senders use one without saying so.
        part.text = with_plain_line_ends(text_in_utf8(octets, charset));
    }

    std::size_t parts_ = 0;
};

std::size_t count_parts(GMimeObject* object, std::size_t depth) {
    if (object == nullptr || depth > 64) return 1;
    if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage* message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        return 1 + (message == nullptr ? 0 : count_parts(g_mime_message_get_mime_part(message), depth + 1));
    }
    if (!GMIME_IS_MULTIPART(object)) return 1;
    std::size_t parts = 1;
    GMimeMultipart* multipart = GMIME_MULTIPART(object);
    for (int i = 0; i < g_mime_multipart_get_count(multipart) && parts < refuse_parts; ++i)
        parts += count_parts(g_mime_multipart_get_part(multipart, i), depth + 1);
    return parts;
}

// The first line of an mbox, and blank lines in front of the header.
std::string_view without_envelope_line(std::string_view octets) {
    while (!octets.empty() && (octets.front() == '\n' || octets.front() == '\r')) octets.remove_prefix(1);
    if (octets.starts_with("From ")) {
        const auto end = octets.find('\n');
        octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 1);
    }
    return octets;
}

// "Name: value", the name without white space.
bool begins_with_field(std::string_view octets) {
    const auto colon = octets.substr(0, 128).find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    return std::ranges::all_of(octets.substr(0, colon), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

std::string_view to_string(ReadError error) {
    switch (error) {
        case ReadError::too_large:
            return "expected a message of at most 10 MiB, it is larger";
        case ReadError::too_many_parts:
            return "expected a message of fewer than 1 000 parts, it has more";
        case ReadError::too_complex:
            return "expected a message as mail servers write it, it has too many boundaries or address fields";
        case ReadError::no_message:
            return "expected a message that begins with a header field (RFC 5322), found none";
    }
    return "?";
}

std::string_view field_of(const std::vector<Field>& fields, std::string_view name) {
    const auto found =
        std::ranges::find_if(fields, [&](const Field& field) { return ascii_iequals(field.name, name); });
    return found == fields.end() ? std::string_view() : std::string_view(found->value);
}

std::string text_in_utf8(std::string_view octets, std::string_view charset) {
    start_gmime();
    const std::string name = ascii_lower(trim(charset));
    const bool plain =
        name.empty() || name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii";
    if (!plain && name.size() < 40) {
        if (auto text = converted(octets, name.c_str())) return to_valid_utf8(*text);
    }
    // ISO-2022-JP is seven bits wide; senders forget to name it.
    if (octets.find("\x1b$") != std::string_view::npos) {
        if (auto text = converted(octets, "iso-2022-jp")) return to_valid_utf8(*text);
    }
    if (is_utf8(octets)) return std::string(octets);
    if (plain) {
        if (auto text = converted(octets, "windows-1252")) return to_valid_utf8(*text);
    }
    return to_valid_utf8(octets);
}

Result<Part, ReadError> parse_message(std::string_view octets) {
    if (octets.size() > message_limit) return failure(ReadError::too_large);
    octets = without_envelope_line(octets);
    std::string mended;
    if (octets.find('\n') == std::string_view::npos && octets.find('\r') != std::string_view::npos) {
        mended = octets;  // an old Macintosh's line ends
        std::ranges::replace(mended, '\r', '\n');
        octets = mended;
    }
    if (!begins_with_field(octets)) return failure(ReadError::no_message);
    if (is_too_complex(octets)) return failure(ReadError::too_complex);
    start_gmime();
    const std::unique_ptr<GMimeParserOptions, void (*)(GMimeParserOptions*)> options(
        g_mime_parser_options_new(), g_mime_parser_options_free);
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(octets.data(), octets.size()));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
    if (!message) return failure(ReadError::no_message);
    if (count_parts(g_mime_message_get_mime_part(message.get()), 0) >= refuse_parts)
        return failure(ReadError::too_many_parts);
    return Walk().message(message.get(), 0);
}

}  // namespace paperround::bounce
