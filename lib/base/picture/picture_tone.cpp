#include "base/picture/picture_tone.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/compression.hpp"
#include "base/picture/picture_size.hpp"

namespace paperround {

namespace {

constexpr std::size_t most_pixels = 4'000'000;
constexpr std::size_t chunk_frame = 12;  // length, type, checksum
constexpr unsigned opaque = 255;

using Octet = unsigned char;

Octet octet(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<Octet>(text[at]) : Octet{0};
}

// PNG (ISO 15948), in the forms that logos have: 8 bits a sample or a palette, not interlaced.
struct Png {
    PictureSize size;
    unsigned depth = 0;
    unsigned type = 0;  // 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
    std::string_view palette;
    std::string_view transparency;
    std::string data;

    [[nodiscard]] unsigned samples() const {
        constexpr std::array<unsigned, 7> of_type{1, 0, 3, 1, 2, 0, 4};
        return type < of_type.size() ? of_type.at(type) : 0;
    }
    [[nodiscard]] std::size_t row_octets() const {
        return (static_cast<std::size_t>(size.width) * samples() * depth + 7) / 8;
    }
};

std::size_t big(std::string_view text, std::size_t at) {
    return (std::size_t{octet(text, at)} << 24U) | (std::size_t{octet(text, at + 1)} << 16U) |
           (std::size_t{octet(text, at + 2)} << 8U) | octet(text, at + 3);
}

std::optional<Png> read_chunks(std::string_view file) {
    constexpr std::size_t header = 8;
    constexpr std::size_t first = 33;
    const auto size = picture_size(file);
    if (!size || !file.starts_with("\x89PNG") || file.size() < first) return std::nullopt;
    Png png{.size = *size, .depth = octet(file, 24), .type = octet(file, 25)};
    const bool interlaced = octet(file, 28) != 0;
    const bool depth_known = png.depth == 8 || (png.type == 3 && png.depth > 0 && png.depth < 8);
    if (interlaced || !depth_known || png.samples() == 0) return std::nullopt;
    if (std::size_t{size->width} * size->height > most_pixels) return std::nullopt;
    for (std::size_t at = header; at + chunk_frame <= file.size();) {
        const std::size_t length = big(file, at);
        if (length > file.size() - at - chunk_frame) return std::nullopt;
        const std::string_view kind = file.substr(at + 4, 4);
        const std::string_view content = file.substr(at + 8, length);
        if (kind == "PLTE") png.palette = content;
        if (kind == "tRNS") png.transparency = content;
        if (kind == "IDAT") png.data += content;
        if (kind == "IEND") break;
        at += length + chunk_frame;
    }
    return png;
}

// The Paeth predictor: whichever of three neighbours is nearest to their linear estimate.
unsigned paeth(unsigned left, unsigned above, unsigned corner) {
    const int promise = static_cast<int>(left) + static_cast<int>(above) - static_cast<int>(corner);
    const auto away = [promise](unsigned value) { return std::abs(promise - static_cast<int>(value)); };
    if (away(left) <= away(above) && away(left) <= away(corner)) return left;
    return away(above) <= away(corner) ? above : corner;
}

// Undoes the row's filter in place.
bool unfilter(unsigned filter, std::size_t step, const std::vector<Octet>& above, std::vector<Octet>& row) {
    constexpr unsigned paeth_filter = 4;
    if (filter > paeth_filter) return false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const unsigned left = i >= step ? row[i - step] : 0;
        const unsigned corner = i >= step ? above[i - step] : 0;
        const std::array<unsigned, 5> guesses{0, left, above[i], (left + above[i]) / 2,
                                              paeth(left, above[i], corner)};
        row[i] = static_cast<Octet>(row[i] + guesses.at(filter));
    }
    return true;
}

class Tone {
  public:
    explicit Tone(const Png& png) : png_(png) {}

    void add_row(const std::vector<Octet>& row) {
        for (unsigned x = 0; x < png_.size.width; ++x) add_pixel(row, x);
    }
    [[nodiscard]] bool vanishes() const {
        // At least a tenth is transparent, and at least nineteen in twenty of the other pixels are dark.
        return seen_ > 0 && clear_ * 10 >= seen_ + clear_ && dark_ * 20 >= seen_ * 19;
    }

  private:
    void add_pixel(const std::vector<Octet>& row, unsigned x) {
        constexpr unsigned palette_type = 3;
        if (png_.type == palette_type) {
            const unsigned in_octet = 8 / png_.depth;
            const unsigned shift = 8 - png_.depth * (x % in_octet + 1);
            const std::size_t index = (row[x / in_octet] >> shift) & ((1U << png_.depth) - 1);
            const unsigned alpha =
                index < png_.transparency.size() ? octet(png_.transparency, index) : opaque;
            return add(octet(png_.palette, 3 * index), octet(png_.palette, 3 * index + 1),
                       octet(png_.palette, 3 * index + 2), alpha);
        }
        const unsigned samples = png_.samples();
        const Octet* pixel = &row[std::size_t{x} * samples];
        const unsigned alpha = samples % 2 == 0 ? pixel[samples - 1] : opaque;
        if (samples < 3) return add(pixel[0], pixel[0], pixel[0], alpha);
        add(pixel[0], pixel[1], pixel[2], alpha);
    }
    void add(unsigned red, unsigned green, unsigned blue, unsigned alpha) {
        constexpr unsigned shining = 64;
        constexpr unsigned dark = 90;
        if (alpha < shining) {
            ++clear_;
            return;
        }
        ++seen_;
        if ((red * 3 + green * 6 + blue) / 10 < dark) ++dark_;
    }

    const Png& png_;
    std::size_t clear_ = 0;
    std::size_t seen_ = 0;
    std::size_t dark_ = 0;
};

}  // namespace

bool is_dark_on_nothing(std::string_view file) {
    const auto png = read_chunks(file);
    if (!png) return false;
    const std::size_t length = png->row_octets();
    const auto octets = decompressed(png->data, (length + 1) * png->size.height);
    if (!octets || octets->size() != (length + 1) * png->size.height) return false;
    const std::size_t step = std::max<std::size_t>(1, png->samples() * png->depth / 8);
    std::vector<Octet> above(length);
    std::vector<Octet> row(length);
    Tone tone(*png);
    for (std::size_t y = 0; y < png->size.height; ++y) {
        const std::string_view line = std::string_view(*octets).substr(y * (length + 1), length + 1);
        for (std::size_t i = 0; i < length; ++i) row[i] = static_cast<Octet>(line[i + 1]);
        if (!unfilter(octet(line, 0), step, above, row)) return false;
        tone.add_row(row);
        above.swap(row);
    }
    return tone.vanishes();
}

}  // namespace paperround
