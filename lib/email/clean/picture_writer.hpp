// The pictures of a post as a mail shows them. For this library's sources only. Pure.
//
// Lazy loaders put the same picture into the page twice: in a form that their script reads, and in a <noscript>.
// Whichever comes first, it is shown once.
#pragma once

#include <gumbo.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/picture/picture_size.hpp"
#include "email/clean/clean_html.hpp"
#include "email/css/css_parser.hpp"
#include "email/picture/html_image.hpp"

namespace paperround::email {

struct WrittenPicture {
    bool counts = false;  // it is of the article, whether it is shown or was before
    std::string markup;
    std::string words;      // that take its place
    bool is_emoji = false;  // the words are a character that may stand in a <noscript> once more
};

class PictureWriter {
  public:
    // All references must outlive it.
    PictureWriter(std::string_view base, const CleanLimits& limits) : base_(base), limits_(limits) {}

    // The sources of a <picture> stand in front of its image. Outlook shows neither WebP nor AVIF.
    void add_source(const GumboNode& source);
    // `style`: what holds for the image. `in_link`: what stands there leads somewhere already.
    [[nodiscard]] WrittenPicture write(const GumboNode& image, const std::vector<CssDeclaration>& style,
                                       bool in_link);

    void open_noscript() { ++noscripts_; }
    void close_noscript() { --noscripts_; }
    // Something was said: what follows repeats no picture before it.
    void note_words();
    // Whether words here are the picture before them once more, by a program that wrote its markup out.
    [[nodiscard]] bool is_repeated_here() const { return noscripts_ > 0 && lazy_; }

  private:
    [[nodiscard]] std::optional<ImageSource> inline_picture(const GumboNode& image) const;
    [[nodiscard]] std::optional<PictureSize> size_of(const std::string& url) const;
    [[nodiscard]] WrittenPicture shown(const GumboNode& image, const ImageSource& source,
                                       const std::vector<CssDeclaration>& style, bool leads) const;
    bool says_same_again(const ImageSource& source);

    std::string_view base_;
    const CleanLimits& limits_;
    std::string srcset_;          // of the <picture> whose image is awaited
    std::string narrow_srcset_;   // what it has for narrow windows
    unsigned noscripts_ = 0;      // how many are open
    bool lazy_ = false;           // the one last written was lazy, and nothing was said since
    std::string without_script_;  // the one last written, where it stood in a <noscript>
};

}  // namespace paperround::email
