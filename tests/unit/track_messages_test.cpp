// SPDX-License-Identifier: BSD-2-Clause
//
// What the daemon and its spawner say to each other.
#include <gtest/gtest.h>

#include "track/spawner_messages.hpp"

namespace xvrrp::track {
namespace {

using namespace std::chrono_literals;

const std::vector<request> requests = {
    knock{}, begin{},
    run_request{
        .id = {7}, .command = {"/bin/x", "", "two words", std::string(5000, 'x')}, .uid = 1, .gid = 2, .timeout = 3s},
    stop_request{{8}}};
const std::vector<report> reports = {
    hello{}, ended{.id = {9}, .result = {.how = run_result::kind::signalled, .value = 15}}, timed_out{{10}}};

TEST(spawner_messages, come_back)
{
    for (const request& each : requests) {
        EXPECT_EQ(decode_request(encode(each)), each) << each.index();
    }
    for (const report& each : reports) {
        EXPECT_EQ(decode_report(encode(each)), each) << each.index();
    }
}

TEST(spawner_messages, what_is_cut_off_or_too_long_is_none)
{
    for (const request& each : requests) {
        auto bytes = encode(each);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            EXPECT_EQ(decode_request(std::span(bytes).first(length)), std::nullopt) << each.index() << ' ' << length;
        }
        bytes.push_back({});
        EXPECT_EQ(decode_request(bytes), std::nullopt);
    }
    for (const report& each : reports) {
        auto bytes = encode(each);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            EXPECT_EQ(decode_report(std::span(bytes).first(length)), std::nullopt) << each.index() << ' ' << length;
        }
    }
}

TEST(spawner_messages, what_makes_no_sense_is_none)
{
    EXPECT_EQ(decode_request(std::vector<std::byte>{std::byte{99}}), std::nullopt);
    EXPECT_EQ(decode_report(std::vector<std::byte>{std::byte{99}}), std::nullopt);
    EXPECT_EQ(decode_request(encode(request{run_request{}})), std::nullopt) << "a run of nothing";
    auto bytes = encode(report{ended{.id = {1}, .result = {}}});
    bytes.at(9) = std::byte{200};
    EXPECT_EQ(decode_report(bytes), std::nullopt) << "an unknown way to end";
}

} // namespace
} // namespace xvrrp::track
