// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd's daemon is killed as Active router, with keepalived or FRR as its Backup: the supervisor's priority 0 is an
// advert like any other to them.
#include <gtest/gtest.h>

#include <algorithm>

#include "interop/speaker.hpp"
#include "lab/capture.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

constexpr auto patience = 20s;

struct crash_case {
    dialect spoken;
    bool nopreempt = false; ///< of xvrrpd
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name.
void PrintTo(const crash_case& c, std::ostream* out)
{
    *out << c.spoken.name << (c.nopreempt ? ", nopreempt" : "");
}

std::string name_of(const testing::TestParamInfo<crash_case>& info)
{
    return std::string(info.param.spoken.name) + (info.param.nopreempt ? "_nopreempt" : "");
}

class crashed_daemon : public testing::TestWithParam<crash_case> {
protected:
    [[nodiscard]] static std::string address_of(const lab::host& host)
    {
        return GetParam().spoken.family == address_family::ipv4 ? host.ipv4() : host.link_local();
    }

    /// From its advert of priority 0 to the first of its successor.
    [[nodiscard]] std::optional<duration> handover_time() const
    {
        const auto adverts = heard_.adverts();
        const auto resigned = std::ranges::find_if(
            adverts, [](const lab::advert& one) { return one.host == "ours" && one.priority == 0; });
        const auto next =
            std::ranges::find_if(resigned, adverts.end(), [](const lab::advert& one) { return one.host == "theirs"; });
        return next == adverts.end() ? std::nullopt : std::optional<duration>(next->time - resigned->time);
    }

    lab::segment lan_ = must(lab::segment::create({"theirs", "ours"}));
    lab::capture heard_ = must(lab::capture::start(lan_));
};

TEST_P(crashed_daemon, is_succeeded_after_skew_time_and_comes_back_as_configured)
{
    const auto& [spoken, nopreempt] = GetParam();
    const lab::host& here = lan_["ours"];
    const lab::host& there = lan_["theirs"];
    const auto ours = start_xvrrpd(
        here, spoken,
        {.priority = 150, .own_address = address_of(here), .peer_address = address_of(there), .nopreempt = nopreempt});
    ASSERT_TRUE(eventually(patience, [&] { return ours->is_active(); })) << ours->log();
    const auto theirs = start_peer(
        there, spoken, {.priority = 100, .own_address = address_of(there), .peer_address = address_of(here)});
    ASSERT_TRUE(eventually(patience, [&] { return theirs->is_backup(); })) << theirs->log();
    // Its first advert, before which a Backup may not know whom it follows.
    const auto so_far = heard_.adverts().size();
    ASSERT_TRUE(eventually(patience, [&] { return heard_.adverts().size() > so_far; }));

    ours->kill_daemon();
    ASSERT_TRUE(eventually(patience, [&] { return handover_time().has_value(); })) << ours->log() << theirs->log();
    // Skew_Time of priority 100 is 0.6 intervals; the rest of Active_Down_Interval were at least 2.6.
    EXPECT_LT(*handover_time(), 2 * spoken.interval());

    const auto settled = [&] {
        return nopreempt ? theirs->is_active() && ours->is_backup() : ours->is_active() && theirs->is_backup();
    };
    EXPECT_TRUE(eventually(patience, settled, 20ms)) << ours->log() << theirs->log();
    for (const auto& address : spoken.addresses()) {
        EXPECT_TRUE(eventually(5s, [&] { return here.ns().has_address(address) != nopreempt; })) << address;
    }
}

constexpr dialect keepalived_v2{.name = "keepalived_v2"};
constexpr dialect keepalived_v3_ipv6_unicast{"keepalived_v3_ipv6_unicast", peer_kind::keepalived, vrrp_version::v3,
                                             address_family::ipv6, true};
constexpr dialect frr_ipv4{"frr_v3_ipv4", peer_kind::frr, vrrp_version::v3, address_family::ipv4};
constexpr dialect frr_ipv6{"frr_v3_ipv6", peer_kind::frr, vrrp_version::v3, address_family::ipv6};

INSTANTIATE_TEST_SUITE_P(with, crashed_daemon,
                         testing::Values(crash_case{keepalived_v2}, crash_case{keepalived_v2, true},
                                         crash_case{keepalived_v3_ipv6_unicast}, crash_case{frr_ipv4},
                                         crash_case{frr_ipv6, true}),
                         name_of);

} // namespace
} // namespace xvrrp::test
