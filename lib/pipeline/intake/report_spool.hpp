// Where mails that could not be read wait for a person: a folder in the data directory, each a file named by its digest,
// so that the same mail is there once. Bounded: nobody fills the disk by sending rubbish.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace paperround::pipeline {

class ReportSpool {
  public:
    static constexpr std::size_t most_mails = 1000;
    // Of each mail its beginning.
    static constexpr std::size_t most_octets = 1U << 20U;

    explicit ReportSpool(const std::filesystem::path& data_dir) : folder_(data_dir / "unreadable") {}

    // On disk when it returns. The failure is a line for a person.
    [[nodiscard]] Result<void, std::string> keep(std::string_view mail) const;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
};

}  // namespace paperround::pipeline
