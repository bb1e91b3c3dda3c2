#include "feed/text/feed_encoding.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace paperround::feed {

namespace {

class Converter {
  public:
    explicit Converter(const std::string& from) : handle_(iconv_open("UTF-8", from.c_str())) {}
    ~Converter() {
        if (known()) iconv_close(handle_);
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    [[nodiscard]] bool known() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }

    // Octets that mean nothing become U+FFFD each.
    [[nodiscard]] std::string convert(std::string_view text) const {
        std::string out;
        std::array<char, 16384> buffer{};
        char* in = const_cast<char*>(text.data());  // iconv's signature; it does not write there
        std::size_t in_left = text.size();
        while (in_left > 0) {
            char* to = buffer.data();
            std::size_t to_left = buffer.size();
            const std::size_t done = iconv(handle_, &in, &in_left, &to, &to_left);
            out.append(buffer.data(), buffer.size() - to_left);
            if (done != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
            append_utf8(out, 0xFFFD);
            ++in;
            --in_left;
            // An encoding with shift states starts anew after an error.
            iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        }
        return out;
    }

  private:
    iconv_t handle_;
};

struct Mark {
    std::string_view octets;
    std::string_view encoding;
};
constexpr std::array<Mark, 5> marks{{{std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},
                                     {std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
                                     {"\xEF\xBB\xBF", "UTF-8"},
                                     {"\xFF\xFE", "UTF-16LE"},
                                     {"\xFE\xFF", "UTF-16BE"}}};

// The value after `key=`, quoted or not.
std::string value_after(std::string_view text, std::string_view key) {
    const std::string lower = ascii_lower(text);
    auto at = lower.find(key);
    if (at == std::string::npos) return {};
    at += key.size();
    while (at < lower.size() && is_ascii_space(lower[at])) ++at;
    if (at >= lower.size() || lower[at] != '=') return {};
    const std::string_view rest = trim(std::string_view(lower).substr(at + 1));
    if (rest.empty()) return {};
    const bool quoted = rest.front() == '"' || rest.front() == '\'';
    const auto value = quoted ? rest.substr(1, rest.find(rest.front(), 1) - 1)
                              : rest.substr(0, rest.find_first_of("; \t?>"));
    return std::string(trim(value));
}

std::string declared_encoding(std::string_view body) {
    const auto start = body.find("<?xml");
    if (start > 1024) return {};  // or nowhere: npos is larger
    return value_after(body.substr(start, body.substr(start, 200).find("?>")), "encoding");
}

struct Alias {
    std::string_view said;
    std::string_view meant;
};
// What is written is often the name of a part of what is meant (WHATWG Encoding §4.2).
constexpr std::array<Alias, 54> aliases{{{"utf8", "utf-8"},
                                         {"unicode-1-1-utf-8", "utf-8"},
                                         {"iso-8859-1", "windows-1252"},
                                         {"iso8859-1", "windows-1252"},
                                         {"iso_8859-1", "windows-1252"},
                                         {"latin1", "windows-1252"},
                                         {"latin-1", "windows-1252"},
                                         {"us-ascii", "windows-1252"},
                                         {"ascii", "windows-1252"},
                                         {"cp-1252", "windows-1252"},
                                         {"iso-8859-9", "windows-1254"},
                                         {"iso-8859-11", "windows-874"},
                                         {"tis-620", "windows-874"},
                                         {"gb2312", "gb18030"},
                                         {"gb_2312-80", "gb18030"},
                                         {"gbk", "gb18030"},
                                         {"x-gbk", "gb18030"},
                                         {"big5", "big5-hkscs"},
                                         {"shift_jis", "cp932"},
                                         {"shift-jis", "cp932"},
                                         {"sjis", "cp932"},
                                         {"x-sjis", "cp932"},
                                         {"windows-31j", "cp932"},
                                         {"euc-kr", "cp949"},
                                         {"ks_c_5601-1987", "cp949"},
                                         {"x-mac-roman", "macintosh"},
                                         {"koi8", "koi8-r"},
                                         {"koi", "koi8-r"},
                                         {"logical", "iso-8859-8"},
                                         {"visual", "iso-8859-8"},
                                         {"iso-8859-8-e", "iso-8859-8"},
                                         {"chinese", "gb18030"},
                                         {"x-x-big5", "big5-hkscs"},
                                         {"dos-874", "windows-874"},
                                         {"sun_eu_greek", "iso-8859-7"},
                                         {"windows-949", "cp949"},
                                         {"x-mac-ukrainian", "mac-cyrillic"},
                                         {"ansi", "windows-1252"},
                                         {"csiso88596e", "iso-8859-6"},
                                         {"csiso88596i", "iso-8859-6"},
                                         {"csiso88598e", "iso-8859-8"},
                                         {"csiso88598i", "iso-8859-8"},
                                         {"ansi_x3.4-1968", "windows-1252"},
                                         {"csiso58gb231280", "gb18030"},
                                         {"gb_2312", "gb18030"},
                                         {"iso-ir-58", "gb18030"},
                                         {"cn-big5", "big5-hkscs"},
                                         {"csbig5", "big5-hkscs"},
                                         {"csksc56011987", "cp949"},
                                         {"iso-ir-149", "cp949"},
                                         {"korean", "cp949"},
                                         {"ks_c_5601-1989", "cp949"},
                                         {"ksc5601", "cp949"},
                                         {"ksc_5601", "cp949"}}};

bool is_known(const std::string& name) {
    return Converter(name).known();
}

// A name that iconv does not know, as it may: "x-euc-jp", "euc_kr", "win-1251", "ms949", "iso-8859-8-i".
std::string in_usual_spelling(const std::string& name) {
    if (is_known(name)) return name;
    std::string usual = replace_all(name, "_", "-");
    if (usual.starts_with("x-")) usual.erase(0, 2);
    if (usual.ends_with("-i") || usual.ends_with("-e")) usual.resize(usual.size() - 2);
    if (is_known(usual)) return usual;
    const auto number = usual.find_first_of("0123456789");
    const std::string_view vendor = std::string_view(usual).substr(0, number);
    constexpr std::array<std::string_view, 6> vendors{"win", "win-", "windows", "windows-", "ms", "cp-"};
    if (number == std::string::npos || std::ranges::find(vendors, vendor) == vendors.end()) return name;
    const std::string page = "cp" + usual.substr(number);
    return is_known(page) ? page : name;
}

std::string canonical(std::string name) {
    const auto odd = [](char c) {
        return !is_ascii_alpha(c) && !is_ascii_digit(c) && c != '-' && c != '_' && c != '.' && c != ':';
    };
    // iconv understands suffixes such as //IGNORE, which are not names of encodings.
    if (name.size() > 40 || std::ranges::any_of(name, odd)) return "unknown";
    // UTF-16 without a mark says nothing about its order; a document that could be read that far is not in
    // it.
    if (name.starts_with("utf-16") || name.starts_with("utf-32") || name.starts_with("ucs") ||
        name == "utf-7")
        return {};
    const auto alias = std::ranges::find(aliases, std::string_view(name), &Alias::said);
    if (alias != aliases.end()) return std::string(alias->meant);
    return name.empty() || name == "utf-8" ? name : in_usual_spelling(name);
}

// Of UTF-16 and UTF-32 without a mark, "<" and its NULs show the order.
std::optional<std::string> wide_without_mark(std::string_view body) {
    if (body.size() < 4) return std::nullopt;
    const std::string_view front = body.substr(0, 4);
    if (front == std::string_view("<\0\0\0", 4)) return "UTF-32LE";
    if (front == std::string_view("\0\0\0<", 4)) return "UTF-32BE";
    if (body[0] == '<' && body[1] == '\0' && body[2] != '\0' && body[3] == '\0') return "UTF-16LE";
    if (body[0] == '\0' && body[1] == '<' && body[2] == '\0' && body[3] != '\0') return "UTF-16BE";
    return std::nullopt;
}

// Some octets are UTF-8 sequences: then it is UTF-8, or UTF-8 with damage, not another encoding.
bool has_utf8_sequence(std::string_view text) {
    while (!text.empty()) {
        const CodePoint point = next_code_point(text);
        if (point.valid && point.length > 1) return true;
        text.remove_prefix(point.length);
    }
    return false;
}

DecodedFeed from_utf8(std::string_view body, const std::string& declared) {
    if (is_utf8(body)) return {std::string(body), {}};
    if (!declared.empty() && declared != "utf-8") {
        if (const Converter converter(declared); converter.known()) {
            return {converter.convert(body),
                    fmt::format("is not in the UTF-8 that the server named: read as {}", declared)};
        }
    }
    if (has_utf8_sequence(body))
        return {to_valid_utf8(body), "holds octets that are not UTF-8: each shown as U+FFFD"};
    return {Converter("windows-1252").convert(body), "is not UTF-8 as it says: read as windows-1252"};
}

DecodedFeed convert(std::string_view body, const std::string& encoding) {
    const Converter converter(encoding);
    if (converter.known()) return {converter.convert(body), {}};
    DecodedFeed decoded = from_utf8(body, {});
    decoded.warning =
        fmt::format("names an unknown encoding \"{}\": read as UTF-8", utf8_prefix(encoding, 40));
    return decoded;
}

}  // namespace

DecodedFeed decode_feed(std::string_view body, std::string_view content_type) {
    for (const Mark& mark : marks) {
        if (!body.starts_with(mark.octets)) continue;
        body.remove_prefix(mark.octets.size());
        return mark.encoding == "UTF-8" ? from_utf8(body, {}) : convert(body, std::string(mark.encoding));
    }
    if (const auto order = wide_without_mark(body)) return convert(body, *order);
    const std::string declared = canonical(declared_encoding(body));
    const std::string named = canonical(value_after(content_type, "charset"));
    const std::string& encoding = named.empty() ? declared : named;
    if (encoding.empty() || encoding == "utf-8") return from_utf8(body, declared);
    // No text of another encoding is UTF-8 by chance, but for one without any letter beyond ASCII.
    if (is_utf8(body) && has_utf8_sequence(body) && Converter(encoding).known())
        return {std::string(body), {}};
    return convert(body, encoding);
}

}  // namespace paperround::feed
