// A Maildir whose `new` holds mails to be taken. A mail is only ever renamed, never changed or removed: into `cur` when it
// was taken, into the folder `.Unreadable` beside it when it could not be read. So whoever is killed at any moment finds
// each mail again, where it was or where it belongs. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace paperround::pipeline {

class Maildir {
  public:
    struct Mail {
        std::string name;    // within `new`
        std::string octets;  // the first `most_octets_of_one` of them
    };

    explicit Maildir(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Up to `most` mails, of about `most_octets` together, in no order. The failure is a line for a person: there is no
    // such folder, or it may not be written to. Mails that cannot be opened are passed over from then on.
    [[nodiscard]] Result<std::vector<Mail>, std::string> next(std::size_t most, std::size_t most_octets,
                                                              std::uint64_t most_octets_of_one);
    // It was taken. False where it could not be moved; it is passed over then.
    bool taken(const std::string& name);
    bool unreadable(const std::string& name);
    // How many mails were passed over so far: nobody may read or move them.
    [[nodiscard]] std::size_t passed_over() const { return passed_over_.size(); }

  private:
    bool move(const std::string& name, const std::filesystem::path& to);
    void pass_over(const std::string& name);

    std::filesystem::path folder_;
    std::set<std::string> passed_over_;
};

}  // namespace paperround::pipeline
