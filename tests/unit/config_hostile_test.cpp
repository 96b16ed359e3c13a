// SPDX-License-Identifier: BSD-2-Clause
//
// Texts that nobody writes: they end in messages, in reasonable time.
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <fmt/core.h>

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

std::string repeated(std::string_view piece, int times)
{
    std::string text;
    for (int i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

TEST(config_hostile, every_prefix_of_every_fixture)
{
    for (const auto& entry : std::filesystem::directory_iterator(XVRRP_CONFIG_FIXTURES)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        for (std::size_t length = 0; length < text.size(); ++length) {
            EXPECT_LE(read(text.substr(0, length)).config.instances.size(), 2U);
        }
    }
}

TEST(config_hostile, deep_blocks)
{
    for (const char* piece : {"a {\n", "vrrp_instance {\n", "{\n"}) {
        const loaded result = read(repeated(piece, 100000));
        EXPECT_EQ(status_of(result), test_status::cannot_run);
        EXPECT_LE(result.diagnostics.size(), 501U);
    }
}

TEST(config_hostile, endless_repetitions)
{
    for (const char* piece : {"}", "}\n", "\n", "\"", "'\"", "a{", "#", "{ } ", "a\\"}) {
        EXPECT_TRUE(read(repeated(piece, 300000)).config.instances.empty()) << piece;
    }
}

TEST(config_hostile, noise)
{
    std::mt19937 random(9568);
    for (int i = 0; i < 2000; ++i) {
        std::string text(random() % 300, '\0');
        for (char& each : text) {
            each = static_cast<char>(random());
        }
        EXPECT_TRUE(read(text).config.instances.empty());
    }
}

TEST(config_hostile, thousands_of_instances_are_read_in_a_second)
{
    std::string text;
    for (int i = 0; i < 2000; ++i) {
        text += fmt::format(
            "vrrp_instance VI_{0} {{\n interface eth{0}\n virtual_router_id 1\n priority 90\n virtual_ipaddress {{\n",
            i);
        for (int host = 1; host <= 4; ++host) {
            text += fmt::format(" 10.{}.{}.{}/24\n", i / 250, i % 250, host);
        }
        text += " }\n}\n";
    }
    const std::clock_t start = std::clock();
    const loaded result = read(text);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    EXPECT_EQ(result.config.instances.size(), 2000U);
    EXPECT_TRUE(result.diagnostics.empty());
    // Of processor time, so that a busy machine doesn't count; some 30 ms without sanitizers.
    EXPECT_LT(seconds, 1.0);
}

} // namespace
} // namespace xvrrp::config
