#include "base/picture/picture_size.hpp"

#include <array>
#include <utility>

namespace paperround {

namespace {

// Reads numbers of a file; zeros behind its end.
class Octets {
  public:
    explicit Octets(std::string_view octets) : octets_(octets) {}

    [[nodiscard]] std::size_t size() const { return octets_.size(); }
    [[nodiscard]] bool has(std::size_t at, std::string_view text) const {
        return at <= octets_.size() && octets_.substr(at).starts_with(text);
    }
    [[nodiscard]] unsigned octet(std::size_t at) const {
        return at < octets_.size() ? static_cast<unsigned char>(octets_[at]) : 0;
    }
    [[nodiscard]] unsigned big(std::size_t at, unsigned count) const {
        unsigned value = 0;
        for (unsigned i = 0; i < count; ++i) value = (value << 8U) | octet(at + i);
        return value;
    }
    [[nodiscard]] unsigned little(std::size_t at, unsigned count) const {
        unsigned value = 0;
        for (unsigned i = count; i > 0; --i) value = (value << 8U) | octet(at + i - 1);
        return value;
    }
    [[nodiscard]] Octets part(std::size_t at, std::size_t count) const {
        return Octets(at < octets_.size() ? octets_.substr(at, count) : std::string_view{});
    }

  private:
    std::string_view octets_;
};

// Whether the camera was turned by 90° (Exif 2.32, Orientation 5 to 8). The data begins with a TIFF header.
bool lies_on_its_side(const Octets& tiff) {
    constexpr unsigned orientation = 0x0112;
    constexpr unsigned entry_octets = 12;
    const bool little = tiff.has(0, "II");
    if (!little && !tiff.has(0, "MM")) return false;
    const auto number = [&](std::size_t at, unsigned count) {
        return little ? tiff.little(at, count) : tiff.big(at, count);
    };
    const std::size_t directory = number(4, 4);
    if (directory > tiff.size()) return false;
    const unsigned entries = number(directory, 2);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t at = directory + 2 + i * entry_octets;
        if (at + entry_octets > tiff.size()) return false;
        if (number(at, 2) == orientation) return number(at + 8, 2) >= 5;
    }
    return false;
}

bool is_frame(unsigned marker) {
    constexpr unsigned huffman_tables = 0xC4;
    constexpr unsigned reserved = 0xC8;
    constexpr unsigned arithmetic_tables = 0xCC;
    return marker >= 0xC0 && marker <= 0xCF && marker != huffman_tables && marker != reserved &&
           marker != arithmetic_tables;
}

// Reads segments (ITU T.81, Annex B) until the one that begins the frame.
std::optional<PictureSize> jpeg_size(const Octets& file) {
    bool turned = false;
    for (std::size_t at = 2; at + 9 < file.size();) {
        if (file.octet(at) != 0xFF) return std::nullopt;
        const unsigned marker = file.octet(at + 1);
        if (marker == 0xFF || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        const unsigned length = file.big(at + 2, 2);
        if (length < 2 || marker == 0xD9 || marker == 0xDA) return std::nullopt;
        if (is_frame(marker)) {
            PictureSize size{file.big(at + 7, 2), file.big(at + 5, 2)};
            if (turned) std::swap(size.width, size.height);
            return size;
        }
        constexpr std::string_view exif("Exif\0\0", 6);
        if (marker == 0xE1 && file.has(at + 4, exif))
            turned = lies_on_its_side(file.part(at + 4 + exif.size(), length));
        at += 2UL + length;
    }
    return std::nullopt;
}

// RFC 9649: lossy, lossless or extended.
std::optional<PictureSize> webp_size(const Octets& file) {
    if (file.size() < 30) return std::nullopt;
    if (file.has(12, "VP8X")) return PictureSize{file.little(24, 3) + 1, file.little(27, 3) + 1};
    if (file.has(12, "VP8L") && file.octet(20) == 0x2F) {
        const unsigned bits = file.little(21, 4);
        return PictureSize{(bits & 0x3FFFU) + 1, ((bits >> 14U) & 0x3FFFU) + 1};
    }
    if (file.has(12, "VP8 ") && file.has(23, "\x9D\x01\x2A"))
        return PictureSize{file.little(26, 2) & 0x3FFFU, file.little(28, 2) & 0x3FFFU};
    return std::nullopt;
}

// ISO base media: the first size (`ispe`) in meta/iprp/ipco. It is the picture's, except in tiled pictures.
std::optional<PictureSize> avif_size(const Octets& file) {
    constexpr std::array<std::string_view, 4> way{"meta", "iprp", "ipco", "ispe"};
    constexpr std::size_t box_head = 8;
    constexpr std::size_t most_boxes = 100;
    std::size_t depth = 0;
    std::size_t at = 0;
    for (std::size_t boxes = 0; boxes < most_boxes && at + box_head <= file.size(); ++boxes) {
        const std::size_t length = file.big(at, 4);
        if (length < box_head) return std::nullopt;
        if (!file.has(at + 4, way.at(depth))) {
            at += length;
            continue;
        }
        const std::size_t inside = at + box_head;
        constexpr std::size_t flags = 4;  // only some boxes have version and flags
        if (depth == 3) {
            if (inside + flags + 8 > file.size()) return std::nullopt;
            return PictureSize{file.big(inside + flags, 4), file.big(inside + flags + 4, 4)};
        }
        at = depth == 0 ? inside + flags : inside;
        ++depth;
    }
    return std::nullopt;
}

std::optional<PictureSize> said_size(const Octets& file) {
    if (file.has(0, "\x89PNG\r\n\x1A\n") && file.has(12, "IHDR") && file.size() >= 24)
        return PictureSize{file.big(16, 4), file.big(20, 4)};
    if ((file.has(0, "GIF87a") || file.has(0, "GIF89a")) && file.size() >= 10)
        return PictureSize{file.little(6, 2), file.little(8, 2)};
    if (file.has(0, "\xFF\xD8")) return jpeg_size(file);
    if (file.has(0, "RIFF") && file.has(8, "WEBP")) return webp_size(file);
    if (file.has(4, "ftypavif") || file.has(4, "ftypavis") || file.has(4, "ftypmif1")) return avif_size(file);
    return std::nullopt;
}

}  // namespace

std::optional<PictureSize> picture_size(std::string_view head) {
    const auto size = said_size(Octets(head.substr(0, picture_head)));
    if (!size || size->width == 0 || size->height == 0) return std::nullopt;
    if (size->width > largest_side || size->height > largest_side) return std::nullopt;
    return size;
}

}  // namespace paperround
