// SPDX-License-Identifier: BSD-2-Clause
//
// One file for both daemons: what xvrrpd adds to the language must not keep keepalived from running.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "lab/eventually.hpp"
#include "lab/peers.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

/// fast_detect globally and in the middle of an instance, whose other lines have to be read all the same.
std::string shared_configuration()
{
    return configuration_text(
        {{.advert_int = "1", .more = {"fast_detect hang_limit 3s interval 10ms", "nopreempt"}}},
        {"fast_detect interval 100ms multiplier 3 hang_limit 3s method sbfd", "router_id shared"});
}

TEST(shared_configuration, xvrrpd_reads_it_without_a_remark)
{
    const config::loaded read = config::parse(shared_configuration(), "shared.conf");
    EXPECT_THAT(read.diagnostics, testing::IsEmpty());
    ASSERT_EQ(read.config.instances.size(), 1U);
    EXPECT_EQ(read.config.instances[0].fast_detect.interval, 10ms);
    EXPECT_FALSE(read.config.instances[0].preempt);
}

TEST(shared_configuration, keepalived_skips_what_is_xvrrps_with_a_warning_and_elects)
{
    auto lan = must(lab::segment::create({"one", "other"}));
    auto running = must(lab::keepalived::start(lan["one"].ns(), shared_configuration()));
    ASSERT_TRUE(eventually(20s, [&] { return running.state("VI_1") == "MASTER"; })) << running.log();
    EXPECT_TRUE(eventually(5s, [&] { return lan["one"].ns().has_address("10.0.0.70"); })) << running.log();
    EXPECT_THAT(running.log(), testing::HasSubstr("Unknown keyword 'fast_detect'"));

    auto backup = must(lab::keepalived::start(lan["other"].ns(), shared_configuration()));
    EXPECT_TRUE(eventually(20s, [&] { return backup.state("VI_1") == "BACKUP"; })) << backup.log();
    must(running.stop());
    EXPECT_TRUE(eventually(20s, [&] { return backup.state("VI_1") == "MASTER"; })) << backup.log();
}

} // namespace
} // namespace xvrrp::test
