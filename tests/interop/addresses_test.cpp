// SPDX-License-Identifier: BSD-2-Clause
//
// What stands behind an address does to it what it does with keepalived.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "lab/eventually.hpp"
#include "lab/peers.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

std::string configuration_with_options()
{
    instance_text instance;
    instance.version = 3;
    instance.priority = 255;
    instance.addresses = {"10.0.0.70 peer 10.9.0.1", "10.0.0.71/24 noprefixroute", "10.0.0.72/24 label eth0:x",
                          "10.0.0.73", "239.1.1.1/24 autojoin"};
    instance.more = {"virtual_ipaddress_excluded {",
                     "2001:db8:5::70",
                     "2001:db8:5::71 preferred_lft forever",
                     "2001:db8:5::72/64 preferred_lft 0",
                     "2001:db8:5::73/64",
                     "2001:db8:5::74/64 home",
                     "2001:db8:5::75/64 noprefixroute",
                     "2001:db8:5::76/64 -nodad",
                     "2001:db8:5::77/64 mngtmpaddr",
                     "2001:db8:5::78 peer 2001:db8:6::1",
                     "2001:db8:5::79/64 preferred_lft 86400",
                     "}"};
    return configuration_text({instance});
}

/// Each address as `ip` shows it, without its place, who added it, and how many of its seconds are over.
std::set<std::string> addresses_of(const lab::host& host)
{
    std::istringstream shown(must(host.ns().ip("-o addr show dev eth0")));
    std::set<std::string> lines;
    for (std::string line; std::getline(shown, line);) {
        line = std::regex_replace(line, std::regex(R"(^\d+: )"), "");
        line = std::regex_replace(line, std::regex(R"( proto \S+)"), "");
        line = std::regex_replace(line, std::regex(R"(preferred_lft [1-9]\d*sec)"), "preferred_lft some");
        lines.insert(std::regex_replace(line, std::regex(" +"), " "));
    }
    return lines;
}

/// With all that this host has besides, which both start with.
std::set<std::string> settled_addresses_of(const lab::host& host, std::size_t beside)
{
    constexpr std::size_t vips = 15;
    std::set<std::string> lines;
    const bool settled = eventually(20s, [&] {
        lines = addresses_of(host);
        return lines.size() == beside + vips && std::ranges::none_of(lines, [](const std::string& line) {
                   return line.find("tentative") != std::string::npos;
               });
    });
    EXPECT_TRUE(settled) << ::testing::PrintToString(lines);
    return lines;
}

TEST(address_options, look_as_with_keepalived)
{
    std::set<std::string> theirs;
    { // which leaves the address with a peer behind, of IPv4
        lab::segment lan = must(lab::segment::create({"one"}));
        const std::size_t beside = addresses_of(lan["one"]).size();
        auto running = must(lab::keepalived::start(lan["one"].ns(), configuration_with_options()));
        theirs = settled_addresses_of(lan["one"], beside);
        must(running.stop());
    }
    lab::segment lan = must(lab::segment::create({"one"}));
    const std::set<std::string> before = addresses_of(lan["one"]);
    xvrrpd running(lan["one"].ns(), configuration_with_options());
    EXPECT_EQ(settled_addresses_of(lan["one"], before.size()), theirs);
    EXPECT_EQ(running.stop(), 0);
    EXPECT_EQ(addresses_of(lan["one"]), before);
}

} // namespace
} // namespace xvrrp::test
