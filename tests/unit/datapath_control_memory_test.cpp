// SPDX-License-Identifier: BSD-2-Clause
//
// What the daemon tells XDP of itself.
#include <gtest/gtest.h>

#include "datapath/control_memory.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::datapath;

class datapath_control_memory : public testing::Test {
protected:
    datapath_control_memory()
        : memory(maps::array_memory<xvrrp_control>::allocate(1)), stored(memory.values()[0]), control(std::move(memory))
    {
    }

    maps::array_memory<xvrrp_control> memory;
    xvrrp_control& stored;
    control_memory control;
};

TEST_F(datapath_control_memory, nobody_is_in_control_before_the_first_lease)
{
    EXPECT_EQ(stored.alive, 0U);
    EXPECT_EQ(stored.leaving, 0U);
}

TEST_F(datapath_control_memory, a_lease_says_that_the_process_lives)
{
    control.renew(time_point(5s));
    EXPECT_EQ(stored.lease_ns, 5'000'000'000U);
    EXPECT_EQ(stored.alive, 1U);
    stored.alive = 0;
    control.renew(time_point(6s));
    EXPECT_EQ(stored.lease_ns, 6'000'000'000U);
    EXPECT_EQ(stored.alive, 1U);
}

TEST_F(datapath_control_memory, leaving_stays_said)
{
    control.announce_leaving();
    control.renew(time_point(5s));
    EXPECT_EQ(stored.leaving, 1U);
    EXPECT_EQ(stored.process, 0U) << "BPF's own";
}

} // namespace
