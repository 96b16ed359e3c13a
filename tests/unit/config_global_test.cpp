// SPDX-License-Identifier: BSD-2-Clause
//
// global_defs, and what stands outside every block.
#include <unistd.h>

#include <array>

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// global_defs with `lines`, the first in line 2, and an instance behind it.
loaded read_global(std::string_view lines, std::string_view instance_lines = "")
{
    return read("global_defs {\n" + std::string(lines) + "\n}\n" + instance_with(instance_lines));
}

TEST(config_global, defaults)
{
    const loaded result = read(instance_with(""));
    std::array<char, 256> host{};
    ASSERT_EQ(::gethostname(host.data(), host.size() - 1), 0);
    EXPECT_EQ(result.config.global.router_id, host.data());
    EXPECT_EQ(result.config.global.garp_interval, 0s);
    EXPECT_EQ(result.config.global.gna_interval, 0s);
}

TEST(config_global, router_id)
{
    EXPECT_EQ(read_global("router_id DOCKER_INGRESS").config.global.router_id, "DOCKER_INGRESS");
    EXPECT_EQ(read_global("router_id \"two words\"").config.global.router_id, "two words");
    EXPECT_THAT(read_global("router_id " + std::string(256, 'x')).diagnostics,
                only_message(severity::error, 2, 11, "up to 255 bytes"));
}

TEST(config_global, blocks_add_up_wherever_they_stand)
{
    const loaded result =
        read("global_defs {\n router_id a\n}\n" + instance_with("") + "global_defs {\n vrrp_version 3\n}\n");
    EXPECT_EQ(result.config.global.router_id, "a");
    EXPECT_EQ(only_instance(result).version, vrrp_version::v3);
    EXPECT_THAT(result.diagnostics, IsEmpty());
}

TEST(config_global, gaps_between_announcements)
{
    const loaded result = read_global("vrrp_garp_interval 0.001\nvrrp_gna_interval 0.000001");
    EXPECT_EQ(result.config.global.garp_interval, 1ms);
    EXPECT_EQ(result.config.global.gna_interval, 1us);
    EXPECT_THAT(result.diagnostics, IsEmpty());
}

TEST(config_global, a_gap_of_zero_is_taken_silently)
{
    const loaded result = read_global("vrrp_garp_interval 0\nvrrp_gna_interval 0");
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(read_global("vrrp_garp_interval 4295").diagnostics,
                only_message(severity::error, 2, 20, "from 0 to 4294.967295"));
}

TEST(config_global, announcements_are_the_instances_defaults)
{
    const loaded result =
        read_global("vrrp_garp_master_delay 1\nvrrp_garp_master_repeat 2\nvrrp_garp_master_refresh 3\n"
                    "vrrp_garp_master_refresh_repeat 4\nvrrp_garp_lower_prio_delay 6\nvrrp_garp_lower_prio_repeat 7",
                    "garp_master_repeat 9");
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).garp, (garp_settings{.master_delay = 1s,
                                                         .master_repeat = 9,
                                                         .refresh = 3s,
                                                         .refresh_repeat = 4,
                                                         .lower_prio_repeat = 7,
                                                         .lower_prio_delay = 6s}));
}

TEST(config_global, lower_priority_announcements_follow_the_others)
{
    const garp_settings garp = only_instance(read_global("vrrp_garp_master_delay 1\nvrrp_garp_master_repeat 2")).garp;
    EXPECT_EQ(garp.lower_prio_repeat, 2U);
    EXPECT_EQ(garp.lower_prio_delay, 1s);
}

TEST(config_global, min_garp_fills_what_is_left)
{
    for (const char* line : {"vrrp_min_garp", "vrrp_min_garp on"}) {
        EXPECT_EQ(only_instance(read_global(line)).garp, (garp_settings{.master_delay = 0s,
                                                                        .master_repeat = 1,
                                                                        .refresh = 0s,
                                                                        .refresh_repeat = 1,
                                                                        .lower_prio_repeat = 1,
                                                                        .lower_prio_delay = 0s}));
    }
    EXPECT_EQ(only_instance(read_global("vrrp_min_garp off")).garp, garp_settings{});
    EXPECT_EQ(only_instance(read_global("vrrp_garp_master_repeat 3\nvrrp_min_garp")).garp.master_repeat, 3U);
}

