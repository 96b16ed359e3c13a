// SPDX-License-Identifier: BSD-2-Clause
//
// What the tests of the daemon share: a LAN for an attach mode, and short configurations with fast adverts.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "lab/eventually.hpp"
#include "lab/segment.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {

using namespace std::chrono_literals;
using lab::eventually;
using lab::throughout;

inline constexpr const char* vip = "10.0.0.70";

/// `mode`: xdp_mode of the routers. For native there is an XDP program at the switch's end of each cable too.
inline lab::segment make_lan(const std::string& mode, const std::vector<std::string>& roles)
{
    return must(lab::segment::create(roles, {.xdp_at_switch = mode == "native"}));
}

/// VI_1 on eth0, VRID 51, version 3, with an advert every 200 ms: Active_Down_Interval is two thirds of a second.
inline instance_text fast_instance(unsigned priority)
{
    instance_text instance;
    instance.version = 3;
    instance.advert_int = "0.2";
    instance.priority = priority;
    return instance;
}

inline std::string file_of(const instance_text& instance, const std::string& mode = "auto")
{
    return configuration_text({instance}, {"xdp_mode " + mode});
}

/// Whether one ping of `from` is answered within a second.
inline bool can_ping(const lab::host& from, const std::string& target)
{
    const auto pinged = from.ns().exec({"ping", "-n", "-c", "1", "-W", "1", target}, 5s);
    return pinged && pinged->ok();
}

/// Whether a ping is answered within five seconds.
inline bool reaches(const lab::host& from, const std::string& target)
{
    return eventually(5s, [&] { return can_ping(from, target); });
}

/// As somebody with bpftool can at any time: false if there is no link, or none any more.
inline bool detach_xdp(const xvrrpd& router, const lab::host& of)
{
    const auto link = router.bpf_directory() / ("link_" + std::to_string(must(of.ns().index_of("eth0")).value));
    return must(lab::exec({"bpftool", "link", "detach", "pinned", link})).ok();
}

class EachMode : public ::testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] std::string mode() const { return GetParam(); }
};

inline std::string mode_name_of(const ::testing::TestParamInfo<const char*>& info)
{
    return info.param;
}

} // namespace xvrrp::test
