// A letter as a page shows it to everybody: the HTML that was sent, without a word about a reader. Pure.
#pragma once

#include <string>
#include <string_view>

#include "email/edition.hpp"

namespace paperround::email {

// What stands around the letter, and where its links lead.
struct PublicPlace {
    std::string subscribe_url;    // in place of the link to leave; empty: that link goes
    std::string subscribe_words;  // of that link, as text
    std::string pictures;         // URL of the letter's pictures, before public_name()
    std::string canonical_url;    // the page's own
    std::string top;              // HTML above the letter
};

// Fields have their fallbacks, as for a reader of whom nothing is known. Linear in the letter.
[[nodiscard]] std::string public_letter(const Edition& edition, const PublicPlace& place);

// What a picture that was sent with the letter is called in its address; empty where its id is not one of ours.
[[nodiscard]] std::string_view public_name(std::string_view picture_id);

}  // namespace paperround::email
