#include "support/verify/gmime_reader.hpp"

#include <gmime/gmime.h>

#include <memory>
#include <stdexcept>

namespace paperround::test {

namespace {

struct Unref {
    template <class T>
    void operator()(T* object) const {
        g_object_unref(object);
    }
};
template <class T>
using Ref = std::unique_ptr<T, Unref>;

std::string text_or_empty(const char* text) {
    return text == nullptr ? std::string() : std::string(text);
}

void count_warning(gint64 /*offset*/, GMimeParserWarning /*code*/, const gchar* /*item*/, gpointer count) {
    ++*static_cast<int*>(count);
}

void read_address(InternetAddressList* list, std::string& name, std::string& address) {
    if (list == nullptr || internet_address_list_length(list) != 1)
        throw std::runtime_error("not one address");
    InternetAddress* mailbox = internet_address_list_get_address(list, 0);
    name = text_or_empty(internet_address_get_name(mailbox));
    address = text_or_empty(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(mailbox)));
}

std::string content_of(GMimeObject* object) {
    if (!GMIME_IS_PART(object)) throw std::runtime_error("not a leaf part");
    GMimeDataWrapper* wrapper = g_mime_part_get_content(GMIME_PART(object));
    const Ref<GMimeStream> memory(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(wrapper, memory.get());
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

std::string type_of(GMimeObject* object) {
    char* type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(object));
    std::string copy = text_or_empty(type);
    g_free(type);
    return copy;
}

// Reads the HTML part and the pictures after it.
GMimeObject* read_related(GMimeMultipart* related, Reread& reread) {
    for (int i = 1; i < g_mime_multipart_get_count(related); ++i) {
        GMimeObject* part = g_mime_multipart_get_part(related, i);
        reread.pictures.push_back(text_or_empty(g_mime_object_get_content_id(part)) + " " + type_of(part) +
                                  " " + content_of(part));
    }
    return g_mime_multipart_get_part(related, 0);
}

}  // namespace

Reread reread_with_gmime(std::string_view message) {
    g_mime_init();
    Reread reread;
    const std::unique_ptr<GMimeParserOptions, void (*)(GMimeParserOptions*)> options(
        g_mime_parser_options_new(), g_mime_parser_options_free);
    g_mime_parser_options_set_warning_callback(options.get(), count_warning, &reread.warnings);
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(message.data(), message.size()));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Ref<GMimeMessage> parsed(g_mime_parser_construct_message(parser.get(), options.get()));
    if (!parsed) throw std::runtime_error("GMime reads no message");
    reread.subject = text_or_empty(g_mime_message_get_subject(parsed.get()));
    reread.message_id = text_or_empty(g_mime_message_get_message_id(parsed.get()));
    read_address(g_mime_message_get_from(parsed.get()), reread.from_name, reread.from_address);
    read_address(g_mime_message_get_to(parsed.get()), reread.to_name, reread.to_address);
    GMimeObject* body = g_mime_message_get_mime_part(parsed.get());
    if (!GMIME_IS_MULTIPART(body)) throw std::runtime_error("not a multipart");
    for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(body)); ++i) {
        GMimeObject* part = g_mime_multipart_get_part(GMIME_MULTIPART(body), i);
        if (GMIME_IS_MULTIPART(part)) part = read_related(GMIME_MULTIPART(part), reread);
        reread.types.push_back(type_of(part));
        (i == 0 ? reread.text : reread.html) = content_of(part);
    }
    return reread;
}

}  // namespace paperround::test
