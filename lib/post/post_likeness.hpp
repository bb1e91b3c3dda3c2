// Whether two posts are the same one in another form: the site moved to https or to another domain, an address got a
// tracking parameter, a file was renamed, a word was corrected. Pure, linear.
#pragma once

#include <string>
#include <string_view>

#include "feed/post.hpp"

namespace paperround::post {

// A link without what may change while it leads to the same page: scheme, "www.", tracking parameters, a
// slash at the end. Empty for what is no web address.
[[nodiscard]] std::string link_key(std::string_view link);
// The same without its host.
[[nodiscard]] std::string path_key(std::string_view link);

// A post's words, with where its pictures and links lead, but neither its markup nor the hosts: equal for a
// post that only moved. A hash; empty where there is nothing to compare.
[[nodiscard]] std::string text_key(const feed::Post& post);

struct Likeness {
    double of_all = 0;  // how many of the words of both stand in both, in the order in which they do: 0 to 1
    double of_shorter = 0;  // how many of those of the shorter; of a text and none 0
};

// Of long texts the first 20 000 octets count.
[[nodiscard]] Likeness likeness_of(std::string_view html, std::string_view other);

}  // namespace paperround::post
