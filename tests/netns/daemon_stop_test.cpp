// SPDX-License-Identifier: BSD-2-Clause
//
// Leaving: the old router serves until its successor is heard, and answers for the address no more from then on.
#include <csignal>

#include "daemon_world.hpp"
#include "lab/capture.hpp"
#include "lab/probe.hpp"

namespace xvrrp::test {
namespace {

class Stop : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Stop, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Stop, AClientNoticesAtMostTheChangeOfHosts)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    instance_text first = fast_instance(200);
    first.advert_int = "0.5";
    instance_text second = first;
    second.priority = 100;
    xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    const xvrrpd two(lan["two"].ns(), file_of(second, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(reaches(lan["client"], vip));
    lab::capture heard = must(lab::capture::start(lan));
    lab::probe client = must(lab::probe::start(lan["client"], vip, 2ms));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    EXPECT_EQ(one.stop(), 0);
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    const lab::probe_report seen = client.stop();
    // Skew_Time of priority 100 at 500 ms is 305 ms: without Leaving the client would see at least that.
    EXPECT_LT(seen.longest_gap, 150ms + seen.longest_stall);
    EXPECT_EQ(seen.last_answer, lan["two"].mac());
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
    heard.stop();
    EXPECT_TRUE(heard.wait_for_advert([](const auto& each) { return each.host == "one" && each.priority == 0; }, 1s));
}

TEST_P(Stop, ASoleRouterDoesNotWaitForASuccessorForEver)
{
    lab::segment lan = make_lan(mode(), {"one"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
}

TEST_P(Stop, ABackupSaysNothing)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    lab::capture heard = must(lab::capture::start(lan));
    EXPECT_EQ(two.stop(), 0);
    EXPECT_TRUE(heard.wait_for_advert([](const lab::advert& each) { return each.host == "one"; }, 5s));
    heard.stop();
    for (const lab::advert& each : heard.adverts()) {
        EXPECT_NE(each.host, "two");
    }
}

TEST(StopAgain, ASecondSignalDoesNotWaitForASuccessor)
{
    lab::segment lan = make_lan("auto", {"one"});
    instance_text slow = fast_instance(200);
    slow.advert_int = "40"; // Skew_Time of the slowest successor is nearly as long
    slow.state = "MASTER";
    slow.priority = 255;
    xvrrpd one(lan["one"].ns(), file_of(slow));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(one.process().signal(SIGTERM));
    EXPECT_TRUE(one.wait_for_state("VI_1", "LEAVING"));
    must(one.process().signal(SIGTERM));
    EXPECT_EQ(one.process().wait(20s), 0);
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
}

} // namespace
} // namespace xvrrp::test
