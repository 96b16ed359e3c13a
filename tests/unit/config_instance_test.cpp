// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_instance: its keywords, their ranges and defaults, what they do to each other.
#include <array>

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(config_instance, defaults_are_keepaliveds)
{
    const loaded result = read(instance_with(""));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const vrrp_instance& instance = only_instance(result);
    EXPECT_EQ(instance.name, "VI_1");
    EXPECT_EQ(instance.where.file, "test.conf");
    EXPECT_EQ(instance.where.line, 1U);
    EXPECT_EQ(instance.where.column, 15U);
    EXPECT_EQ(instance.state, initial_state::backup);
    EXPECT_EQ(instance.interface, "eth0");
    EXPECT_EQ(instance.vrid, vrid{51});
    EXPECT_EQ(instance.priority, priority{100});
    EXPECT_EQ(instance.advert_interval, 1s);
    EXPECT_EQ(instance.version, vrrp_version::v2);
    EXPECT_EQ(instance.family, address_family::ipv4);
    EXPECT_TRUE(instance.preempt);
    EXPECT_EQ(instance.preempt_delay, 0s);
    EXPECT_EQ(instance.auth_pass, std::nullopt);
    EXPECT_EQ(instance.source, std::nullopt);
    EXPECT_THAT(instance.unicast_peers, IsEmpty());
    EXPECT_EQ(instance.multicast_group, ip("224.0.0.18"));
    EXPECT_THAT(instance.excluded_addresses, IsEmpty());
    EXPECT_THAT(instance.track_interfaces, IsEmpty());
    EXPECT_EQ(instance.garp, garp_settings{});
    EXPECT_TRUE(instance.accept);
    EXPECT_FALSE(instance.strict);
    EXPECT_FALSE(instance.check_unicast_src);
    EXPECT_TRUE(instance.hop_limits.empty());
    EXPECT_EQ(instance.unicast_ttl, 255);
    EXPECT_FALSE(instance.fault_without_peer);
    EXPECT_FALSE(instance.track_source);
    EXPECT_TRUE(instance.track_primary);
    EXPECT_EQ(instance.down_timer_adverts, 3U);
    EXPECT_FALSE(instance.lower_prio_no_advert);
    EXPECT_FALSE(instance.owner_ignore_adverts);
    EXPECT_EQ(instance.timer_expired_backup, std::nullopt);
    EXPECT_FALSE(instance.checksum_as_v2);
    EXPECT_EQ(instance.xdp, xdp_mode::automatic);
    EXPECT_EQ(instance.fast_detect, fast_detection{});
}

struct range_case {
    const char* line;
    bool runs;
};

class config_identity_range : public testing::TestWithParam<range_case> {};

TEST_P(config_identity_range, a_wrong_value_leaves_the_instance_out)
{
    const loaded result =
        read(std::string("vrrp_instance A {\n") + GetParam().line + "\n" +
             (std::string_view(GetParam().line).starts_with("interface") ? "" : "interface eth0\n") +
             (std::string_view(GetParam().line).starts_with("virtual") ? "" : "virtual_router_id 1\n") +
             "virtual_ipaddress { 10.0.0.70 }\n}\n");
    EXPECT_EQ(result.config.instances.size(), GetParam().runs ? 1U : 0U);
    EXPECT_EQ(status_of(result), GetParam().runs ? test_status::ok : test_status::cannot_run);
    if (!GetParam().runs) {
        const auto column = static_cast<std::uint32_t>(std::string_view(GetParam().line).find(' ') + 2);
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 2, column, "vrrp_instance A is left out"));
    }
}

