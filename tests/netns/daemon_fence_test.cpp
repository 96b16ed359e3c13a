// SPDX-License-Identifier: BSD-2-Clause
//
// Who answers for a VIP while a daemon and its supervisor are dead, and from then on: the host that they left, fenced
// by its own kernel, or another router; never both.
#include <bpf/bpf.h>

#include <algorithm>
#include <thread>

#include "daemon_world.hpp"
#include "lab/capture.hpp"
#include "lab/file_descriptor.hpp"
#include "lab/flood.hpp"
#include "xvrrp/abi.h"

namespace xvrrp::test {
namespace {

/// A client that forgets again and again where the VIP is, and asks everybody.
class asking_client {
public:
    explicit asking_client(const lab::host& client)
        : thread_([&client](const std::stop_token& stop) {
              while (!stop.stop_requested()) {
                  std::ignore = client.ns().ip("neigh flush dev eth0");
                  std::ignore = can_ping(client, vip);
              }
          })
    {
    }

private:
    std::jthread thread_;
};

/// How often a host has told others since then that the VIP is its own.
long claims_since(const lab::capture& heard, const std::string& host, time_point since)
{
    return std::ranges::count_if(heard.claims(), [&](const lab::address_claim& each) {
        return each.host == host && each.address == vip && each.time > since;
    });
}

/// The next advert of a host that is sent from now on.
bool advertises_again(const lab::capture& heard, const std::string& host)
{
    const time_point now = std::chrono::steady_clock::now();
    return heard.wait_for_advert([&](const lab::advert& each) { return each.host == host && each.time > now; }, 10s)
        .has_value();
}

/// Valid adverts of `from` for VRID 51, of an interval of ten seconds.
lab::flood advertise(const lab::host& from, unsigned priority)
{
    lab::advert_recipe recipe;
    recipe.source_mac = from.mac();
    recipe.source = from.ipv4();
    recipe.version = 3;
    recipe.interval = 10s;
    recipe.priority = priority;
    recipe.addresses = {vip};
    return must(lab::flood::start(from, {must(lab::forge_advert(recipe))}, {.frames_per_second = 20, .time = 60s}));
}

instance_text slow_instance(unsigned priority, const char* interval = "1")
{
    instance_text instance = fast_instance(priority);
    instance.advert_int = interval;
    instance.more = {"nopreempt"};
    return instance;
}

class Fence : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Fence, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Fence, HoldsUntilANextRunHasRemovedWhatAnotherRouterTookOver)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    xvrrpd one(lan["one"].ns(), file_of(slow_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(slow_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    lab::capture heard = must(lab::capture::start(lan));
    one.kill();
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    ASSERT_TRUE(advertises_again(heard, "two"));
    ASSERT_TRUE(lan["one"].ns().has_address(vip));
    const time_point succeeded = std::chrono::steady_clock::now();
    std::optional<asking_client> client(lan["client"]);
    ASSERT_TRUE(eventually(10s, [&] { return claims_since(heard, "two", succeeded) > 10; }));
    one.start();
    EXPECT_FALSE(lan["one"].ns().has_address(vip)) << "before anything else";
    const time_point started = std::chrono::steady_clock::now();
    ASSERT_TRUE(advertises_again(heard, "two"));
    EXPECT_TRUE(eventually(10s, [&] { return claims_since(heard, "two", started) > 10; }));
    client.reset();
    heard.stop();
    EXPECT_EQ(claims_since(heard, "one", succeeded), 0);
    EXPECT_EQ(one.state("VI_1"), "BACKUP");
    EXPECT_EQ(two.state("VI_1"), "MASTER");
    EXPECT_TRUE(one.wait_for_log("another router has taken over from an earlier run")) << one.log();
}

TEST_P(Fence, IsSetForARunThatDiedWithAdoptedAddresses)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.kill();
    one.write_configuration(file_of(slow_instance(200, "10"), mode()));
    one.start();
    EXPECT_TRUE(one.wait_for_log("VIPs of an earlier run are in place")) << one.log();
    EXPECT_TRUE(reaches(lan["client"], vip));
    ASSERT_EQ(one.state("VI_1"), "BACKUP");
    one.kill();
    EXPECT_TRUE(reaches(lan["client"], vip)) << "nobody else is there";
    const lab::flood successor = advertise(lan["two"], 100);
    EXPECT_TRUE(eventually(10s, [&] { return !can_ping(lan["client"], vip); }));
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
}

TEST_P(Fence, IsNoneForARouterThatTakesOver)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    const xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    const xvrrpd two(lan["two"].ns(), file_of(fast_instance(100), mode()));
    ASSERT_TRUE(two.wait_for_state("VI_1", "BACKUP"));
    ASSERT_TRUE(eventually(10s, [&] { return two.instance("VI_1").counters.adverts_received > 0; }));
    // As an advert leaves one that was checked while this daemon hung and is recorded after it woke.
    const lab::file_descriptor routers(::bpf_obj_get((two.bpf_directory() / "vrrp_routers").c_str()));
    const lab::file_descriptor config(::bpf_obj_get((two.bpf_directory() / "vrrp_config").c_str()));
    const __u32 slot = 0;
    xvrrp_router_record record{};
    xvrrp_slot_config its{};
    ASSERT_EQ(::bpf_map_lookup_elem(config.get(), &slot, &its), 0);
    ASSERT_EQ(::bpf_map_lookup_elem_flags(routers.get(), &slot, &record, BPF_F_LOCK), 0);
    record.fenced_until_ns = static_cast<__u64>((std::chrono::steady_clock::now() + 1h).time_since_epoch().count());
    record.fence_epoch = its.fence_epoch;
    ASSERT_EQ(::bpf_map_update_elem(routers.get(), &slot, &record, BPF_F_LOCK), 0);
    must(lan.cut(lan["one"]));
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(reaches(lan["client"], vip));
    const auto sent = two.instance("VI_1").counters.adverts_sent;
    EXPECT_TRUE(eventually(10s, [&] { return two.instance("VI_1").counters.adverts_sent > sent + 3; }));
    EXPECT_EQ(two.transitions("VI_1"), 2U) << "BACKUP and MASTER: " << two.log();
}

class Resignation : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Resignation, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Resignation, OfSomebodyElseTakesNothingFromADeadHostNorFromItsNextRun)
{
    lab::segment lan = make_lan(mode(), {"one", "two", "client"});
    xvrrpd one(lan["one"].ns(), file_of(fast_instance(200), mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    {
        // It isn't the better router, but the kernel's record has it from now on.
        const lab::flood other = advertise(lan["two"], 50);
        ASSERT_TRUE(eventually(10s, [&] { return !one.instance("VI_1").other_actives.empty(); }));
    }
    const lab::flood resigning = advertise(lan["two"], 0);
    one.kill();
    const auto before = resigning.sent();
    ASSERT_TRUE(eventually(10s, [&] { return resigning.sent() > before + 5; }));
    EXPECT_TRUE(reaches(lan["client"], vip));
    one.start();
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    EXPECT_TRUE(one.wait_for_log("VIPs of an earlier run are in place")) << one.log();
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(reaches(lan["client"], vip));
    EXPECT_EQ(one.log().find("removed VIPs of an earlier run"), std::string::npos) << one.log();
}

} // namespace
} // namespace xvrrp::test
