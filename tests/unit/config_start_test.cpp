// SPDX-License-Identifier: BSD-2-Clause
//
// What counts when xvrrpd starts: delays, scheduling, scripts around, names of places.
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

global_settings global_of(const std::string& lines, const std::string& before = {})
{
    const loaded result = read(before + "global_defs {\n" + lines + "\n}\n" + instance_with(""));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    return result.config.global;
}

TEST(config_start, delays)
{
    EXPECT_EQ(global_of("vrrp_startup_delay 5.5\nvrrp_delay_after_boot 60").startup_delay, 5500ms);
    EXPECT_EQ(global_of("vrrp_delay_after_boot 60").delay_after_boot, 60s);
    EXPECT_THAT(read("global_defs {\n vrrp_startup_delay -1\n}\n" + instance_with("")).diagnostics,
                only_message(severity::error, 2, 21, "seconds from 0"));
}

TEST(config_start, scheduling)
{
    const process_settings process = global_of("vrrp_rt_priority 99\nvrrp_priority -20\nvrrp_cpu_affinity 0 3").process;
    EXPECT_EQ(process.realtime_priority, 99);
    EXPECT_EQ(process.nice, -20);
    EXPECT_THAT(process.cpus, ElementsAre(0U, 3U));
    EXPECT_EQ(global_of("").process, process_settings{});
    EXPECT_THAT(read("global_defs {\n vrrp_rt_priority 0\n vrrp_priority 20\n vrrp_cpu_affinity 1 x 1024\n}\n" +
                     instance_with(""))
                    .diagnostics,
                ElementsAre(message_at(severity::error, 2, 19, "from 1 to 99"),
                            message_at(severity::error, 3, 16, "from -20 to 19"),
                            message_at(severity::error, 4, 22, "'x' is no number of a CPU"),
                            message_at(severity::error, 4, 24, "0 to 1023")));
}

TEST(config_start, scripts_around)
{
    const surroundings_settings around =
        global_of("script_user nobody\nstartup_script \"/bin/a 1\"\nshutdown_script /bin/b root\n"
                  "shutdown_script_timeout 5")
            .around;
    ASSERT_TRUE(around.startup && around.shutdown);
    EXPECT_THAT(around.startup->script.command, ElementsAre("/bin/a", "1"));
    EXPECT_EQ(around.startup->script.account.user, "nobody");
    EXPECT_EQ(around.startup->timeout, 10s);
    EXPECT_EQ(around.shutdown->script.account.user, "root");
    EXPECT_EQ(around.shutdown->timeout, 5s);
    EXPECT_FALSE(global_of("").around.startup);
}

TEST(config_start, names_of_places)
{
    EXPECT_EQ(global_of("", "net_namespace blue\ninstance one\n").around.net_namespace, "blue");
    EXPECT_EQ(global_of("net_namespace blue\n instance one").around.instance, "one");
    EXPECT_THAT(read("net_namespace ../x\n" + instance_with("")).diagnostics,
                only_message(severity::error, 1, 15, "without a slash"));
    EXPECT_TRUE(global_of("disable_local_igmp").around.disable_local_igmp);
}

} // namespace
} // namespace xvrrp::config
