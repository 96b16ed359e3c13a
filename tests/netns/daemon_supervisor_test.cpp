// SPDX-License-Identifier: BSD-2-Clause
//
// The daemon dies, or its supervisor, or the daemon again and again: what the network sees of it.
#include <algorithm>
#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

#include <poll.h>

#include "fast_world.hpp"
#include "lab/capture.hpp"
#include "lab/flood.hpp"
#include "lab/probe.hpp"
#include "net/netlink.hpp"

namespace xvrrp::test {
namespace {

/// When addresses were taken away in a namespace: what was read from its notifications, at the time of reading.
class removals {
public:
    explicit removals(const lab::net_namespace& place)
        : kernel_(must(place.run([] { return net::netlink::open(); }))), reader_([this](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  pollfd waiting{.fd = kernel_.monitor_fd(), .events = POLLIN, .revents = 0};
                  ::poll(&waiting, 1, 20);
                  read();
              }
          })
    {
    }
    [[nodiscard]] std::optional<time_point> first_of(const std::string& address) const
    {
        const std::scoped_lock lock(mutex_);
        const auto found = std::ranges::find(seen_, address, &std::pair<std::string, time_point>::first);
        return found == seen_.end() ? std::nullopt : std::optional(found->second);
    }

private:
    void read()
    {
        const result<void> drained = kernel_.drain([this](const net::netlink_event& event) {
            if (const auto* removed = std::get_if<net::address_removed>(&event)) {
                const std::scoped_lock lock(mutex_);
                seen_.emplace_back(removed->was.ip.to_string(), std::chrono::steady_clock::now());
            }
        });
        std::ignore = drained;
    }

    net::netlink kernel_;
    mutable std::mutex mutex_;
    std::vector<std::pair<std::string, time_point>> seen_;
    std::jthread reader_;
};

bool is_resignation_of_one(const lab::advert& heard)
{
    return heard.host == "one" && heard.priority == 0;
}

bool is_advert_of_two(const lab::advert& heard)
{
    return heard.host == "two" && heard.priority != 0;
}

class Supervisor : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Supervisor, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Supervisor, ResignsForADeadDaemonAndRemovesWhatASuccessorTookOver)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    instance_text first = fast_instance(200);
    first.more = {"nopreempt"};
    const xvrrpd one(lan["one"].ns(), file_of(first, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    const removals gone(lan["one"].ns());
    const lab::capture heard = must(lab::capture::start(lan));
    const pid_t dead = one.daemon_pid().value();

    const time_point killed = std::chrono::steady_clock::now();
    one.signal_daemon(SIGKILL);
    const auto resigned = heard.wait_for_advert(is_resignation_of_one, 5s);
    ASSERT_TRUE(resigned) << one.log();
    EXPECT_LT(resigned->time - killed, 100ms);
    const auto taken = heard.wait_for_advert(is_advert_of_two, 5s);
    ASSERT_TRUE(taken);
    // Skew_Time of priority 100 is 122 ms at 200 ms adverts; without priority 0 it were the Active_Down_Interval, 722.
    EXPECT_LT(taken->time - killed, 400ms);

    ASSERT_TRUE(eventually(5s, [&] { return gone.first_of(vip).has_value(); }));
    EXPECT_LT(*gone.first_of(vip) - taken->time, 100ms);
    ASSERT_TRUE(one.wait_for_next_daemon(dead)) << one.log();
    EXPECT_TRUE(one.wait_for_state("VI_1", "BACKUP"));
    EXPECT_EQ(two.state("VI_1"), "MASTER");
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
}

TEST_P(Supervisor, RemovesWhatASuccessorTookOverWhileNoDaemonRuns)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    const pid_t first = one.daemon_pid().value();
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(one.wait_for_next_daemon(first)) << one.log();
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    const removals gone(lan["one"].ns());
    const lab::capture heard = must(lab::capture::start(lan));
    one.signal_daemon(SIGKILL); // the next one is started a second later
    const auto taken = heard.wait_for_advert(is_advert_of_two, 5s);
    ASSERT_TRUE(taken);
    ASSERT_TRUE(eventually(500ms, [&] { return gone.first_of(vip).has_value(); })) << one.log();
    EXPECT_LT(*gone.first_of(vip) - taken->time, 100ms);
    EXPECT_NE(one.log().find("another router has taken over from the dead daemon"), std::string::npos) << one.log();
}

