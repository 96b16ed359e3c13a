// SPDX-License-Identifier: BSD-2-Clause
//
// print(): what it writes is read back as the same configuration.
#include "config/print.hpp"

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

void expect_round_trip(std::string_view text)
{
    const loaded first = read(text);
    ASSERT_FALSE(first.config.instances.empty()) << text;
    const std::string printed = print(first.config);
    const loaded second = read(printed);
    EXPECT_TRUE(without_places(first.config) == without_places(second.config)) << printed;
    EXPECT_EQ(print(second.config), printed);
    for (const diagnostic& each : second.diagnostics) {
        EXPECT_NE(each.level, severity::error) << to_string(each);
    }
}

TEST(config_print, defaults_come_back)
{
    expect_round_trip(instance_with(""));
}

TEST(config_print, every_value_comes_back)
{
    expect_round_trip(
        "global_defs {\n router_id r1\n vrrp_garp_interval 0.001\n vrrp_gna_interval 1.5\n vrrp_mcast_group4 "
        "224.0.0.99\n"
        " vrrp_mcast_group6 ff02::99\n fast_detect interval 1ms hang_limit 300ms\n}\n" +
        instance_with(
            "state MASTER\npriority 200\nadvert_int 3\nno_accept\nxdp_mode generic\ngarp_master_delay 1\n"
            "garp_master_repeat 2\ngarp_master_refresh 3\ngarp_master_refresh_repeat 4\ngarp_lower_prio_delay 6\n"
            "garp_lower_prio_repeat 0\nauthentication {\n auth_type PASS\n auth_pass secret\n}\nmcast_src_ip 10.0.0.1\n"
            "track_interface {\n eth1\n eth2 weight -5\n eth3 weight 7 reverse\n}\n"
            "virtual_ipaddress_excluded {\n 10.0.1.1/24 brd + dev eth1 scope link label eth1:x\n fe80::1/64 dev "
            "eth2\n}") +
        "vrrp_instance VI_2 {\n interface eth0\n virtual_router_id 51\n advert_int 0.25\n preempt_delay 2.5\n"
        " unicast_src_ip fe80::a\n unicast_peer {\n fe80::b min_ttl 255\n fe80::c min_ttl 255\n }\n xdp_mode socket\n"
        " fast_detect off\n"
        " virtual_ipaddress {\n fe80::1/64\n 2001:db8::1\n }\n}\n"
        "vrrp_instance VI_3 {\n interface eth0\n virtual_router_id 52\n version 3\n v3_checksum_as_v2\n nopreempt\n "
        "check_unicast_src\n fast_detect multiplier 20 interval 150us\n"
        " unicast_peer {\n 10.0.0.9\n }\n virtual_ipaddress {\n 10.0.0.71/24 dev eth1\n }\n}\n");
}

TEST(config_print, options_of_addresses_come_back)
{
    expect_round_trip(instance_with("virtual_ipaddress_excluded {\n 10.0.1.1 peer 10.9.0.1 noprefixroute no_track\n"
                                    " 10.0.1.2 peer 10.9.0.2/24 brd + label eth0:x\n 239.1.1.1/24 autojoin\n"
                                    " fe80::1 preferred_lft forever\n fe80::2 preferred_lft 7\n fe80::3\n"
                                    " 2001:db8::1/64 preferred_lft 0 home mngtmpaddr -nodad\n"
                                    " 2001:db8::2 peer 2001:db8:1::1/48\n}\npromote_secondaries"));
}

TEST(config_print, what_is_about_interfaces_comes_back)
{
    expect_round_trip("garp_group {\n garp_interval 0.0001\n interface eth0\n}\ngarp_group {\n gna_interval 2.5\n "
                      "interfaces {\n eth1\n \"in{clude\"\n }\n}\ninterface_up_down_delays {\n eth0 0.5\n eth1 0 "
                      "255\n}\n" +
                      instance_with(""));
}

