// SPDX-License-Identifier: BSD-2-Clause
//
// virtual_ipaddress and virtual_ipaddress_excluded.
#include <fmt/core.h>

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// An instance whose VIPs are `entries`: the first stands in line 5.
loaded read_addresses(std::string_view entries, std::string_view lines = "")
{
    return read(bare_instance_with("virtual_ipaddress {\n" + std::string(entries) + "\n}\n" + std::string(lines)));
}

virtual_address only_address(const loaded& what)
{
    const vrrp_instance& instance = only_instance(what);
    EXPECT_THAT(instance.virtual_addresses, SizeIs(1));
    return instance.virtual_addresses.empty() ? virtual_address{} : instance.virtual_addresses.front();
}

TEST(config_addresses, the_bare_address)
{
    const loaded result = read_addresses("10.0.0.70");
    EXPECT_EQ(only_address(result), (virtual_address{.address = ip("10.0.0.70"),
                                                     .prefix_length = 32,
                                                     .device = "eth0",
                                                     .broadcast = {},
                                                     .label = {},
                                                     .scope = address_scope::global}));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_address(read_addresses("fe80::70")).prefix_length, 128);
}

TEST(config_addresses, every_option_in_any_order)
{
    const virtual_address expected{.address = ip("10.0.0.70"),
                                   .prefix_length = 24,
                                   .device = "eth1",
                                   .broadcast = ip("10.0.0.255"),
                                   .label = "eth1:vip",
                                   .scope = address_scope::link};
    for (const char* entry : {"10.0.0.70/24 brd 10.0.0.255 dev eth1 scope link label eth1:vip",
                              "10.0.0.70/24 label eth1:vip scope link dev eth1 broadcast +"}) {
        const loaded result = read_addresses(entry);
        EXPECT_EQ(only_address(result), expected) << entry;
        EXPECT_THAT(result.diagnostics, IsEmpty());
    }
}

TEST(config_addresses, broadcast_is_computed)
{
    struct {
        const char* entry;
        const char* expected;
    } const cases[] = {{"10.1.2.70/24 brd +", "10.1.2.255"}, {"10.1.2.70/20 brd +", "10.1.15.255"},
                       {"10.1.2.70/30 brd +", "10.1.2.71"},  {"10.1.2.70/24 brd -", "10.1.2.0"},
                       {"10.1.2.70/9 brd -", "10.0.0.0"},    {"10.1.2.70/0 brd +", "255.255.255.255"}};
    for (const auto& each : cases) {
        EXPECT_EQ(only_address(read_addresses(each.entry)).broadcast, ip(each.expected)) << each.entry;
    }
    for (const char* entry : {"10.1.2.70 brd +", "10.1.2.70/31 brd -"}) {
        const loaded result = read_addresses(entry);
        EXPECT_EQ(only_address(result).broadcast, std::nullopt);
        EXPECT_THAT(result.diagnostics,
                    ElementsAre(testing::Field(&diagnostic::text, testing::HasSubstr("has no broadcast address"))));
    }
    EXPECT_THAT(read_addresses("10.1.2.70 brd x").diagnostics, only_message(severity::error, 5, 15, "brd takes"));
    EXPECT_THAT(read_addresses("10.1.2.70 brd fe80::1").diagnostics, only_message(severity::error, 5, 15, "brd takes"));
}

TEST(config_addresses, scopes)
{
    using scope_case = std::pair<const char*, address_scope>;
    for (const auto& [word, scope] :
         {scope_case{"global", address_scope::global}, scope_case{"site", address_scope::site},
          scope_case{"link", address_scope::link}, scope_case{"host", address_scope::host},
          scope_case{"nowhere", address_scope::nowhere}}) {
        EXPECT_EQ(only_address(read_addresses(std::string("10.0.0.70 scope ") + word)).scope, scope);
    }
    EXPECT_THAT(read_addresses("10.0.0.70 scope galaxy").diagnostics,
                only_message(severity::error, 5, 17, "scope takes"));
}

TEST(config_addresses, what_means_nothing_for_ipv6_is_left_out)
{
    const loaded result = read_addresses("fe80::70/64 scope link label a brd + dev eth1");
    EXPECT_EQ(only_address(result), (virtual_address{.address = ip("fe80::70"),
                                                     .prefix_length = 64,
                                                     .device = "eth1",
                                                     .broadcast = {},
                                                     .label = {},
                                                     .scope = address_scope::global}));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 5, 13, "scope"),
                                                message_at(severity::warning, 5, 24, "label"),
                                                message_at(severity::warning, 5, 32, "brd")));
}

