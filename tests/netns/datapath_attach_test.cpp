// SPDX-License-Identifier: BSD-2-Clause
//
// How an interface comes to be attached: the automatic choice, other people's XDP programs and tc filters, adoption of
// what a killed run left, a process without the right to use BPF.
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include "datapath_support.hpp"
#include "lab/eventually.hpp"
#include "lab/xdp_pass.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::test;
using datapath::attach_mode;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using datapath_attach = datapath_test;

TEST_F(datapath_attach, automatic_is_generic_on_a_veth)
{
    auto path = open();
    EXPECT_EQ(path.bpf_refusal(), std::nullopt);
    const auto attached = must(attach(path, xdp_mode::automatic));
    EXPECT_EQ(attached.mode, attach_mode::generic);
    EXPECT_THAT(attached.remark, IsEmpty());
    close(path);
}

TEST_F(datapath_attach, native_that_is_refused_becomes_generic_and_says_so)
{
    must(ours.add_bridge("br0"));
    const auto bridge = must(ours.index_of("br0"));
    auto path = open();
    const auto automatic = must(ours.run([&] { return path.attach(bridge, "br0", xdp_mode::automatic); }));
    EXPECT_EQ(automatic.mode, attach_mode::generic);
    EXPECT_THAT(automatic.remark, IsEmpty()) << "nothing else was to be expected of a bridge";
    const auto native = must(ours.run([&] { return path.attach(bridge, "br0", xdp_mode::native); }));
    EXPECT_EQ(native.mode, attach_mode::generic);
    EXPECT_EQ(native.remark, "br0: native XDP refused (Operation not supported), using generic XDP");
    close(path);
}

TEST_F(datapath_attach, another_program_is_left_alone_and_a_socket_used)
{
    const auto foreign = must(lab::attach_xdp_pass(ours, "eth0"));
    const auto before = xdp().native;
    ASSERT_NE(before, 0U);
    auto path = open();
    for (const xdp_mode wanted : {xdp_mode::automatic, xdp_mode::native, xdp_mode::generic}) {
        const auto attached = must(attach(path, wanted));
        EXPECT_EQ(attached.mode, attach_mode::socket);
        EXPECT_THAT(attached.remark, AllOf(HasSubstr("eth0: another XDP program"), HasSubstr("no_accept")));
    }
    must(path.add_router(router()));
    EXPECT_TRUE(is_heard(path));
    close(path);
    EXPECT_EQ(xdp().native, before);
}

TEST_F(datapath_attach, a_missing_interface_is_an_error_with_its_name)
{
    auto path = open();
    const auto attached = ours.run([&] { return path.attach({99999}, "eth7", xdp_mode::automatic); });
    ASSERT_FALSE(attached);
    EXPECT_THAT(attached.error().what, AllOf(HasSubstr("eth7: "), HasSubstr("No such device")));
    close(path);
}

TEST_F(datapath_attach, a_clsact_and_filters_of_others_stay)
{
    tc("qdisc add dev eth0 clsact");
    {
        auto path = open();
        must(attach(path, xdp_mode::generic));
        EXPECT_THAT(tc("filter show dev eth0 egress"), HasSubstr("xvrrp_egress"));
        close(path);
    }
    EXPECT_THAT(tc("qdisc show dev eth0"), HasSubstr("clsact"));
    EXPECT_THAT(tc("filter show dev eth0 egress"), Not(HasSubstr("xvrrp_egress")));
}

TEST_F(datapath_attach, a_clsact_of_ours_goes_unless_somebody_has_put_a_filter_there)
{
    auto path = open();
    must(attach(path, xdp_mode::generic));
    EXPECT_THAT(tc("qdisc show dev eth0"), HasSubstr("clsact"));
    must(ours.run([&] { path.detach(eth); }));
    EXPECT_THAT(tc("qdisc show dev eth0"), Not(HasSubstr("clsact")));

    must(attach(path, xdp_mode::generic));
    const auto added = must(ours.exec({"tc", "filter", "add", "dev", "eth0", "ingress", "prio", "9", "protocol", "ip",
                                       "bpf", "bytecode", "1,6 0 0 4294967295,"}));
    ASSERT_TRUE(added.ok()) << added.errors;
    close(path);
    EXPECT_THAT(tc("qdisc show dev eth0"), HasSubstr("clsact"));
    EXPECT_THAT(tc("filter show dev eth0 ingress"), HasSubstr("pref 9"));
}

TEST_F(datapath_attach, what_a_killed_run_left_is_adopted_in_each_flavour)
{
    for (const xdp_mode wanted : {xdp_mode::generic, xdp_mode::native}) {
        std::optional<datapath::datapath> killed(open());
        must(attach(*killed, wanted));
        const auto link = pinned_link_id();
        const auto programs = xdp();
        ASSERT_NE(link, 0U);
        killed.reset();
        EXPECT_EQ(xdp().native, programs.native) << "the link outlives the process";
        EXPECT_EQ(xdp().generic, programs.generic);

        auto path = open();
        const auto attached = must(attach(path, wanted));
        EXPECT_TRUE(attached.adopted);
        EXPECT_EQ(attached.mode, wanted == xdp_mode::native ? attach_mode::native : attach_mode::generic);
        EXPECT_EQ(pinned_link_id(), link) << "never attached anew";
        EXPECT_NE(xdp().native + xdp().generic, programs.native + programs.generic) << "but with the new program";
        must(path.add_router(router()));
        EXPECT_TRUE(is_heard(path)) << "which writes to the new maps";
        const std::string filters = tc("filter show dev eth0 egress");
        EXPECT_EQ(filters.find("xvrrp_egress:"), filters.rfind("xvrrp_egress:")) << "one tc filter: " << filters;
        close(path);
        EXPECT_THAT(tc("qdisc show dev eth0"), Not(HasSubstr("clsact"))) << "who made it is remembered";
    }
}