INSTANTIATE_TEST_SUITE_P(
    values, config_identity_range,
    testing::Values(range_case{"virtual_router_id 1", true}, range_case{"virtual_router_id 255", true},
                    range_case{"virtual_router_id 0", false}, range_case{"virtual_router_id 256", false},
                    range_case{"virtual_router_id x", false}, range_case{"priority 1", true},
                    range_case{"priority 255", true}, range_case{"priority 0", false},
                    range_case{"priority 256", false}, range_case{"priority -1", false}, range_case{"version 2", true},
                    range_case{"version 3", true}, range_case{"version 1", false},
                    range_case{"interface fifteen-letters", true}, range_case{"interface sixteen-letters-", false},
                    range_case{"interface lo", false}));

TEST(config_instance, S_I3_priority_zero_is_refused)
{
    const loaded result = read(instance_with("priority 0"));
    EXPECT_THAT(result.config.instances, IsEmpty());
    EXPECT_THAT(result.diagnostics, only_message(severity::error, 4, 10, "from 1 to 255"));
}

TEST(config_instance, what_is_missing_is_said_at_the_name)
{
    const loaded result = read("vrrp_instance VI_1 {\n  virtual_ipaddress { 10.0.0.70 }\n}\n");
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 1, 15, "'interface NAME'"),
                                                message_at(severity::error, 1, 15, "'virtual_router_id'")));
    EXPECT_THAT(result.config.instances, IsEmpty());
}

TEST(config_instance, a_broken_one_leaves_the_others_running)
{
    const loaded result =
        read("vrrp_instance A {\n interface eth0\n virtual_router_id 0\n virtual_ipaddress { 10.0.0.1 }\n}\n" +
             instance_with(""));
    EXPECT_EQ(only_instance(result).name, "VI_1");
    EXPECT_EQ(status_of(result), test_status::errors);
}

TEST(config_instance, name_is_needed_and_unique)
{
    const loaded twice = read(instance_with("") + instance_with("priority 7"));
    EXPECT_EQ(only_instance(twice).priority, priority{100});
    EXPECT_THAT(twice.diagnostics, only_message(severity::error, 9, 15, "VI_1 stands in line 1 already"));

    const loaded lengthy = read("vrrp_instance " + std::string(256, 'x') + " {\n}\n" + instance_with(""));
    EXPECT_THAT(lengthy.diagnostics, only_message(severity::error, 1, 15, "1 to 255 bytes"));

    const loaded nameless = read("vrrp_instance {\n}\nvrrp_instance \"\" {\n}\n" + instance_with(""));
    EXPECT_EQ(only_instance(nameless).name, "VI_1");
    EXPECT_THAT(nameless.diagnostics, ElementsAre(message_at(severity::error, 1, 1, "needs a value"),
                                                  message_at(severity::error, 3, 15, "needs a name")));
}

TEST(config_instance, state_is_master_or_backup)
{
    EXPECT_EQ(only_instance(read(instance_with("state MASTER\npriority 100"))).state, initial_state::master);
    EXPECT_EQ(only_instance(read(instance_with("state BACKUP"))).state, initial_state::backup);
    const loaded wrong = read(instance_with("state master"));
    EXPECT_EQ(only_instance(wrong).state, initial_state::backup);
    EXPECT_THAT(wrong.diagnostics, only_message(severity::warning, 4, 7, "BACKUP is used"));
}

TEST(config_instance, master_without_priority_is_the_owner)
{
    const loaded result = read(instance_with("state MASTER"));
    EXPECT_EQ(only_instance(result).priority, owner_priority);
    EXPECT_THAT(result.diagnostics, only_message(severity::note, 4, 7, "255"));
}

TEST(config_instance, the_owner_is_master_unless_told_otherwise)
{
    EXPECT_EQ(only_instance(read(instance_with("priority 255"))).state, initial_state::master);
    EXPECT_EQ(only_instance(read(instance_with("priority 255\nstate BACKUP"))).state, initial_state::backup);
}

struct interval_case {
    const char* version;
    const char* text;
    std::chrono::milliseconds expected;
    severity worst; ///< note: nothing is said
};

class config_advert_interval : public testing::TestWithParam<interval_case> {};

