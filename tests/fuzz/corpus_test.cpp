// SPDX-License-Identifier: BSD-2-Clause
//
// The fuzzers' entry functions without libFuzzer: every seed, and some thousand random changes to seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/fuzz_input.hpp"
#include "sim/dice.hpp"

namespace xvrrp::fuzz {
namespace {

using bytes = std::vector<std::uint8_t>;

std::vector<bytes> corpus()
{
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(XVRRP_CORPUS)) {
        paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    std::vector<bytes> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

std::string hex(const bytes& input)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : input) {
        text += digits[byte >> 4U];
        text += digits[byte & 0x0fU];
    }
    return text;
}

void mutate(bytes& input, const std::vector<bytes>& seeds, sim::dice& chance)
{
    const auto place = static_cast<std::ptrdiff_t>(chance.below(input.size() + 1));
    const auto value = static_cast<std::uint8_t>(chance.below(256));
    switch (chance.below(6)) {
    case 0:
        input.insert(input.begin() + place, value);
        break;
    case 1:
        input.erase(input.begin() + place, input.begin() + std::min(place + 4, std::ssize(input)));
        break;
    case 2: {
        const bytes& other = seeds[chance.below(seeds.size())];
        input.insert(input.begin() + place, other.begin(), other.end());
        break;
    }
    case 3:
        input.resize(static_cast<std::size_t>(place));
        break;
    default:
        if (place < std::ssize(input)) {
            input[static_cast<std::size_t>(place)] ^=
                static_cast<std::uint8_t>(chance.percent(50) ? value : 1U << (value % 8U));
        }
    }
}

void feed(const bytes& input)
{
    ASSERT_NO_THROW(LLVMFuzzerTestOneInput(input.data(), input.size())) << "input: " << hex(input);
}

TEST(fuzzer, accepts_its_corpus)
{
    const std::vector<bytes> seeds = corpus();
    ASSERT_FALSE(seeds.empty());
    for (const bytes& seed : seeds) {
        ASSERT_NO_FATAL_FAILURE(feed(seed));
    }
    feed({});
}

TEST(fuzzer, RX_20_accepts_thousands_of_mutations)
{
    const std::vector<bytes> seeds = corpus();
    sim::dice chance(1);
    for (int round = 0; round < 20000; ++round) {
        bytes input = seeds[chance.below(seeds.size())];
        for (std::uint64_t changes = 1 + chance.below(8); changes > 0; --changes) {
            mutate(input, seeds, chance);
        }
        input.resize(std::min<std::size_t>(input.size(), 8192));
        ASSERT_NO_FATAL_FAILURE(feed(input));
    }
}

} // namespace
} // namespace xvrrp::fuzz
