// SPDX-License-Identifier: BSD-2-Clause
//
// FRR speaks IPv6 from the link-local address that its macvlan makes of the virtual router's MAC when its interface has
// none of its own. A tie with it is settled like any other: by the address that the adverts come from.
#include <gtest/gtest.h>

#include "interop/speaker.hpp"
#include "lab/capture.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

constexpr auto patience = 20s;
constexpr dialect frr_over_ipv6{"frr_v3_ipv6", peer_kind::frr, vrrp_version::v3, address_family::ipv6};

/// Of VRID 51: 00:00:5e:00:02:33 (RFC 9568 7.3) as RFC 4291 2.5.1 makes an interface identifier of it.
constexpr const char* virtual_mac_address = "fe80::200:5eff:fe00:233";

TEST(FrrTie, S_M4_AnAddressMadeOfTheVirtualMacIsComparedLikeAnyOther)
{
    auto lan = must(lab::segment::create({"xvrrp", "frr"}));
    const auto heard = must(lab::capture::start(lan));
    const lab::host& ours = lan["xvrrp"];
    const lab::host& theirs = lan["frr"];
    must(theirs.ns().ip("addr del " + theirs.link_local() + "/64 dev eth0"));
    must(lan.cut(ours));

    const auto frr =
        start_peer(theirs, frr_over_ipv6,
                   {.priority = 100, .own_address = virtual_mac_address, .peer_address = ours.link_local()});
    const auto xvrrpd = start_xvrrpd(
        ours, frr_over_ipv6, {.priority = 100, .own_address = ours.link_local(), .peer_address = virtual_mac_address});
    ASSERT_TRUE(eventually(patience, [&] { return frr->is_active() && xvrrpd->is_active(); }))
        << frr->log() << xvrrpd->log();
    ASSERT_TRUE(heard.wait_for_advert(
        [](const lab::advert& one) { return one.host == "frr" && one.source == virtual_mac_address; }, patience));

    // Ours, fe80::1, is the lower one.
    must(lan.restore(ours));
    EXPECT_TRUE(eventually(patience, [&] { return frr->is_active() && xvrrpd->is_backup(); }))
        << frr->log() << xvrrpd->log();
}

} // namespace
} // namespace xvrrp::test