TEST_P(Supervisor, ServesOnWhereNobodyElseIsAndTheNextDaemonAdopts)
{
    lab::segment lan = make_lan(mode(), {"one", "client"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(5s, [&] { return can_ping(lan["client"], vip); }));
    const removals gone(lan["one"].ns());
    lab::probe client = must(lab::probe::start(lan["client"], vip));
    ASSERT_TRUE(client.wait_for_answers(20, 5s));
    const pid_t dead = one.daemon_pid().value();
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(one.wait_for_next_daemon(dead)) << one.log();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(client.wait_for_answers(20, 5s));
    const lab::probe_report seen = client.stop();
    EXPECT_EQ(seen.lost(), 0U);
    EXPECT_FALSE(gone.first_of(vip));
    EXPECT_NE(one.log().find("VIPs of an earlier run are in place"), std::string::npos) << one.log();
}

TEST_P(Supervisor, ServesOnWhereSomebodyElseResigns)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const pid_t first = one.daemon_pid().value();
    one.signal_daemon(SIGKILL);
    const auto second = one.wait_for_next_daemon(first);
    ASSERT_TRUE(second) << one.log();
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(eventually(5s, [&] { return can_ping(lan["client"], vip); }));
    lab::advert_recipe recipe;
    recipe.source_mac = lan["two"].mac();
    recipe.source = lan["two"].ipv4();
    recipe.version = 3;
    recipe.interval = 200ms;
    recipe.priority = 0;
    recipe.addresses = {vip};
    const lab::flood resigning =
        must(lab::flood::start(lan["two"], {must(lab::forge_advert(recipe))}, {.frames_per_second = 50, .time = 60s}));
    const removals gone(lan["one"].ns());
    lab::probe client = must(lab::probe::start(lan["client"], vip));
    ASSERT_TRUE(client.wait_for_answers(20, 5s));
    one.signal_daemon(SIGKILL); // the next one is started a second later
    ASSERT_TRUE(one.wait_for_next_daemon(*second)) << one.log();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(client.wait_for_answers(20, 5s));
    EXPECT_EQ(client.stop().lost(), 0U);
    EXPECT_FALSE(gone.first_of(vip)) << one.log();
    EXPECT_EQ(one.log().find("another router has taken over"), std::string::npos) << one.log();
}

class SupervisorInKernel : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, SupervisorInKernel, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(SupervisorInKernel, TellsThoseWhoProbeOfADeathThatTheKernelDoesNotSee)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(probing_instance(200), mode()), {}, {"--dont-respawn"});
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(probing_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(waits_for_session(two, "up")) << two.log();
    for (const char* link : {"death_signal", "death_exit"}) {
        ASSERT_TRUE(std::filesystem::remove(one.bpf_directory() / link));
    }
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    const auto takeover = last_takeover(two);
    ASSERT_TRUE(takeover);
    EXPECT_TRUE(takeover->reason == "peer_dead" || takeover->reason == "peer_yielded") << takeover->reason;
}

TEST_P(Supervisor, ThatDiesItselfMakesTheDaemonStopGracefully)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    const lab::capture heard = must(lab::capture::start(lan));
    one.signal_supervisor(SIGKILL);
    EXPECT_TRUE(heard.wait_for_advert(is_resignation_of_one, 5s));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(eventually(5s, [&] { return one.log().find("Stopped xvrrpd") != std::string::npos; })) << one.log();
    EXPECT_NE(one.log().find("The supervisor is gone: stopping"), std::string::npos);
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
    EXPECT_TRUE(eventually(5s, [&] { return !std::filesystem::exists(one.bpf_directory()); })) << "a clean stop";
}

TEST(SupervisorIPv6, ResignsToEachUnicastPeer)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    instance_text first = fast_instance(200);
    first.addresses = {"2001:db8::70"};
    first.unicast_src_ip = lan["one"].link_local();
    first.unicast_peers = {lan["two"].link_local()};
    instance_text second = first;
    second.priority = 100;
    second.unicast_src_ip = lan["two"].link_local();
    second.unicast_peers = {lan["one"].link_local()};
    const xvrrpd one(lan["one"].ns(), file_of(first));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(second));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    const lab::capture heard = must(lab::capture::start(lan));
    one.signal_daemon(SIGKILL);
    const auto resigned = heard.wait_for_advert(is_resignation_of_one, 5s);
    ASSERT_TRUE(resigned) << one.log();
    EXPECT_EQ(resigned->destination, lan["two"].link_local());
    EXPECT_TRUE(eventually(5s, [&] { return two.instance("VI_1").counters.priority_zero_received > 0; }));
}

TEST(SupervisorBackup, SaysNothingForABackup)
{
    lab::segment lan = make_lan("auto", {"one", "two"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    lab::capture heard = must(lab::capture::start(lan));
    const pid_t dead = two.daemon_pid().value();
    two.signal_daemon(SIGKILL);
    ASSERT_TRUE(two.wait_for_next_daemon(dead));
    heard.stop();
    EXPECT_TRUE(std::ranges::none_of(heard.adverts(), [](const lab::advert& each) { return each.host == "two"; }));
    EXPECT_EQ(one.state("VI_1"), "MASTER");
}

TEST(SupervisorLeaving, FinishesAStopThatTheDaemonDiedIn)
{
    lab::segment lan = make_lan("auto", {"one"});
    instance_text slow = fast_instance(200);
    slow.advert_int = "3";
    slow.state = "MASTER";
    slow.priority = 255;
    xvrrpd one(lan["one"].ns(), file_of(slow));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.signal_supervisor(SIGTERM);
    ASSERT_TRUE(one.wait_for_state("VI_1", "LEAVING"));
    one.signal_daemon(SIGKILL);
    EXPECT_NE(one.process().wait(10s).value_or(0), 0);
    EXPECT_FALSE(lan["one"].ns().has_address(vip));
}

} // namespace
} // namespace xvrrp::test
