#include "pipeline/intake/maildir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/file.hpp"

namespace paperround::pipeline {

namespace fs = std::filesystem;

namespace {

// Names that are remembered; beyond that a folder needs a person.
constexpr std::size_t most_passed_over = 10'000;

}  // namespace

Result<std::vector<Maildir::Mail>, std::string> Maildir::next(std::size_t most, std::size_t most_octets,
                                                              std::uint64_t most_octets_of_one) {
    const fs::path arrived = folder_ / "new";
    std::error_code problem;
    fs::directory_iterator entries(arrived, problem);
    if (problem) return failure(fmt::format("{}: {}", arrived.string(), problem.message()));
    for (const fs::path& needed : {arrived, folder_ / "cur"}) {
        if (::access(needed.c_str(), W_OK | X_OK) != 0)
            return failure(fmt::format(
                "{}: mails cannot be moved here: it is missing or may not be written to", needed.string()));
    }
    std::vector<Mail> mails;
    std::size_t octets = 0;
    for (; entries != fs::directory_iterator() && mails.size() < most && octets < most_octets;
         entries.increment(problem)) {
        const std::string name = entries->path().filename().string();
        // A name that begins with a dot is no mail's.
        if (name.starts_with('.') || passed_over_.contains(name)) continue;
        const Descriptor file(
            ::open(entries->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        auto content = file.open() && entries->is_regular_file(problem)
                           ? read_beginning(file.get(), most_octets_of_one, name)
                           : failure(FileError{FileError::Code::not_readable, {}});
        if (!content) {
            pass_over(name);
            continue;
        }
        octets += content->size();
        mails.push_back({name, std::move(*content)});
    }
    return mails;
}

bool Maildir::taken(const std::string& name) {
    // ":2," begins the flags of a mail in `cur`; S: seen.
    return move(name, folder_ / "cur" / (name.substr(0, name.find(":2,")) + ":2,S"));
}

bool Maildir::unreadable(const std::string& name) {
    const fs::path folder = folder_ / ".Unreadable";
    std::error_code problem;
    for (const char* part : {"new", "cur", "tmp"}) fs::create_directories(folder / part, problem);
    return move(name, folder / "new" / name);
}

bool Maildir::move(const std::string& name, const fs::path& to) {
    std::error_code problem;
    fs::rename(folder_ / "new" / name, to, problem);
    if (problem) pass_over(name);
    return !problem;
}

void Maildir::pass_over(const std::string& name) {
    if (passed_over_.size() < most_passed_over) passed_over_.insert(name);
}

}  // namespace paperround::pipeline