TEST(config_global, versions_and_groups)
{
    EXPECT_EQ(only_instance(read_global("vrrp_mcast_group4 224.0.0.100")).multicast_group, ip("224.0.0.100"));
    EXPECT_EQ(only_instance(read("global_defs {\n vrrp_mcast_group6 ff02::100\n}\n" +
                                 bare_instance_with("virtual_ipaddress { fe80::1 }")))
                  .multicast_group,
              ip("ff02::100"));
    const loaded wrong = read_global("vrrp_mcast_group4 10.0.0.1\nvrrp_mcast_group6 224.0.0.18\nvrrp_version 4");
    EXPECT_EQ(only_instance(wrong).multicast_group, ip("224.0.0.18"));
    EXPECT_EQ(only_instance(wrong).version, vrrp_version::v2);
    EXPECT_THAT(wrong.diagnostics, ElementsAre(message_at(severity::error, 2, 19, "IPv4 multicast"),
                                               message_at(severity::error, 3, 19, "IPv6 multicast"),
                                               message_at(severity::error, 4, 14, "2 or 3")));
    EXPECT_EQ(status_of(wrong), test_status::errors);
}

TEST(config_global, default_interface_serves_where_none_is_named)
{
    const loaded result = read("global_defs {\n default_interface eth9\n}\nvrrp_instance A {\n virtual_router_id 1\n "
                               "virtual_ipaddress { 10.0.0.1 }\n}\n");
    EXPECT_EQ(only_instance(result).interface, "eth9");
    EXPECT_EQ(only_instance(result).virtual_addresses.at(0).device, "eth9");
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 4, 15, "default_interface eth9 is used"));
    EXPECT_EQ(only_instance(read_global("default_interface eth9")).interface, "eth0");
}

TEST(config_global, mail_and_the_like_are_noted)
{
    const loaded result =
        read_global("notification_email {\n a@b\n c@d\n}\nnotification_email_from a@b\nsmtp_server 127.0.0.1 25\n"
                    "smtp_connect_timeout 30\nvrrp_skip_check_adv_addr");
    EXPECT_THAT(result.diagnostics, SizeIs(5));
    EXPECT_THAT(result.diagnostics, testing::Each(testing::Field(&diagnostic::level, severity::note)));
    EXPECT_EQ(status_of(result), test_status::ok);
}

TEST(config_global, keywords_of_later_are_named_once_in_a_file)
{
    const loaded result = read("bfd_instance a {\n neighbor_ip x\n}\nbfd_instance b {\n}\n" +
                               instance_with("use_vmac\ntrack_bfd {\n a\n}") +
                               "vrrp_instance VI_2 {\n interface eth1\n virtual_router_id 1\n use_vmac\n "
                               "virtual_ipaddress { 10.0.0.1 }\n}\n");
    EXPECT_THAT(result.config.instances, SizeIs(2));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 1, 1, "bfd_instance has no effect yet"),
                                                message_at(severity::warning, 9, 1, "use_vmac has no effect yet"),
                                                message_at(severity::warning, 10, 1, "track_bfd has no effect yet")));
    EXPECT_EQ(status_of(result), test_status::ok);
}

TEST(config_root, load_balancing_is_one_warning)
{
    const loaded result = read("virtual_server_group g {\n 10.0.0.1 80\n}\nvirtual_server 10.0.0.1 80 {\n delay_loop "
                               "6\n real_server 10.0.0.2 80 {\n"
                               " TCP_CHECK {\n connect_timeout 3\n }\n }\n}\nvirtual_server fwmark 1 {\n}\nSSL {\n}\n" +
                               instance_with(""));
    EXPECT_EQ(only_instance(result).name, "VI_1");
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 1, 1, "load balancing"));
}

TEST(config_root, unknown_blocks_are_skipped_whole)
{
    const loaded result = read(instance_with("fast_detection {\n interval 1\n deeper {\n x\n }\n}\npriority 90"));
    EXPECT_EQ(only_instance(result).priority, priority{90});
    EXPECT_THAT(only_instance(result).virtual_addresses, SizeIs(1));
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 4, 1, "the whole block is skipped"));
}

TEST(config_root, unknown_keywords_are_skipped_with_a_guess)
{
    const loaded result = read(instance_with("priorty 90\nxyzzy 1"));
    EXPECT_EQ(only_instance(result).priority, priority{100});
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_at(severity::warning, 4, 1, "did you mean 'priority'?"),
                            message_at(severity::warning, 5, 1, "unknown keyword 'xyzzy' in a vrrp_instance block")));
}

TEST(config_root, a_keyword_of_another_block_is_sent_there)
{
    EXPECT_THAT(read(instance_with("vrrp_strict")).diagnostics,
                only_message(severity::warning, 4, 1, "but into the global_defs block"));
    EXPECT_THAT(read_global("priority 5").diagnostics,
                only_message(severity::warning, 2, 1, "but into a vrrp_instance block"));
    EXPECT_THAT(read("priority 5\n" + instance_with("")).diagnostics,
                only_message(severity::warning, 1, 1, "but into a vrrp_instance block"));
}

} // namespace
} // namespace xvrrp::config
