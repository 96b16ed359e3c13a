// SPDX-License-Identifier: BSD-2-Clause
//
// What becomes of one frame in the XDP program: refused, accepted or left alone, each with everything that must and
// mustn't have happened beside the verdict.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>

#include <string>

#include "bpf/harness.hpp"

namespace xvrrp::test {

class advert_checks : public ::testing::Test {
public:
    /// Counters have a place for each CPU, and which of two was written last shows only where a tick lies between.
    advert_checks()
    {
        cpu_set_t this_one;
        CPU_ZERO(&this_one);
        CPU_SET(sched_getcpu(), &this_one);
        EXPECT_EQ(sched_setaffinity(0, sizeof(this_one), &this_one), 0);
    }

    /// Counted under the reason with source, VRID and time, dropped, and nothing else happened.
    void expect_refused(const bytes& frame, xvrrp_drop_reason reason, const std::string& source = "10.0.0.2",
                        std::uint8_t vrid = 51)
    {
        const auto before = kernel.drops(reason).count;
        const auto all_before = kernel.drops_of_all_reasons();
        const auto accepted_before = kernel.record().accepted;
        EXPECT_EQ(kernel.xdp_verdict(frame), XDP_DROP);
        const auto drops = kernel.drops(reason);
        EXPECT_EQ(drops.count, before + 1) << "reason " << reason;
        EXPECT_EQ(kernel.drops_of_all_reasons(), all_before + 1) << "another reason was counted";
        EXPECT_EQ(to_text(drops.last_source, drops.last_family), source);
        EXPECT_EQ(drops.last_vrid, vrid);
        EXPECT_GT(drops.last_ns, 0u);
        EXPECT_LE(drops.last_ns, monotonic_ns());
        EXPECT_EQ(kernel.record().accepted, accepted_before);
        EXPECT_TRUE(kernel.events().empty());
    }

    /// Passed on as it was, recorded, and told to the daemon.
    xvrrp_event expect_accepted(const bytes& frame, std::uint32_t slot = 0)
    {
        const auto drops_before = kernel.drops_of_all_reasons();
        const auto accepted_before = kernel.record(slot).accepted;
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, XDP_PASS);
        EXPECT_EQ(result.frame, frame) << "passed on changed";
        EXPECT_EQ(kernel.drops_of_all_reasons(), drops_before);
        EXPECT_EQ(kernel.record(slot).accepted, accepted_before + 1);
        const auto events = kernel.events();
        EXPECT_EQ(events.size(), 1u);
        return events.empty() ? xvrrp_event{} : events.front();
    }

    /// Passed on, and nobody knows of it.
    void expect_untouched(const bytes& frame)
    {
        const auto drops_before = kernel.drops_of_all_reasons();
        const auto accepted_before = kernel.record().accepted;
        const auto result = kernel.run_xdp(frame);
        EXPECT_EQ(result.verdict, XDP_PASS);
        EXPECT_EQ(result.frame, frame);
        EXPECT_EQ(kernel.drops_of_all_reasons(), drops_before);
        EXPECT_EQ(kernel.record().accepted, accepted_before);
        EXPECT_TRUE(kernel.events().empty());
    }

    bpf_harness kernel;
};

} // namespace xvrrp::test
