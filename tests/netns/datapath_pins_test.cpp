// SPDX-License-Identifier: BSD-2-Clause
//
// The pin directory: its lock, what is in it, what is left of it.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "datapath_support.hpp"
#include "lab/eventually.hpp"
#include "lab/scratch.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::test;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

class datapath_pins : public datapath_test {
protected:
    /// The entries of a pinned map as bpftool prints them with the help of BTF.
    nlohmann::json dump(const std::string& map) const
    {
        const auto printed =
            must(ours.exec({"bpftool", "--json", "map", "dump", "pinned", (directory / map).string()}));
        EXPECT_TRUE(printed.ok()) << printed.errors;
        return nlohmann::json::parse(printed.output);
    }
};

TEST_F(datapath_pins, a_second_daemon_is_refused_and_told_who_is_there)
{
    auto path = open();
    const auto second = datapath::datapath::open({.pin_directory = directory});
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().what,
                AllOf(StartsWith(directory.native()), HasSubstr("in use by process " + std::to_string(::getpid())),
                      HasSubstr("--bpf-dir")));
    EXPECT_FALSE(datapath::cleanup(directory)) << "nor is it cleaned up under a daemon's feet";
    EXPECT_THAT(pins(), Contains("vrrp_config"));
    close(path);
    auto next = open();
    close(next);
}

TEST_F(datapath_pins, the_lock_ends_with_a_process_that_is_killed)
{
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const auto path = datapath::datapath::open({.pin_directory = directory});
        const char opened = path ? 'y' : 'n';
        (void)!::write(ready[1], &opened, 1);
        ::pause();
        ::_exit(0);
    }
    ::close(ready[1]);
    char opened = 0;
    EXPECT_EQ(::read(ready[0], &opened, 1), 1);
    EXPECT_EQ(opened, 'y');
    const auto refused = datapath::datapath::open({.pin_directory = directory});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("in use by process " + std::to_string(child)));
    auto path = open();
    close(path);
}