TEST(config_addresses, entries_that_are_no_address)
{
    const loaded result =
        read_addresses("10.0.0.70\n10.0.0\ndev eth0\n224.0.0.1\n0.0.0.0\n10.0.0.71 dev sixteen-letters-\n\"\"");
    EXPECT_THAT(only_instance(result).virtual_addresses, SizeIs(1));
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_at(severity::error, 6, 1, "'10.0.0'"), message_at(severity::error, 7, 1, "'dev'"),
                            message_at(severity::error, 8, 1, "'224.0.0.1'"),
                            message_at(severity::error, 9, 1, "'0.0.0.0'"),
                            message_at(severity::error, 10, 15, "no interface's name"),
                            message_at(severity::error, 11, 1, "''")));
}

TEST(config_addresses, a_wrong_mask_becomes_the_longest)
{
    for (const char* mask : {"33", "-1", "x", "", "255.255.255.0"}) {
        const loaded result = read_addresses(std::string("10.0.0.70/") + mask);
        EXPECT_EQ(only_address(result).prefix_length, 32) << mask;
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 5, 1, "/32 is used")) << mask;
    }
    EXPECT_EQ(only_address(read_addresses("fe80::1/129")).prefix_length, 128);
}

TEST(config_addresses, options_that_are_none)
{
    const loaded result = read_addresses("10.0.0.70 10.0.0.71\n10.0.0.72 dev\n10.0.0.73 label sixteen-letters-");
    EXPECT_THAT(only_instance(result).virtual_addresses, SizeIs(3));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 5, 11, "one address in each line"),
                                                message_at(severity::error, 6, 11, "needs a value"),
                                                message_at(severity::error, 7, 17, "a label has")));
}

TEST(config_addresses, options_without_effect_are_named_once)
{
    const loaded result = read_addresses("10.0.0.70 use_vmac track_group g\n10.0.0.71 use_vmac dev eth1");
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 5, 11, "use_vmac"),
                                                message_at(severity::warning, 5, 20, "track_group")));
    EXPECT_EQ(only_instance(result).virtual_addresses.at(1).device, "eth1");
}

TEST(config_addresses, flags_of_the_kernel)
{
    const loaded result = read_addresses("2001:db8::70/64 home mngtmpaddr noprefixroute -nodad no_track");
    EXPECT_EQ(only_address(result).flags,
              (address_flags{.noprefixroute = true, .home = true, .mngtmpaddr = true, .dad = true}));
    EXPECT_FALSE(only_address(result).tracked);
    EXPECT_EQ(only_address(read_addresses("2001:db8::70/64 -nodad nodad")).flags, address_flags{});
    EXPECT_EQ(only_address(read_addresses("10.0.0.70/24 noprefixroute")).flags, address_flags{.noprefixroute = true});
    EXPECT_TRUE(only_address(read_addresses("10.0.0.70/24")).tracked);
}

TEST(config_addresses, what_means_nothing_for_ipv4_is_left_out)
{
    const loaded result = read_addresses("10.0.0.70/24 home mngtmpaddr -nodad nodad preferred_lft 0");
    EXPECT_EQ(only_address(result).flags, address_flags{});
    EXPECT_EQ(only_address(result).preferred_lifetime, std::nullopt);
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 5, 14, "home means nothing"),
                                                message_at(severity::warning, 5, 19, "mngtmpaddr means nothing"),
                                                message_at(severity::warning, 5, 30, "-nodad means nothing"),
                                                message_at(severity::warning, 5, 37, "nodad means nothing"),
                                                message_at(severity::warning, 5, 43, "preferred_lft means nothing")));
}

TEST(config_addresses, a_mngtmpaddr_that_the_kernel_would_refuse_is_left_out)
{
    const loaded result = read_addresses("2001:db8::70/48 mngtmpaddr");
    EXPECT_EQ(only_address(result).flags, address_flags{});
    EXPECT_THAT(result.diagnostics, testing::Contains(message_at(severity::error, 5, 17, "with /64 only, not /48")));
}

TEST(config_addresses, an_ipv6_address_that_is_its_own_subnet_is_never_preferred_unless_the_line_says_so)
{
    using namespace std::chrono_literals;
    const auto preferred = [](const char* entry) { return only_address(read_addresses(entry)).preferred_lifetime; };
    EXPECT_EQ(preferred("fe80::70"), 0s);
    EXPECT_EQ(preferred("fe80::70/128 preferred_lft forever"), std::nullopt);
    EXPECT_EQ(preferred("fe80::70/128 preferred_lft 5"), 5s);
    EXPECT_EQ(preferred("fe80::70/64"), std::nullopt);
    EXPECT_EQ(preferred("fe80::70/64 preferred_lft 0"), 0s);
    EXPECT_EQ(preferred("fe80::70/64 preferred_lft 4294967294"), 4294967294s);
    EXPECT_EQ(preferred("fe80::70 peer fe80::71"), 0s);
    for (const char* wrong : {"4294967295", "-1", "x", "1.5"}) {
        EXPECT_THAT(read_addresses(std::string("fe80::70/64 preferred_lft ") + wrong).diagnostics,
                    only_message(severity::error, 5, 27, "preferred_lft takes seconds"));
    }
}

