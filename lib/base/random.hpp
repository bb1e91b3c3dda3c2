// Randomness comes in through Random, so that tests can repeat it. SystemRandom reads the kernel's generator
// and is fit for keys. Implementations are thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace paperround {

class Random {
  public:
    virtual ~Random() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;

    // Uniform in [0, 1).
    [[nodiscard]] double fraction() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    [[nodiscard]] std::string bytes(std::size_t count);
};

class SystemRandom final : public Random {
  public:
    [[nodiscard]] std::uint64_t next() override;
};

}  // namespace paperround