TEST_F(datapath_pins, every_map_is_pinned_but_the_passwords)
{
    auto path = open();
    EXPECT_THAT(pins(), IsSupersetOf({"vrrp_slots", "vrrp_config", "vrrp_peers", "vrrp_routers", "vrrp_drops",
                                      "vrrp_vips", "vrrp_events", "vrrp_control", "sbfd_reflectors", "sbfd_probers",
                                      "sbfd_probes", "sbfd_sessions"}));
    EXPECT_THAT(pins(), Not(Contains("vrrp_secrets")));
    struct stat about{};
    ASSERT_EQ(::stat(directory.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0700U);
    close(path);
}

TEST_F(datapath_pins, maps_of_an_earlier_run_are_replaced)
{
    std::optional<datapath::datapath> killed(open());
    attach_with_router(*killed, xdp_mode::generic);
    EXPECT_EQ(dump("vrrp_slots").size(), 1U);
    killed.reset();
    EXPECT_EQ(dump("vrrp_slots").size(), 1U) << "a crash leaves them";
    auto path = open();
    EXPECT_EQ(dump("vrrp_slots").size(), 0U) << "fresh, not the old one";
    close(path);
}

TEST_F(datapath_pins, bpftool_prints_named_fields)
{
    auto path = open();
    const auto slot = attach_with_router(path, xdp_mode::generic);
    path.store_state(slot, {.state = XVRRP_BACKUP, .priority = {90}, .followed = ip_address::parse("10.0.0.1")});
    must(path.add_vip({.interface = eth, .address = *ip_address::parse("10.0.0.70")}, slot));
    ASSERT_TRUE(is_heard(path));

    const auto slots = dump("vrrp_slots").at(0).at("formatted");
    EXPECT_EQ(slots.at("key").at("vrid"), 51);
    EXPECT_EQ(slots.at("key").at("ifindex"), eth.value);
    EXPECT_EQ(slots.at("value"), slot.value);
    const auto config = dump("vrrp_config").at(slot.value).at("formatted").at("value");
    EXPECT_EQ(config.at("priority"), 90);
    EXPECT_EQ(config.at("state"), XVRRP_BACKUP) << "stored through the mapped memory";
    EXPECT_EQ(config.at("vrid"), 51);
    const auto router = dump("vrrp_routers").at(slot.value).at("formatted").at("value");
    EXPECT_EQ(router.at("followed").at("priority"), 100);
    EXPECT_EQ(router.at("accepted"), 1);
    const auto vip = dump("vrrp_vips").at(0).at("formatted");
    EXPECT_EQ(vip.at("key").at("family"), 4);
    EXPECT_EQ(vip.at("values").at(0).at("value").at("slot"), slot.value);
    EXPECT_EQ(dump("vrrp_drops").size(), static_cast<std::size_t>(XVRRP_REASONS - 1));
    close(path);
}

TEST_F(datapath_pins, bpftool_prints_named_fields_of_fast_detection)
{
    auto path = open();
    attach_with_router(path, xdp_mode::generic);
    path.renew_lease(time_point(5s));
    const ip_address address = *ip_address::parse("10.0.0.9");
    must(path.set_reflectors({{.interface = eth,
                               .address = address,
                               .discriminator = 0x0a000009,
                               .hang_limit = 3s,
                               .peers = {*ip_address::parse("10.0.0.1")}}}));
    path.sessions().probes[2].port = 49999;
    path.sessions().replies[3].last_state = XVRRP_BFD_UP;

    const auto control = dump("vrrp_control").at(0).at("formatted").at("value");
    EXPECT_EQ(control.at("alive"), 1);
    EXPECT_EQ(control.at("leaving"), 0);
    EXPECT_EQ(control.at("lease_ns"), 5'000'000'000);
    EXPECT_EQ(control.at("process"), ::getpid());
    const auto reflector = dump("sbfd_reflectors").at(0).at("formatted");
    EXPECT_EQ(reflector.at("key").at("ifindex"), eth.value);
    EXPECT_EQ(reflector.at("value").at("discriminator"), 0x0a000009);
    EXPECT_EQ(reflector.at("value").at("hang_limit_ns"), 3'000'000'000);
    EXPECT_EQ(reflector.at("value").at("peers"), +XVRRP_REFLECTOR_PEERS);
    EXPECT_EQ(dump("vrrp_peers").at(0).at("formatted").at("key").at("slot"), +XVRRP_REFLECTOR_PEERS);
    EXPECT_EQ(dump("sbfd_probes").at(2).at("formatted").at("value").at("port"), 49999);
    EXPECT_EQ(dump("sbfd_sessions").at(3).at("formatted").at("value").at("last_state"), +XVRRP_BFD_UP);
    EXPECT_TRUE(dump("sbfd_probers").empty());
    close(path);
}

TEST_F(datapath_pins, state_is_in_the_map_for_an_interface_with_a_socket_too)
{
    auto path = open();
    const auto slot = attach_with_router(path, xdp_mode::socket);
    path.store_state(slot, {.state = XVRRP_ACTIVE, .priority = {200}, .followed = std::nullopt});
    const auto config = dump("vrrp_config").at(slot.value).at("formatted").at("value");
    EXPECT_EQ(config.at("state"), XVRRP_ACTIVE);
    EXPECT_EQ(config.at("priority"), 200);
    close(path);
}

TEST_F(datapath_pins, a_clean_stop_leaves_nothing)
{
    auto path = open();
    attach_with_router(path, xdp_mode::generic);
    EXPECT_NE(xdp().generic, 0U);
    close(path);
    EXPECT_FALSE(std::filesystem::exists(directory));
    EXPECT_EQ(xdp().generic, 0U);
    EXPECT_THAT(tc("qdisc show dev eth0"), Not(HasSubstr("clsact")));
}

TEST_F(datapath_pins, cleanup_removes_what_a_killed_run_left_and_says_what)
{
    std::optional<datapath::datapath> killed(open());
    attach_with_router(*killed, xdp_mode::generic);
    killed.reset();
    const auto removed = must(ours.run([&] { return datapath::cleanup(directory); }));
    EXPECT_THAT(removed,
                IsSupersetOf({std::string("eth0: XDP program detached"), std::string("eth0: tc filter removed"),
                              (directory / "vrrp_config").native() + ": unpinned"}));
    EXPECT_FALSE(std::filesystem::exists(directory));
    EXPECT_EQ(xdp().generic, 0U);
    EXPECT_THAT(tc("qdisc show dev eth0"), Not(HasSubstr("clsact")));
    EXPECT_THAT(must(ours.run([&] { return datapath::cleanup(directory); })), IsEmpty()) << "a second time";
}

TEST_F(datapath_pins, a_strangers_pin_in_the_directory_stays)
{
    auto path = open();
    std::filesystem::create_directory(directory / "somebody");
    close(path);
    EXPECT_THAT(pins(), testing::ElementsAre("somebody"));
    std::filesystem::remove(directory / "somebody");
    std::filesystem::remove(directory);
}

TEST_F(datapath_pins, a_bpffs_is_mounted_where_there_is_none)
{
    must(ours.run([&] { // on a thread of its own, which takes its mounts with it
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
        ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        while (::umount2("/sys/fs/bpf", MNT_DETACH) == 0) {
        }
        auto path = open();
        EXPECT_EQ(path.bpf_refusal(), std::nullopt);
        EXPECT_THAT(pins(), Contains("vrrp_config"));
        path.close_cleanly();
        ASSERT_EQ(::umount("/sys/fs/bpf"), 0);
        auto sockets = open(false);
        EXPECT_FALSE(std::filesystem::exists(directory)) << "who wants no BPF gets no bpffs";
    }));
    EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(datapath_pins, a_directory_that_isnt_on_a_bpffs_is_an_error_that_says_what_to_do)
{
    const auto scratch = must(lab::scratch_directory::create("not-bpffs"));
    for (const auto& wrong : {scratch.path(), scratch.path() / "below"}) {
        const auto opened = datapath::datapath::open({.pin_directory = wrong});
        ASSERT_FALSE(opened);
        EXPECT_THAT(opened.error().what,
                    AllOf(StartsWith(wrong.native()), HasSubstr("BPF filesystem"), HasSubstr("--bpf-dir")));
    }
    EXPECT_FALSE(std::filesystem::exists(scratch.path() / "below")) << "nothing is left behind there";
    auto sockets = datapath::datapath::open({.pin_directory = scratch.path() / "below", .allow_bpf = false});
    EXPECT_TRUE(sockets) << "no BPF, no pins";
}

} // namespace