TEST_P(config_advert_interval, is_what_the_version_can_say)
{
    const interval_case& given = GetParam();
    const loaded result = read(instance_with(std::string("  advert_int ") + given.text + "\nversion " + given.version));
    EXPECT_EQ(only_instance(result).advert_interval, given.expected);
    if (given.worst == severity::note) {
        EXPECT_THAT(result.diagnostics, IsEmpty());
    } else {
        EXPECT_THAT(result.diagnostics, only_message(given.worst, 4, 14, "used"));
    }
}

INSTANTIATE_TEST_SUITE_P(
    values, config_advert_interval,
    testing::Values(
        interval_case{"2", "1", 1s, severity::note}, interval_case{"2", "255", 255s, severity::note},
        interval_case{"2", "0.01", 1s, severity::warning}, interval_case{"2", "0.4", 1s, severity::warning},
        interval_case{"2", "1.6", 2s, severity::warning}, interval_case{"2", "2.0", 2s, severity::note},
        interval_case{"2", "0", 1s, severity::error}, interval_case{"2", "256", 1s, severity::error},
        interval_case{"2", "soon", 1s, severity::error}, interval_case{"3", "0.01", 10ms, severity::note},
        interval_case{"3", "0.25", 250ms, severity::note}, interval_case{"3", "0.014", 10ms, severity::warning},
        interval_case{"3", "0.016", 20ms, severity::warning}, interval_case{"3", "40.95", 40950ms, severity::note},
        interval_case{"3", "41", 40950ms, severity::warning}, interval_case{"3", "0.009", 1s, severity::error}));

TEST(config_instance, version_follows_the_global_one_and_the_family)
{
    EXPECT_EQ(only_instance(read("global_defs {\n vrrp_version 3\n}\n" + instance_with(""))).version, vrrp_version::v3);
    EXPECT_EQ(only_instance(read("global_defs {\n vrrp_version 3\n}\n" + instance_with("version 2"))).version,
              vrrp_version::v2);

    const loaded six = read(bare_instance_with("virtual_ipaddress { fe80::70 }"));
    EXPECT_EQ(only_instance(six).version, vrrp_version::v3);
    EXPECT_EQ(only_instance(six).family, address_family::ipv6);
    EXPECT_EQ(only_instance(six).multicast_group, ip("ff02::12"));
    EXPECT_THAT(six.diagnostics, IsEmpty());

    const loaded two = read(bare_instance_with("version 2\nvirtual_ipaddress { fe80::70 }"));
    EXPECT_EQ(only_instance(two).version, vrrp_version::v3);
    EXPECT_THAT(two.diagnostics, only_message(severity::warning, 4, 9, "3 is used"));
}

TEST(config_instance, nopreempt_needs_a_backup_that_is_not_the_owner)
{
    EXPECT_FALSE(only_instance(read(instance_with("nopreempt"))).preempt);
    EXPECT_TRUE(only_instance(read(instance_with("preempt"))).preempt);
    for (const char* lines : {"nopreempt\npriority 255\nstate BACKUP", "nopreempt\nstate MASTER\npriority 100"}) {
        const loaded result = read(instance_with(lines));
        EXPECT_TRUE(only_instance(result).preempt) << lines;
        EXPECT_THAT(result.diagnostics, only_message(severity::warning, 4, 1, "nopreempt has no effect")) << lines;
    }
}

TEST(config_instance, preempt_delay_is_cleared_where_it_means_nothing)
{
    EXPECT_EQ(only_instance(read(instance_with("preempt_delay 1.5"))).preempt_delay, 1500ms);
    EXPECT_EQ(only_instance(read(instance_with("preempt_delay 1000"))).preempt_delay, 1000s);
    for (const char* lines : {"preempt_delay 5\nnopreempt", "preempt_delay 5\nstate MASTER\npriority 100",
                              "preempt_delay 5\nstrict_mode on"}) {
        const loaded result = read(instance_with(lines));
        EXPECT_EQ(only_instance(result).preempt_delay, 0s) << lines;
        EXPECT_THAT(result.diagnostics, only_message(severity::warning, 4, 15, "preempt_delay has no effect")) << lines;
    }
    const loaded wrong = read(instance_with("preempt_delay 1001"));
    EXPECT_EQ(only_instance(wrong).preempt_delay, 0s);
    EXPECT_THAT(wrong.diagnostics, only_message(severity::error, 4, 15, "from 0 to 1000"));
}

