#include "email/mime/inline_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/compression.hpp"
#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "email/mime/base64_body.hpp"

namespace paperround::email {

namespace {

constexpr int pictures_version = 1;
constexpr std::size_t largest_together = 8U << 20U;  // octets: several times what a mail carries
constexpr std::size_t longest_name = 40;

bool is_name_character(char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '_' || c == '.';
}

// Some programs show it, and none needs it: whatever has to be quoted or encoded in a header is left out.
std::string plain_name(std::string_view file_name, std::string_view type) {
    const std::string ending = "." + std::string(type.substr(type.find('/') + 1));
    std::string_view stem = file_name.substr(0, file_name.rfind('.'));
    std::string name;
    for (const char c : stem) {
        if (is_name_character(c)) {
            name += c;
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
        if (name.size() == longest_name) break;
    }
    while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
    while (!name.empty() && name.front() == '.') name.erase(0, 1);
    return (name.empty() ? "picture" : name) + ending;
}

}  // namespace

InlinePicture inline_picture(std::string_view octets, std::string_view type, std::string_view file_name,
                             std::string_view domain) {
    InlinePicture picture{
        .id = {}, .type = std::string(type), .name = plain_name(file_name, type), .body = {}};
    picture.id = fmt::format("{}.{}@{}", replace_all(picture.name, ".", "-"),
                             hex(sha256(octets).substr(0, 12)), domain);
    append_base64_body(picture.body, octets);
    return picture;
}

std::string cid_url(const InlinePicture& picture) {
    return "cid:" + picture.id;
}

InlinePictures shown_pictures(std::string_view html, const InlinePictures& pictures) {
    InlinePictures shown;
    for (const InlinePicture& picture : pictures) {
        if (html.find('"' + cid_url(picture) + '"') != std::string_view::npos) shown.push_back(picture);
    }
    return shown;
}

std::string with_data_urls(std::string_view html, const InlinePictures& pictures) {
    std::string out(html);
    for (const InlinePicture& picture : pictures) {
        const std::string data =
            fmt::format("\"data:{};base64,{}\"", picture.type, replace_all(picture.body, "\r\n", ""));
        out = replace_all(out, '"' + cid_url(picture) + '"', data);
    }
    return out;
}

void append_picture_part(std::string& out, std::string_view boundary, const InlinePicture& picture) {
    out += fmt::format(
        "--{}\r\nContent-Type: {};\r\n name=\"{}\"\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-ID: <{}>\r\nContent-Disposition: inline;\r\n filename=\"{}\"\r\n\r\n",
        boundary, picture.type, picture.name, picture.id, picture.name);
    out += picture.body;
}

std::string pack(const InlinePictures& pictures) {
    nlohmann::json all{pictures_version};
    for (const InlinePicture& picture : pictures)
        all.push_back({picture.id, picture.type, picture.name, picture.body});
    const auto octets = nlohmann::json::to_cbor(all);
    return compressed({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

std::optional<InlinePictures> unpack_pictures(std::string_view packed) {
    const auto octets = decompressed(packed, largest_together);
    if (!octets) return std::nullopt;
    try {
        const auto all = nlohmann::json::from_cbor(*octets);
        if (all.at(0).get<int>() != pictures_version) return std::nullopt;
        InlinePictures pictures;
        for (std::size_t i = 1; i < all.size(); ++i) {
            pictures.push_back({.id = all.at(i).at(0).get<std::string>(),
                                .type = all.at(i).at(1).get<std::string>(),
                                .name = all.at(i).at(2).get<std::string>(),
                                .body = all.at(i).at(3).get<std::string>()});
        }
        return pictures;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

}  // namespace paperround::email
