// Runs a fuzz target without a fuzzer: over every file of its corpus folder, and over fixed mutations of each
// (cuts, flipped bits, doubled spans), the same in every run. Sanitizers find the failures.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void feed(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string mutated(std::string input, paperround::Random& random) {
    const std::size_t at = random.next() % (input.size() + 1);
    switch (random.next() % 4) {
        case 0:
            return input.substr(0, at);
        case 1:
            return input.insert(at, 1, static_cast<char>(random.next()));
        case 2:
            return input.substr(0, at) + input.substr(at / 2);
        default:
            if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << (random.next() % 8)));
            return input;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]), 2;
    paperround::test::SeededRandom random;
    int inputs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        const std::string seed = paperround::test::slurp(entry.path());
        feed(seed);
        for (int i = 0; i < 100; ++i) feed(mutated(mutated(seed, random), random));
        ++inputs;
    }
    std::printf("%d seeds, 101 inputs each\n", inputs);
    return inputs == 0 ? 1 : 0;
}
