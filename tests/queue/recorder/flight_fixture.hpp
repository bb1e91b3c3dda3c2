// A flight recorder in a folder of its own.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "base/file.hpp"
#include "queue/recorder/flight_format.hpp"
#include "queue/recorder/flight_recorder.hpp"
#include "support/temp_dir.hpp"

namespace paperround::test {

inline const std::string boot(32, 'b');
inline const std::string other_boot(32, 'c');
inline const std::string first_id(32, '1');
inline const std::string second_id(32, '2');

inline queue::Delivery one_to(std::int64_t id, std::int64_t tries = 0) {
    return {.id = id, .mailing_id = 3, .subscriber_id = 100 + id, .recipient = "", .tries = tries};
}

struct FlightFixture {
    [[nodiscard]] std::unique_ptr<queue::FlightRecorder> opened(const std::string& believed = "",
                                                                const std::string& fresh = first_id,
                                                                const std::string& in = boot) const {
        auto recorder = queue::FlightRecorder::open(dir.path(), {.boot = in, .id = believed}, fresh);
        if (!recorder) FAIL(recorder.error());
        return std::move(*recorder);
    }
    [[nodiscard]] std::string content() const {
        return read_file(dir / "flight-recorder", queue::flight::file_octets).value();
    }
    TempDir dir;
};

}  // namespace paperround::test