TEST(config_instance, authentication_in_any_order)
{
    for (const char* lines : {"authentication {\n auth_type PASS\n auth_pass d0cker\n}",
                              "authentication {\n auth_pass \"d0cker\"\n auth_type PASS\n}"}) {
        const loaded result = read(instance_with(lines));
        EXPECT_EQ(only_instance(result).auth_pass, "d0cker");
        EXPECT_THAT(result.diagnostics, IsEmpty());
    }
}

TEST(config_instance, passwords_are_cut_to_eight_bytes)
{
    const loaded result = read(instance_with("authentication {\n auth_type PASS\n auth_pass mypassword\n}"));
    EXPECT_EQ(only_instance(result).auth_pass, "mypasswo");
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 6, 12, "first 8"));
    EXPECT_EQ(status_of(result), test_status::ok);
    EXPECT_EQ(only_instance(read(instance_with("authentication {\n auth_type PASS\n auth_pass 12345678\n}"))).auth_pass,
              "12345678");
}

TEST(config_instance, passwords_stay_out_of_messages)
{
    const loaded result = read(instance_with("authentication {\n auth_type PASS\n auth_pass mypassword # why\n}"));
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_THAT(to_string(result.diagnostics[0]), Not(testing::HasSubstr("mypass")));
    EXPECT_EQ(result.diagnostics[0].source_line, " auth_pass ********** * ***");
}

TEST(config_instance, passwords_stay_out_of_messages_however_they_are_written)
{
    for (const char* lines : {
             "authentication {\n auth_type PASS\n auth_pass my secret\n}",
             "authentication {\n auth_type PASS\n auth_pas secret\n}",
             "authentication {\n auth_type PASS\n passwd secret\n}",
             "authentication {\n auth_type PASS\n auth_pass\n secret\n}",
             "authentication {\n auth_type PASS\n auth_pass {\n secret\n }\n}",
             "authentication { auth_type PASS auth_pass secret }",
             "authentication {\n auth_type PASS secret\n}",
         }) {
        const loaded result = read(instance_with(lines));
        EXPECT_FALSE(result.diagnostics.empty()) << lines;
        for (const diagnostic& each : result.diagnostics) {
            EXPECT_THAT(to_string(each), Not(testing::HasSubstr("secret"))) << lines;
        }
    }
}

struct authentication_case {
    const char* lines;
    severity level;
    std::uint32_t line;
    const char* text;
    bool runs;
};

class config_authentication : public testing::TestWithParam<authentication_case> {};

TEST_P(config_authentication, is_left_out_with_a_message)
{
    const authentication_case& given = GetParam();
    const loaded result = read(instance_with(given.lines));
    EXPECT_THAT(result.diagnostics,
                Contains(message_at(given.level, given.line, given.line == 4 ? 1 : 12, given.text)));
    EXPECT_EQ(result.config.instances.size(), given.runs ? 1U : 0U);
    if (given.runs) {
        EXPECT_EQ(only_instance(result).auth_pass, std::nullopt);
    }
}

