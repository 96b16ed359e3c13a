// SPDX-License-Identifier: BSD-2-Clause
//
// The blocks about interfaces: garp_group and interface_up_down_delays.
#include <chrono>

#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(config_garp_group, has_gaps_and_interfaces)
{
    const loaded result = read("garp_group {\n garp_interval 0.0001\n gna_interval 2\n interface eth0\n}\n"
                               "garp_group {\n garp_interval 1\n interfaces {\n eth1 eth2\n eth3\n }\n}\n" +
                               instance_with(""));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(result.config.garp_groups,
                ElementsAre(garp_group{.interfaces = {"eth0"}, .garp_interval = 100us, .gna_interval = 2s},
                            garp_group{.interfaces = {"eth1", "eth2", "eth3"}, .garp_interval = 1s}));
}

TEST(config_garp_group, an_interface_is_in_one_group)
{
    const loaded result = read("garp_group {\n garp_interval 1\n interface eth0\n}\n"
                               "garp_group {\n garp_interval 2\n interfaces { eth0 eth1 eth1 }\n}\n" +
                               instance_with(""));
    ASSERT_EQ(result.config.garp_groups.size(), 2U);
    EXPECT_THAT(result.config.garp_groups[1].interfaces, ElementsAre("eth1"));
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_at(severity::error, 7, 15, "eth0 is in another garp_group already"),
                            message_at(severity::warning, 7, 25, "eth1 stands in this group already")));
}

TEST(config_garp_group, without_interfaces_is_none_and_without_gaps_holds_nothing_back)
{
    const loaded result = read("garp_group {\n garp_interval 1\n}\ngarp_group {\n interface eth0\n}\n"
                               "garp_group {\n gna_interval x\n interface sixteen-letters-\n speed 3\n}\n" +
                               instance_with(""));
    ASSERT_EQ(result.config.garp_groups.size(), 1U);
    EXPECT_EQ(result.config.garp_groups[0].garp_interval, 0s);
    EXPECT_THAT(result.diagnostics,
                ElementsAre(message_at(severity::error, 1, 1, "names no interface"),
                            message_at(severity::warning, 4, 1, "neither garp_interval nor gna_interval"),
                            message_at(severity::error, 7, 1, "names no interface"),
                            message_at(severity::error, 8, 15, "gna_interval takes seconds"),
                            message_at(severity::error, 9, 12, "no interface's name"),
                            message_at(severity::warning, 10, 2, "unknown keyword")));
}

TEST(config_interface_delays, up_is_as_down_unless_it_is_given)
{
    const loaded result =
        read("interface_up_down_delays {\n eth0 1.5\n eth1 2 0\n}\ninterface_up_down_delays {\n eth2 0 255\n}\n" +
             instance_with(""));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(result.config.interface_delays,
                ElementsAre(interface_delay{.interface = "eth0", .down = 1500ms, .up = 1500ms},
                            interface_delay{.interface = "eth1", .down = 2s, .up = 0s},
                            interface_delay{.interface = "eth2", .down = 0s, .up = 255s}));
}

TEST(config_interface_delays, mistakes)
{
    const loaded result = read("interface_up_down_delays {\n eth0 1\n eth0 2\n eth1\n eth2 256\n eth3 1 x\n"
                               " sixteen-letters- 1\n eth4 1 2 3\n}\n" +
                               instance_with(""));
    EXPECT_THAT(result.config.interface_delays,
                ElementsAre(interface_delay{.interface = "eth0", .down = 1s, .up = 1s},
                            interface_delay{.interface = "eth4", .down = 1s, .up = 2s}));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::error, 3, 2, "has its delays already"),
                                                message_at(severity::error, 4, 2, "needs a delay"),
                                                message_at(severity::error, 5, 7, "from 0 to 255, not '256'"),
                                                message_at(severity::error, 6, 9, "not 'x'"),
                                                message_at(severity::error, 7, 2, "no interface's name"),
                                                message_at(severity::warning, 8, 11, "two delays at most")));
}

} // namespace
} // namespace xvrrp::config
