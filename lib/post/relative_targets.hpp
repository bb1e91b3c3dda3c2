// Pictures and links of a post that lead to files beside it. A reader has no file beside the mail: without a
// public address of the post they are lost. Pure, linear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paperround::post {

struct DetachedHtml {
    std::string html;               // pictures are their alternative text
    std::vector<std::string> lost;  // `boat.jpg`, as written; at most 50
};
[[nodiscard]] DetachedHtml without_relative_targets(std::string_view html);

}  // namespace paperround::post