TEST(config_print, notify_scripts_come_back)
{
    expect_round_trip("global_defs {\n script_user all some\n}\n" +
                      instance_with("notify_master \"/a 'b c' d\"\nnotify_backup /b nobody\nnotify_fault /c u g\n"
                                    "notify_stop /d\nnotify_deleted\nnotify_master_rx_lower_pri /e\nnotify /f"));
    expect_round_trip(instance_with("notify_deleted /x\nnotify \"/y \\\"z\\\"\""));
}

TEST(config_print, strict_instances_come_back)
{
    expect_round_trip("global_defs {\n vrrp_strict\n}\n" + instance_with("priority 255"));
    expect_round_trip(instance_with("strict_mode on\nversion 3\nnopreempt"));
}

TEST(config_print, instances_without_addresses_come_back)
{
    expect_round_trip(bare_instance_with("unicast_peer { 10.0.0.2 }"));
    expect_round_trip(bare_instance_with("version 3\nno_virtual_ipaddress\nvirtual_ipaddress_excluded { 10.0.0.1 }"));
    expect_round_trip(bare_instance_with("native_ipv6\nno_virtual_ipaddress"));
}

TEST(config_print, more_addresses_than_fit_come_back)
{
    std::string entries;
    for (int i = 1; i <= 120; ++i) {
        entries += "fe80::" + std::to_string(i) + "\n";
    }
    expect_round_trip(bare_instance_with("virtual_ipaddress {\n" + entries + "}"));
}

TEST(config_print, odd_words_come_back)
{
    for (const char* name :
         {"\"two words\"", "\"a#b!c\"", "'a\"b'", "\"it's\"", R"("a"'"'"'")", "\"{x}\"", "x{y", "\"a\tb\""}) {
        expect_round_trip(std::string("global_defs {\n router_id ") + name + "\n}\nvrrp_instance " + name +
                          " {\n interface eth0\n virtual_router_id 1\n authentication {\n auth_type PASS\n auth_pass " +
                          name + "\n }\n virtual_ipaddress { 10.0.0.1 }\n}\n");
    }
}

TEST(config_print, names_that_the_preprocessor_would_take_come_back)
{
    expect_round_trip(instance_with("track_interface {\n \"include\" weight 5\n \"@x\"\n \"$x=y\"\n \"~SEQ\"\n}"));
}

TEST(config_print, scripts_come_back)
{
    expect_round_trip("global_defs {\n enable_script_security\n script_user nobody nogroup\n}\n"
                      "vrrp_script a {\n script \"/bin/x 'b c' \\\"d\\\\\\\\e\\\" \\x01{}#!\"\n interval 0.25\n "
                      "timeout 3\n weight -5\n rise "
                      "2\n fall 3\n init_fail\n user root\n}\n"
                      "vrrp_script b {\n script </etc/hosts\n weight 0 reverse\n}\n" +
                      instance_with("nopreempt\nleave_if_degraded\ntrack_script {\n a\n b weight 4 reverse\n}"));
}

TEST(config_print, what_looks_like_a_variable_comes_back)
{
    for (const char* name :
         {"'$'{_HASH}", "\"a$\"\"{_PWD}\"", "'x $'\"_INSTANCE y\"", "\"$\"", "\"$$\"'$'", "'$'\"{_RANDOM 1 5}\""}) {
        expect_round_trip(std::string("global_defs {\n router_id ") + name + "\n}\n" + instance_with(""));
    }
}

TEST(config_print, variables_and_loops_come_back_as_what_they_stand_for)
{
    expect_round_trip("$R=\\\n vrrp_instance V${N}_${_HASH} { \\\n interface eth0 \\\n virtual_router_id $N \\\n"
                      " virtual_ipaddress { 10.0.0.${N} } \\\n }\n~SEQ(N,1,5) $R\n");
}

TEST(config_print, an_empty_router_id_comes_back)
{
    expect_round_trip("global_defs {\n router_id \"\"\n}\n" + instance_with(""));
}

} // namespace
} // namespace xvrrp::config
