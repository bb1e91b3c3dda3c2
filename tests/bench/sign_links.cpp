// Prints the tokens of links to leave, as mails have them: of readers 1 to COUNT of a newsletter, one a line.
//
//   sign_links DATA-DIR NEWSLETTER COUNT
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "audience/secret_key.hpp"
#include "audience/token.hpp"
#include "base/random.hpp"

int main(int count, char** arguments) {
    using namespace paperround;
    if (count != 4) return std::fputs("sign_links DATA-DIR NEWSLETTER COUNT\n", stderr), 2;
    SystemRandom random;
    const auto key = audience::load_or_create_secret_key(arguments[1], random);
    if (!key) return std::fprintf(stderr, "%s\n", key.error().message.c_str()), 1;
    const audience::TokenSigner signer(*key);
    for (std::int64_t reader = 1; reader <= std::atoll(arguments[3]); ++reader) {
        std::puts(signer
                      .sign({.purpose = audience::Purpose::leave,
                             .newsletter = arguments[2],
                             .subscriber_id = reader})
                      .c_str());
    }
}