INSTANTIATE_TEST_SUITE_P(
    cases, config_authentication,
    testing::Values(authentication_case{"authentication {\n auth_type PASS\n auth_pass x\n}\nversion 3",
                                        severity::error, 4, "version 3 has no authentication", true},
                    authentication_case{"authentication {\n auth_type PASS\n auth_pass x\n}\nstrict_mode on",
                                        severity::error, 4, "strict_mode allows no authentication", true},
                    authentication_case{"authentication {\n auth_type PASS\n}", severity::error, 4,
                                        "needs an auth_pass", true},
                    authentication_case{"authentication {\n auth_pass x\n}", severity::warning, 4,
                                        "without 'auth_type PASS'", true},
                    authentication_case{"authentication {\n auth_type AH\n auth_pass x\n}", severity::error, 5,
                                        "is left out", false},
                    authentication_case{"authentication {\n auth_type PAS\n auth_pass x\n}", severity::error, 5,
                                        "is left out", false},
                    authentication_case{"authentication {\n auth_type PASS\n auth_pass \"\"\n}", severity::error, 6,
                                        "empty", true}));

TEST(config_instance, authentication_for_ipv6_is_left_out)
{
    const loaded result =
        read(bare_instance_with("authentication {\n auth_type PASS\n auth_pass x\n}\nvirtual_ipaddress { fe80::1 }"));
    EXPECT_EQ(only_instance(result).auth_pass, std::nullopt);
    EXPECT_THAT(result.diagnostics, only_message(severity::error, 4, 1, "version 3 has no authentication"));
}

TEST(config_instance, announcements_of_its_own)
{
    const loaded result =
        read(instance_with("garp_master_delay 1\ngarp_master_repeat 2\ngarp_master_refresh 60\n"
                           "garp_master_refresh_repeat 3\ngarp_lower_prio_delay 4\ngarp_lower_prio_repeat 0"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).garp, (garp_settings{.master_delay = 1s,
                                                         .master_repeat = 2,
                                                         .refresh = 60s,
                                                         .refresh_repeat = 3,
                                                         .lower_prio_repeat = 0,
                                                         .lower_prio_delay = 4s}));
}

TEST(config_instance, announcement_ranges)
{
    const loaded zero = read(instance_with("garp_master_repeat 0\ngarp_master_refresh_repeat 0\ngarp_master_delay 0"));
    EXPECT_EQ(only_instance(zero).garp.master_repeat, 1U);
    EXPECT_EQ(only_instance(zero).garp.refresh_repeat, 1U);
    EXPECT_EQ(only_instance(zero).garp.master_delay, 0s);
    EXPECT_THAT(zero.diagnostics, ElementsAre(message_at(severity::warning, 4, 20, "at least 1"),
                                              message_at(severity::warning, 5, 28, "at least 1")));
    const loaded wrong =
        read(instance_with("garp_lower_prio_repeat -1\ngarp_master_refresh x\ngarp_master_delay 4295"));
    EXPECT_EQ(only_instance(wrong).garp, garp_settings{});
    EXPECT_THAT(wrong.diagnostics,
                ElementsAre(message_at(severity::error, 4, 24, "from 0"), message_at(severity::error, 5, 21, "from 0"),
                            message_at(severity::error, 6, 19, "from 0 to 4294")));
}

TEST(config_instance, switches)
{
    EXPECT_FALSE(only_instance(read(instance_with("no_accept"))).accept);
    EXPECT_TRUE(only_instance(read(instance_with("accept"))).accept);
    EXPECT_TRUE(only_instance(read(instance_with("strict_mode"))).strict);
    EXPECT_TRUE(only_instance(read(instance_with("version 3\nv3_checksum_as_v2 yes"))).checksum_as_v2);
    EXPECT_FALSE(
        only_instance(read("global_defs {\n v3_checksum_as_v2\n}\n" + instance_with("version 3\nv3_checksum_as_v2 no")))
            .checksum_as_v2);
    const loaded wrong = read(instance_with("strict_mode maybe"));
    EXPECT_FALSE(only_instance(wrong).strict);
    EXPECT_THAT(wrong.diagnostics, only_message(severity::error, 4, 13, "on or off"));
    const loaded v2 = read(instance_with("v3_checksum_as_v2"));
    EXPECT_FALSE(only_instance(v2).checksum_as_v2);
    EXPECT_THAT(v2.diagnostics, only_message(severity::warning, 4, 1, "version 3 over IPv4"));
}

