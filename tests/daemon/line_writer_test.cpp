#include "daemon/line_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "support/wait.hpp"

using namespace paperround;
using daemon::LineWriter;
using namespace std::chrono_literals;

namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        read_end = Descriptor(ends[0]);
        write_end = Descriptor(ends[1]);
        ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
    }
    // Reads what the pipe holds now.
    void read() {
        std::array<char, 65536> buffer{};
        for (ssize_t got = 0; (got = ::read(read_end.get(), buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    bool comes(const std::string& words) {
        return test::eventually([&] {
            read();
            return text.find(words) != std::string::npos;
        });
    }
    Descriptor read_end;
    Descriptor write_end;
    std::string text;
};

LineWriter::Options with_notice(std::size_t room) {
    return {.room = room, .last_patience = 100ms, .notice = [](std::uint64_t lost) {
                return fmt::format("{} lost\n", lost);
            }};
}

}  // namespace

TEST_CASE("lines come out whole and in their order") {
    Pipe pipe;
    std::string expected;
    {
        LineWriter writer(pipe.write_end.get(), with_notice(1 << 20));
        for (int i = 0; i < 1000; ++i) {
            writer.put(fmt::format("line {}\n", i));
            expected += fmt::format("line {}\n", i);
        }
    }
    pipe.read();
    CHECK(pipe.text == expected);
}

TEST_CASE("nobody waits for a reader that does not read, and what is lost is counted in its place") {
    Pipe pipe;
    constexpr std::uint64_t all = 10'000;
    LineWriter writer(pipe.write_end.get(), with_notice(20'000));
    // Several times what the pipe and the queue hold together. If one put() waited, the test would not end.
    for (std::uint64_t i = 0; i < all; ++i) writer.put(fmt::format("{:<50}\n", i));
    REQUIRE(pipe.comes(" lost\n"));
    REQUIRE(test::eventually([&] {  // no line is put while the count of earlier losses is not written
        writer.put("end\n");
        pipe.read();
        return pipe.text.find("end\n") != std::string::npos;
    }));
    // Each line follows its predecessor directly, or after as many lines as were lost.
    std::istringstream lines(pipe.text.substr(0, pipe.text.find("end\n")));
    std::uint64_t next = 0;
    std::uint64_t gaps = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto number = std::stoull(line);
        if (line.ends_with(" lost")) {
            next += number;
            ++gaps;
        } else {
            REQUIRE(number == next);
            ++next;
        }
    }
    CHECK(next >= all);  // and some of the attempts to write "end"
    CHECK(gaps >= 1);
}

TEST_CASE("its end waits for a reader no longer than it may") {
    Pipe pipe;
    const auto began = std::chrono::steady_clock::now();
    {
        LineWriter writer(pipe.write_end.get(), with_notice(1 << 20));
        writer.put(std::string(500'000, 'x') + "\n");
    }
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(took >= 100ms);
    CHECK(took < 30s);
    CHECK(pipe.comes("x\n"));  // the thread that stayed goes on
}

TEST_CASE("what was put is written when a flush returns") {
    Pipe pipe;
    LineWriter writer(pipe.write_end.get(), {.last_patience = 60s, .notice = {}});
    writer.put("flushed\n");
    writer.flush();
    pipe.read();
    CHECK(pipe.text == "flushed\n");
}

TEST_CASE("a reader that has gone, or a descriptor that is closed, ends nothing") {
    Pipe pipe;
    pipe.read_end = Descriptor();
    {
        LineWriter writer(pipe.write_end.get(), with_notice(1 << 20));
        for (int i = 0; i < 100; ++i) writer.put("nobody reads this\n");
    }
    {
        LineWriter writer(-1, with_notice(1 << 20));
        writer.put("nor this\n");
    }
    SUCCEED("the process lives");
}