TEST_F(datapath_attach, a_link_of_the_other_flavour_is_not_adopted)
{
    std::optional<datapath::datapath> killed(open());
    must(attach(*killed, xdp_mode::native));
    killed.reset();
    auto path = open();
    const auto attached = must(attach(path, xdp_mode::generic));
    EXPECT_FALSE(attached.adopted);
    EXPECT_EQ(attached.mode, attach_mode::generic);
    EXPECT_EQ(xdp().native, 0U);
    close(path);
}

TEST_F(datapath_attach, a_leftover_link_goes_when_its_interface_isnt_used_or_uses_a_socket)
{
    std::optional<datapath::datapath> killed(open());
    must(attach(*killed, xdp_mode::generic));
    killed.reset();
    {
        auto path = open(false);
        must(ours.run([&] { path.drop_leftover_links(); }));
        EXPECT_EQ(xdp().generic, 0U);
        EXPECT_THAT(tc("qdisc show dev eth0"), Not(HasSubstr("clsact")));
        EXPECT_EQ(pinned_link_id(), 0U);
        close(path);
    }
    killed.emplace(open());
    must(attach(*killed, xdp_mode::generic));
    killed.reset();
    auto path = open();
    EXPECT_EQ(must(attach(path, xdp_mode::socket)).mode, attach_mode::socket);
    EXPECT_EQ(xdp().generic, 0U);
    close(path);
}

TEST_F(datapath_attach, the_pin_of_an_interface_that_is_gone_doesnt_matter)
{
    std::optional<datapath::datapath> killed(open());
    must(attach(*killed, xdp_mode::generic));
    killed.reset();
    must(ours.ip("link del eth0"));
    must(
        ours.ip("link add eth0 index " + std::to_string(eth.value) + " type veth peer name eth0 netns " + peer.name()));
    auto path = open();
    EXPECT_FALSE(must(attach(path, xdp_mode::generic)).adopted);
    EXPECT_NE(xdp().generic, 0U);
    close(path);
}

TEST_F(datapath_attach, a_link_that_was_detached_by_force_is_attached_anew)
{
    auto path = open();
    must(attach(path, xdp_mode::generic));
    ASSERT_TRUE(must(ours.exec({"bpftool", "link", "detach", "id", std::to_string(pinned_link_id())})).ok());
    EXPECT_EQ(xdp().generic, 0U);
    must(attach(path, xdp_mode::generic));
    EXPECT_NE(xdp().generic, 0U);
    close(path);
}

/// Of the calling thread.
void keep_capabilities(std::initializer_list<unsigned> kept)
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3]{};
    for (const unsigned capability : kept) {
        data[CAP_TO_INDEX(capability)].effective |= CAP_TO_MASK(capability);
        data[CAP_TO_INDEX(capability)].permitted |= CAP_TO_MASK(capability);
    }
    ASSERT_EQ(::syscall(SYS_capset, &header, data), 0);
}

/// Of the calling thread.
void drop_capabilities(std::initializer_list<unsigned> dropped)
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3]{};
    ASSERT_EQ(::syscall(SYS_capget, &header, data), 0);
    for (const unsigned capability : dropped) {
        data[CAP_TO_INDEX(capability)].effective &= ~CAP_TO_MASK(capability);
    }
    ASSERT_EQ(::syscall(SYS_capset, &header, data), 0);
}

TEST_F(datapath_attach, four_capabilities_are_enough)
{
    must(ours.run([&] {
        keep_capabilities({CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_PERFMON});
        auto path = open();
        EXPECT_EQ(path.bpf_refusal(), std::nullopt);
        const auto attached = must(path.attach(eth, "eth0", xdp_mode::native));
        EXPECT_EQ(attached.mode, attach_mode::native);
        EXPECT_THAT(attached.remark, IsEmpty());
        must(path.add_router(router()));
        EXPECT_TRUE(is_heard(path));
        path.close_cleanly();
    }));
    EXPECT_EQ(xdp().native, 0U);
}

TEST_F(datapath_attach, without_the_right_to_use_bpf_sockets_do)
{
    must(ours.run([&] {
        drop_capabilities({CAP_BPF, CAP_SYS_ADMIN, CAP_PERFMON});
        auto path = open();
        ASSERT_TRUE(path.bpf_refusal());
        EXPECT_THAT(*path.bpf_refusal(), AllOf(HasSubstr("Operation not permitted"), HasSubstr("no_accept")));
        EXPECT_THAT(*path.bpf_refusal(), Not(HasSubstr("\n")));
        const auto attached = must(path.attach(eth, "eth0", xdp_mode::automatic));
        EXPECT_EQ(attached.mode, attach_mode::socket);
        EXPECT_THAT(attached.remark, IsEmpty()) << "bpf_refusal() has said it";
        const auto slot = must(path.add_router(router()));
        path.store_state(slot, {.state = XVRRP_BACKUP, .priority = {90}, .followed = ip_address::parse("10.0.0.1")});
        EXPECT_TRUE(is_heard(path));
        EXPECT_TRUE(path.read_router(slot).followed);
        EXPECT_FALSE(datapath::datapath::open({.pin_directory = directory})) << "the lock is held all the same";
        path.close_cleanly();
    }));
}

} // namespace
