// SPDX-License-Identifier: BSD-2-Clause
//
// What the fuzzers share: reading choices off the input, and saying that something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace xvrrp::fuzz {

/// Thrown, so that libFuzzer stops at it and GoogleTest reports it with the input.
struct broken : std::logic_error {
    using std::logic_error::logic_error;
};

inline void require(bool holds, const char* what)
{
    if (!holds) {
        throw broken(what);
    }
}

/// Choices from the front of the input; zero once it has run out.
class choices {
public:
    explicit choices(std::span<const std::uint8_t> input) : rest_(input) {}

    [[nodiscard]] bool exhausted() const { return rest_.empty(); }
    std::uint8_t byte()
    {
        if (rest_.empty()) {
            return 0;
        }
        const std::uint8_t first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }
    std::uint16_t word()
    {
        const int upper = byte();
        return static_cast<std::uint16_t>((upper << 8) | byte());
    }
    [[nodiscard]] std::span<const std::uint8_t> rest() const { return rest_; }

private:
    std::span<const std::uint8_t> rest_;
};

} // namespace xvrrp::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer looks for this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