TEST(config_addresses, a_peer_has_the_prefix)
{
    const virtual_address host = only_address(read_addresses("10.0.0.70 peer 10.9.0.1"));
    EXPECT_EQ(host.peer, ip("10.9.0.1"));
    EXPECT_EQ(host.prefix_length, 32);
    const loaded subnet = read_addresses("10.0.0.70 brd + peer 10.9.0.1/24");
    EXPECT_EQ(only_address(subnet).prefix_length, 24);
    EXPECT_THAT(subnet.diagnostics, IsEmpty());
    const loaded both = read_addresses("10.0.0.70/16 peer 10.9.0.1");
    EXPECT_EQ(only_address(both).prefix_length, 32);
    EXPECT_THAT(both.diagnostics, only_message(severity::warning, 5, 19, "/16 is left out"));
    for (const char* wrong : {"fe80::1", "x", "10.0.0.70", "224.0.0.1"}) {
        const loaded result = read_addresses(std::string("10.0.0.70/16 peer ") + wrong);
        EXPECT_EQ(only_address(result).peer, std::nullopt) << wrong;
        EXPECT_EQ(only_address(result).prefix_length, 16) << wrong;
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 5, 19, "peer takes")) << wrong;
    }
}

TEST(config_addresses, a_multicast_address_needs_autojoin_which_is_for_nothing_else)
{
    const loaded joined = read_addresses("239.1.1.1/24 autojoin");
    EXPECT_TRUE(only_address(joined).flags.autojoin);
    EXPECT_THAT(joined.diagnostics, IsEmpty());
    const loaded unicast = read_addresses("10.0.0.70 autojoin");
    EXPECT_FALSE(only_address(unicast).flags.autojoin);
    EXPECT_THAT(unicast.diagnostics, only_message(severity::warning, 5, 11, "for multicast addresses"));
}

TEST(config_addresses, the_first_one_decides_the_family)
{
    const loaded four = read_addresses("10.0.0.70\nfe80::70\n10.0.0.71");
    EXPECT_EQ(only_instance(four).family, address_family::ipv4);
    EXPECT_THAT(only_instance(four).virtual_addresses, SizeIs(2));
    EXPECT_THAT(four.diagnostics, only_message(severity::error, 6, 1, "virtual_ipaddress_excluded"));
    const loaded six = read_addresses("fe80::70\n10.0.0.70");
    EXPECT_EQ(only_instance(six).family, address_family::ipv6);
    EXPECT_THAT(six.diagnostics, only_message(severity::error, 6, 1, "family"));
}

TEST(config_addresses, excluded_ones_have_any_family)
{
    const loaded result =
        read_addresses("10.0.0.70", "virtual_ipaddress_excluded {\n 10.0.0.71/24 dev eth1\n 2001:db8::70/64\n}");
    EXPECT_THAT(result.diagnostics, IsEmpty());
    ASSERT_THAT(only_instance(result).excluded_addresses, SizeIs(2));
    EXPECT_EQ(only_instance(result).excluded_addresses[0].device, "eth1");
    EXPECT_EQ(only_instance(result).excluded_addresses[1].address, ip("2001:db8::70"));
}

TEST(config_addresses, blocks_add_up)
{
    EXPECT_THAT(only_instance(read_addresses("10.0.0.70", "virtual_ipaddress { 10.0.0.71 }")).virtual_addresses,
                SizeIs(2));
}

TEST(config_addresses, duplicates_are_taken_once)
{
    const loaded result =
        read_addresses("10.0.0.70\n10.0.0.70/24\n10.0.0.70 dev eth1", "virtual_ipaddress_excluded {\n 10.0.0.70\n}");
    EXPECT_THAT(only_instance(result).virtual_addresses, SizeIs(2));
    EXPECT_THAT(only_instance(result).excluded_addresses, IsEmpty());
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 6, 1, "already"),
                                                message_at(severity::error, 10, 2, "already")));
}