TEST(config_instance, xdp_modes)
{
    using mode_case = std::pair<const char*, xdp_mode>;
    for (const auto& [word, mode] : {mode_case{"auto", xdp_mode::automatic}, mode_case{"native", xdp_mode::native},
                                     mode_case{"generic", xdp_mode::generic}, mode_case{"socket", xdp_mode::socket}}) {
        EXPECT_EQ(only_instance(read(instance_with(std::string("xdp_mode ") + word))).xdp, mode);
    }
    EXPECT_THAT(read(instance_with("xdp_mode fast")).diagnostics, only_message(severity::error, 4, 10, "auto, native"));
    EXPECT_EQ(only_instance(read("global_defs {\n xdp_mode socket\n}\n" + instance_with(""))).xdp, xdp_mode::socket);
    EXPECT_EQ(only_instance(read("global_defs {\n xdp_mode socket\n}\n" + instance_with("xdp_mode native"))).xdp,
              xdp_mode::native);
}

TEST(config_instance, tracks_interfaces)
{
    const loaded result =
        read(instance_with("track_interface {\n eth1\n eth2 weight -20\n eth3 weight 5 reverse\n eth4 weight 0\n}"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(only_instance(result).track_interfaces,
                ElementsAre(tracked_interface{.name = "eth1", .weight = {}, .reverse = false},
                            tracked_interface{.name = "eth2", .weight = -20, .reverse = false},
                            tracked_interface{.name = "eth3", .weight = 5, .reverse = true},
                            tracked_interface{.name = "eth4", .weight = {}, .reverse = false}));
}

TEST(config_instance, an_interface_without_a_weight_may_be_tracked_in_reverse)
{
    const loaded result = read(instance_with("track_interface {\n eth1 weight 0 reverse\n}"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(only_instance(result).track_interfaces,
                ElementsAre(tracked_interface{.name = "eth1", .weight = {}, .reverse = true}));
}

TEST(config_instance, leave_if_degraded_goes_with_nopreempt)
{
    const loaded result = read(instance_with("nopreempt\nleave_if_degraded"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_TRUE(only_instance(result).leave_if_degraded);
    EXPECT_FALSE(only_instance(read(instance_with("nopreempt"))).leave_if_degraded);
    const loaded alone = read(instance_with("leave_if_degraded"));
    EXPECT_THAT(alone.diagnostics, only_message(severity::warning, 4, 1, "with nopreempt only"));
    EXPECT_FALSE(only_instance(alone).leave_if_degraded);
}

TEST(config_instance, track_interface_mistakes)
{
    const loaded result = read(instance_with("track_interface {\n eth1 weight -300\n eth2 weight x\n eth3 eth4\n eth1\n"
                                             " sixteen-letters-\n eth5 reverse\n eth6 weight\n}"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 5, 14, "-253 is used"),
                                                message_at(severity::error, 6, 7, "weight takes"),
                                                message_at(severity::error, 7, 7, "'eth4' is left out"),
                                                message_at(severity::error, 8, 2, "already"),
                                                message_at(severity::error, 9, 2, "no interface's name"),
                                                message_at(severity::warning, 10, 7, "without a weight"),
                                                message_at(severity::error, 11, 7, "weight takes")));
    EXPECT_THAT(only_instance(result).track_interfaces,
                ElementsAre(tracked_interface{.name = "eth1", .weight = -253, .reverse = false},
                            tracked_interface{.name = "eth2", .weight = {}, .reverse = false},
                            tracked_interface{.name = "eth3", .weight = {}, .reverse = false},
                            tracked_interface{.name = "eth5", .weight = {}, .reverse = false},
                            tracked_interface{.name = "eth6", .weight = {}, .reverse = false}));
}

TEST(config_instance, forms_of_statements)
{
    const loaded result =
        read(instance_with("priority\npriority 90 91\nunicast_peer 10.0.0.2\nstate BACKUP {\n x\n}\npreempt yes"));
    EXPECT_EQ(only_instance(result).priority, priority{90});
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 4, 1, "needs a value"),
                                                message_at(severity::warning, 5, 13, "'91' is left out"),
                                                message_at(severity::error, 6, 1, "needs a block"),
                                                message_at(severity::warning, 7, 1, "has no block"),
                                                message_at(severity::warning, 10, 9, "takes no value")));
}

TEST(config_instance, a_keyword_given_twice_counts_the_last_time)
{
    const loaded result = read(instance_with("priority 90\npriority 91"));
    EXPECT_EQ(only_instance(result).priority, priority{91});
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 5, 1, "line 4 too"));
}

