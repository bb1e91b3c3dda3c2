#include "base/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace paperround {

namespace {

// zlib only reads its input, but its interface takes a pointer to non-const.
Bytef* bytes_of(std::string_view text) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // NOLINT(*-const-cast)
}

class Inflating {
  public:
    enum class Format { zlib, gzip };

    Inflating(std::string_view octets, Format format) : format_(format) {
        stream_.next_in = bytes_of(octets);
        stream_.avail_in = static_cast<uInt>(octets.size());
        const int window = MAX_WBITS + (format == Format::gzip ? 16 : 0);
        if (::inflateInit2(&stream_, window) != Z_OK) throw std::bad_alloc();
    }
    ~Inflating() { ::inflateEnd(&stream_); }
    Inflating(const Inflating&) = delete;
    Inflating& operator=(const Inflating&) = delete;

    [[nodiscard]] std::optional<std::string> run(std::size_t limit) {
        std::string out;
        std::array<char, 16'384> piece{};
        for (;;) {
            stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
            stream_.avail_out = piece.size();
            const int code = ::inflate(&stream_, Z_NO_FLUSH);
            out.append(piece.data(), piece.size() - stream_.avail_out);
            if (out.size() > limit || (code != Z_OK && code != Z_STREAM_END)) return std::nullopt;
            const bool whole = stream_.avail_in == 0 || format_ == Format::gzip;
            if (code == Z_STREAM_END) return whole ? std::optional(std::move(out)) : std::nullopt;
        }
    }

  private:
    Format format_;
    z_stream stream_{};
};

}  // namespace

std::string compressed(std::string_view octets) {
    uLongf size = ::compressBound(octets.size());
    std::string out(size, '\0');
    if (::compress(bytes_of(out), &size, bytes_of(octets), octets.size()) != Z_OK) throw std::bad_alloc();
    out.resize(size);
    return out;
}

std::optional<std::string> decompressed(std::string_view octets, std::size_t limit) {
    return Inflating(octets, Inflating::Format::zlib).run(limit);
}

bool is_gzip(std::string_view octets) {
    return octets.starts_with("\x1F\x8B\x08");
}

std::optional<std::string> gunzipped(std::string_view octets, std::size_t limit) {
    return Inflating(octets, Inflating::Format::gzip).run(limit);
}

}  // namespace paperround
