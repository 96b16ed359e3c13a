// SPDX-License-Identifier: BSD-2-Clause
//
// Several virtual routers in one daemon.
#include <algorithm>

#include "daemon_world.hpp"

namespace xvrrp::test {
namespace {

class Instances : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Instances, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Instances, TheSameVridOnOtherInterfacesAndFamiliesIsAnotherRouter)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    must(lab::add_veth(lan["one"].ns(), "eth1", lan["two"].ns(), "eth1"));
    must(lan["one"].ns().ip("addr add 10.1.0.1/24 dev eth1"));
    must(lan["two"].ns().ip("addr add 10.1.0.2/24 dev eth1"));
    instance_text left = fast_instance(200);
    left.name = "LEFT";
    instance_text right = fast_instance(100);
    right.name = "RIGHT";
    right.interface = "eth1";
    right.addresses = {"10.1.0.70"};
    instance_text six = fast_instance(150);
    six.name = "SIX";
    six.addresses = {"fe80::70"};
    const std::vector<std::string> global = {"xdp_mode " + mode()};
    const xvrrpd one(lan["one"].ns(), configuration_text({left, right, six}, global));
    left.priority = 100;
    right.priority = 200;
    six.priority = 100;
    const xvrrpd two(lan["two"].ns(), configuration_text({left, right, six}, global));
    EXPECT_TRUE(one.wait_for_state("LEFT", "MASTER"));
    EXPECT_TRUE(one.wait_for_state("SIX", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("RIGHT", "MASTER"));
    EXPECT_TRUE(two.wait_for_state("LEFT", "BACKUP"));
    EXPECT_TRUE(two.wait_for_state("SIX", "BACKUP"));
    EXPECT_TRUE(one.wait_for_state("RIGHT", "BACKUP"));
}

TEST_P(Instances, TwoHundredRoutersOnOneInterfaceElectAsOne)
{
    lab::segment lan = make_lan(mode(), {"one", "two"});
    std::vector<instance_text> many;
    for (unsigned i = 1; i <= 200; ++i) {
        instance_text each = fast_instance(200);
        each.name = "VI_" + std::to_string(i);
        each.vrid = i;
        each.advert_int = "0.5";
        each.addresses = {"10.0.1." + std::to_string(i)};
        each.more = {"garp_master_repeat 1"};
        many.push_back(each);
    }
    const std::vector<std::string> global = {"xdp_mode " + mode()};
    const auto all = [](const xvrrpd& router, const std::string& state) {
        const auto status = router.try_status();
        return status && std::ranges::all_of(status->instances, [&](const auto& each) { return each.state == state; });
    };
    const xvrrpd one(lan["one"].ns(), configuration_text(many, global));
    ASSERT_TRUE(eventually(15s, [&] { return all(one, "MASTER"); }));
    for (instance_text& each : many) {
        each.priority = 100;
    }
    const xvrrpd two(lan["two"].ns(), configuration_text(many, global));
    ASSERT_TRUE(throughout(2500ms, [&] { return all(two, "BACKUP"); }));
    must(lan.cut(lan["one"]));
    EXPECT_TRUE(eventually(15s, [&] { return all(two, "MASTER"); }));
    must(lan.restore(lan["one"]));
    EXPECT_TRUE(eventually(15s, [&] { return all(two, "BACKUP"); }));
    EXPECT_TRUE(all(one, "MASTER"));
}

} // namespace
} // namespace xvrrp::test