TEST(config_addresses, two_instances_cannot_have_the_same)
{
    const std::string first =
        "vrrp_instance A {\n interface eth0\n virtual_router_id 1\n virtual_ipaddress {\n 10.0.0.1\n }\n}\n";
    const auto second = [](std::string_view entries) {
        return "vrrp_instance B {\n interface eth0\n virtual_router_id 2\n virtual_ipaddress {\n" +
               std::string(entries) + "\n }\n}\n";
    };
    const loaded some = read(first + second("10.0.0.2\n10.0.0.1"));
    ASSERT_THAT(some.config.instances, SizeIs(2));
    EXPECT_THAT(some.config.instances[1].virtual_addresses, SizeIs(1));
    EXPECT_THAT(some.diagnostics, only_message(severity::error, 13, 1, "vrrp_instance A has 10.0.0.1 on eth0 already"));

    const loaded all = read(first + second("10.0.0.1"));
    EXPECT_EQ(only_instance(all).name, "A");
    EXPECT_THAT(all.diagnostics, ElementsAre(message_at(severity::error, 8, 15, "B is left out"),
                                             message_at(severity::error, 12, 1, "already")));

    EXPECT_THAT(read(first + second("10.0.0.1 dev eth1")).diagnostics, IsEmpty()) << "as fe80::1 on two interfaces";
}

std::string many(std::size_t count, std::string_view pattern)
{
    std::string entries;
    for (std::size_t i = 0; i < count; ++i) {
        entries += fmt::format(fmt::runtime(pattern), i / 250, i % 250 + 1);
    }
    return entries;
}

TEST(config_addresses, what_does_not_fit_is_excluded)
{
    EXPECT_THAT(read_addresses(many(255, "10.0.{}.{}\n")).diagnostics, IsEmpty());
    const loaded four = read_addresses(many(300, "10.0.{}.{}\n"));
    EXPECT_THAT(only_instance(four).virtual_addresses, SizeIs(255));
    EXPECT_THAT(only_instance(four).excluded_addresses, SizeIs(45));
    EXPECT_THAT(four.diagnostics, only_message(severity::warning, 5 + 255, 1, "room for 255 addresses; the other 45"));

    const loaded six = read_addresses(many(100, "fe80::{}:{}\n"));
    EXPECT_THAT(only_instance(six).virtual_addresses, SizeIs(90)) << "1500 bytes less 40 and 8, by 16";
    EXPECT_THAT(only_instance(six).excluded_addresses, SizeIs(10));
}

TEST(config_addresses, an_empty_list_runs_in_version_two_only)
{
    const loaded two = read(bare_instance_with("virtual_ipaddress {\n}"));
    EXPECT_THAT(two.config.instances, SizeIs(1));
    EXPECT_THAT(two.diagnostics, only_message(severity::warning, 1, 15, "has no address"));
    for (const char* lines : {"version 3", "strict_mode on"}) {
        const loaded result = read(bare_instance_with(lines));
        EXPECT_THAT(result.config.instances, IsEmpty()) << lines;
        EXPECT_THAT(result.diagnostics, only_message(severity::error, 1, 15, "VI_1 is left out")) << lines;
    }
}

TEST(config_addresses, no_virtual_ipaddress_lets_an_instance_run_without)
{
    for (const char* lines : {"no_virtual_ipaddress", "version 3\nno_virtual_ipaddress",
                              "native_ipv6\nno_virtual_ipaddress\nvirtual_ipaddress_excluded { fe80::70 }"}) {
        const loaded result = read(bare_instance_with(lines));
        EXPECT_THAT(only_instance(result).virtual_addresses, IsEmpty());
        EXPECT_THAT(result.diagnostics, IsEmpty()) << lines;
    }
    EXPECT_EQ(only_instance(read(bare_instance_with("native_ipv6\nno_virtual_ipaddress"))).family,
              address_family::ipv6);
    EXPECT_THAT(read(bare_instance_with("strict_mode on\nno_virtual_ipaddress")).diagnostics,
                only_message(severity::error, 1, 15, "strict_mode needs one"));
    EXPECT_THAT(read(instance_with("no_virtual_ipaddress")).diagnostics,
                only_message(severity::warning, 4, 1, "has no effect"));
}

TEST(config_addresses, the_first_ipv6_one_should_be_link_local)
{
    const loaded loose = read_addresses("2001:db8::70\nfe80::70");
    EXPECT_THAT(only_instance(loose).virtual_addresses, SizeIs(2));
    EXPECT_THAT(loose.diagnostics, only_message(severity::warning, 5, 1, "link-local"));
    const loaded strict = read_addresses("2001:db8::70", "strict_mode on");
    EXPECT_THAT(strict.config.instances, IsEmpty());
    EXPECT_THAT(strict.diagnostics, only_message(severity::error, 5, 1, "strict_mode demands it"));
}

TEST(config_addresses, a_missing_brace_is_named)
{
    const loaded result = read_addresses("10.0.0.70\npriority 5\nnotify \"/bin/x\"");
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 6, 1, "a '}' is missing"),
                                                message_at(severity::error, 7, 1, "a '}' is missing")));
}

} // namespace
} // namespace xvrrp::config