TEST(config_instance, routers_that_cannot_be_told_apart)
{
    const auto second = [](std::string_view lines, std::string_view vip) {
        return "vrrp_instance VI_2 {\n  virtual_router_id 51\n" + std::string(lines) + "\n  virtual_ipaddress { " +
               std::string(vip) + " }\n}\n";
    };
    const loaded same = read(instance_with("") + second("  interface eth0", "10.0.0.71"));
    EXPECT_EQ(only_instance(same).name, "VI_1");
    EXPECT_THAT(same.diagnostics, only_message(severity::error, 10, 21, "VI_2 is left out"));
    EXPECT_EQ(status_of(same), test_status::errors);

    EXPECT_EQ(read(instance_with("") + second("  interface eth1", "10.0.0.71")).config.instances.size(), 2U);
    EXPECT_EQ(read(instance_with("") + second("  interface eth0", "fe80::71")).config.instances.size(), 2U);
    EXPECT_EQ(read(instance_with("") + second("  interface eth0\n  unicast_peer { 10.0.0.9 }", "10.0.0.71"))
                  .config.instances.size(),
              1U);
}

TEST(config_instance, strict_mode_demands_what_the_rfc_does)
{
    const loaded plain = read(instance_with("strict_mode on"));
    EXPECT_FALSE(only_instance(plain).accept);
    EXPECT_EQ(only_instance(plain).garp.lower_prio_repeat, 0U);
    EXPECT_EQ(only_instance(plain).garp.lower_prio_delay, 0s);
    EXPECT_EQ(only_instance(plain).garp.master_repeat, 5U);
    EXPECT_TRUE(only_instance(read(instance_with("strict_mode on\npriority 255"))).accept);
    EXPECT_TRUE(only_instance(read(instance_with("strict_mode on\naccept"))).accept);
    EXPECT_EQ(only_instance(read(instance_with("strict_mode on\ngarp_lower_prio_repeat 2"))).garp.lower_prio_repeat,
              2U);

    const loaded master = read(instance_with("state MASTER\npriority 100\nstrict_mode on"));
    EXPECT_EQ(only_instance(master).state, initial_state::backup);
    EXPECT_THAT(master.diagnostics, only_message(severity::warning, 4, 7, "BACKUP is used"));
    const loaded owner = read(instance_with("state BACKUP\npriority 255\nstrict_mode on"));
    EXPECT_EQ(only_instance(owner).state, initial_state::master);
    EXPECT_THAT(owner.diagnostics, only_message(severity::warning, 4, 7, "MASTER is used"));

    const loaded unicast = read(instance_with("strict_mode on\nunicast_peer {\n 10.0.0.2\n}"));
    EXPECT_THAT(unicast.config.instances, IsEmpty());
    EXPECT_THAT(unicast.diagnostics, only_message(severity::error, 5, 1, "VI_1 is left out"));

    EXPECT_FALSE(only_instance(read("global_defs {\n vrrp_strict\n}\n" + instance_with("strict_mode off"))).strict);
    EXPECT_TRUE(only_instance(read("global_defs {\n vrrp_strict\n}\n" + instance_with(""))).strict);
}

} // namespace
} // namespace xvrrp::config
