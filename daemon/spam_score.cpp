#include "daemon/spam_score.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>

#include "base/text.hpp"

namespace paperround::daemon {

namespace {

struct CloseFile {
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): this is what owns it
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Uses two temporary files, since pipes could fill up and block both sides.
bool run_filter(std::FILE* in, std::FILE* out) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ::fileno(in), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, ::fileno(out), STDOUT_FILENO);
    std::string name = "spamassassin";
    std::string local_only = "-L";
    std::string no_preferences = "-x";
    std::array<char*, 4> arguments{name.data(), local_only.data(), no_preferences.data(), nullptr};
    pid_t child = 0;
    const int failed = ::posix_spawnp(&child, name.c_str(), &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) return false;
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return false;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string read_all(std::FILE* file) {
    std::rewind(file);
    std::string out;
    std::array<char, 65536> block{};
    while (const std::size_t size = std::fread(block.data(), 1, block.size(), file))
        out.append(block.data(), size);
    return out;
}

double number_behind(std::string_view text, std::string_view name, double otherwise) {
    const auto at = text.find(name);
    if (at == std::string_view::npos) return otherwise;
    text.remove_prefix(at + name.size());
    double value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

std::optional<SpamScore> read_spam_status(std::string_view marked) {
    const auto at = marked.find("X-Spam-Status: ");
    if (at == std::string_view::npos || at > marked.find("\n\n")) return std::nullopt;
    auto end = marked.find('\n', at);
    while (end != std::string_view::npos && end + 1 < marked.size() &&
           (marked[end + 1] == ' ' || marked[end + 1] == '\t')) {
        end = marked.find('\n', end + 1);
    }
    // The list of tests may be folded behind its commas.
    std::string field = collapse_spaces(marked.substr(at, end == std::string_view::npos ? end : end - at));
    field = replace_all(field, ", ", ",");
    if (field.find("score=") == std::string::npos) return std::nullopt;
    SpamScore score{.score = number_behind(field, "score=", 0),
                    .required = number_behind(field, "required=", 5)};
    if (const auto tests = field.find("tests="); tests != std::string::npos)
        score.tests = field.substr(tests + 6, field.find(' ', tests) - tests - 6);
    return score;
}

std::optional<SpamScore> spam_score(const std::string& message) {
    const File in(std::tmpfile());
    const File out(std::tmpfile());
    if (!in || !out) return std::nullopt;
    if (std::fwrite(message.data(), 1, message.size(), in.get()) != message.size()) return std::nullopt;
    std::rewind(in.get());
    if (!run_filter(in.get(), out.get())) return std::nullopt;
    return read_spam_status(replace_all(read_all(out.get()), "\r\n", "\n"));
}

}  // namespace paperround::daemon
