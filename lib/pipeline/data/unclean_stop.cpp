#include "pipeline/data/unclean_stop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.hpp"
#include "db/database.hpp"
#include "pipeline/data/data_directory.hpp"

namespace paperround::pipeline {

namespace {

std::filesystem::path mark_in(const std::filesystem::path& data_dir) {
    return data_dir / "running";
}

}  // namespace

bool mark_running(const std::filesystem::path& data_dir) {
    const auto mark = mark_in(data_dir);
    if (std::filesystem::exists(mark)) return true;
    const Descriptor file(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const Descriptor folder(::open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.open() || !folder.open() || ::fsync(folder.get()) != 0) {
        throw std::filesystem::filesystem_error("cannot mark the start", mark,
                                                std::error_code(errno, std::generic_category()));
    }
    return false;
}

void mark_stopped(const std::filesystem::path& data_dir) {
    std::error_code ignored;
    std::filesystem::remove(mark_in(data_dir), ignored);
}

std::string damage_of(const std::filesystem::path& data_dir) {
    const auto file = data_dir / "paperround.db";
    if (!std::filesystem::exists(file)) return {};
    if (std::string problem = emptiness_of(data_dir); !problem.empty()) return problem;
    try {
        return db::Database::open(file).integrity_problem();
    } catch (const db::Error& error) {
        if (error.code() == db::Error::Code::corrupt) return error.what();
        throw;
    }
}

}  // namespace paperround::pipeline
