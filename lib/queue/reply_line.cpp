#include "queue/reply_line.hpp"

namespace paperround::queue {

std::string reply_line(const Outcome& outcome) {
    if (outcome.code == 0) return outcome.text;
    std::string line = std::to_string(outcome.code);
    // Words of our own may quote the reply already.
    if (outcome.text.starts_with(line)) return outcome.text;
    for (const std::string& part : {outcome.enhanced, outcome.text}) {
        if (!part.empty()) line.append(" ").append(part);
    }
    return line;
}

}  // namespace paperround::queue
