// HTML from a feed made fit for mail: an allow-list of elements and attributes, everything else left out.
// Pure.
//
// Left out with their content: scripts, form controls, SVG, what the page hides. Left out: event handlers,
// classes and ids (they would meet the template's), tracking pixels, images and links that are not http(s)
// (links may also be mailto and tel). The post's own style sheets become style attributes of its own
// elements, and what css_policy.hpp does not allow is left out of those. Relative URLs are resolved against
// the post's link, footnotes' too. Images get the source that lazy loaders put aside, a width, and a link to
// the whole picture where they are shown smaller; those that stand for an emoji become its character. Players
// (iframe, video, audio) become links, with their poster where there is one. Colours are made readable in the
// dark (post_colours.hpp). The result is balanced: nothing in it can close or comment out what stands around
// it.
//
// The classes that there are, for templates: `table` around a table that stands in no other, so that it can
// scroll, with `wide` where it is wider than the column; `tinted` on what has a background of its own;
// `figure` and `caption`; `full` on a link to the whole picture; `formula` on a picture of one; `button-box`,
// `button`, `button-link` and `button-text` in what was a button; `card-link` on a link around blocks, and
// `card-title` in its first line.
//
// Two passes. The first is a tokenizer of our own that bounds what the HTML5 tree builder sees (depth, number
// of elements, attributes per tag, all allow-listed), because several of its algorithms are quadratic and it
// frees its tree recursively. The second lets gumbo build the tree, so that mis-nested tags end where a
// browser would end them, and writes it out, judging URLs after their character references were decoded.
#pragma once

#include <stop_token>
#include <string_view>

#include "base/result.hpp"
#include "email/clean/clean_html.hpp"

namespace paperround::email {

// `base` is the post's link; may be empty, then relative URLs are left out.
[[nodiscard]] Result<CleanHtml, CleanError> clean_html(std::string_view html, std::string_view base,
                                                       const CleanLimits& limits = {},
                                                       const std::stop_token& stop = {});

}  // namespace paperround::email
