// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd on one segment with keepalived or FRR, on either side of everything that two routers do with each other.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "interop/speaker.hpp"
#include "lab/capture.hpp"
#include "lab/scratch.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

constexpr auto patience = 20s;

/// Which side xvrrpd is on: the one that wins by priority (or, in a tie, by address), or the other.
enum class side { winner, loser };

struct combination {
    dialect spoken;
    side xvrrpd;
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name.
void PrintTo(const combination& c, std::ostream* out)
{
    *out << c.spoken.name << (c.xvrrpd == side::winner ? ", xvrrpd wins" : ", xvrrpd loses");
}

std::string name_of(const testing::TestParamInfo<combination>& info)
{
    return fmt::format("{}_xvrrpd_{}", info.param.spoken.name, info.param.xvrrpd == side::winner ? "wins" : "loses");
}

constexpr dialect dialects[] = {
    {"keepalived_v2_multicast", peer_kind::keepalived},
    {"keepalived_v2_unicast", peer_kind::keepalived, vrrp_version::v2, address_family::ipv4, true},
    {"keepalived_v2_pass_multicast", peer_kind::keepalived, vrrp_version::v2, address_family::ipv4, false, "secret"},
    {"keepalived_v2_pass_unicast", peer_kind::keepalived, vrrp_version::v2, address_family::ipv4, true, "12345678"},
    {"keepalived_v3_ipv4_multicast", peer_kind::keepalived, vrrp_version::v3, address_family::ipv4},
    {"keepalived_v3_ipv4_unicast", peer_kind::keepalived, vrrp_version::v3, address_family::ipv4, true},
    {"keepalived_v3_ipv6_multicast", peer_kind::keepalived, vrrp_version::v3, address_family::ipv6},
    {"keepalived_v3_ipv6_unicast", peer_kind::keepalived, vrrp_version::v3, address_family::ipv6, true},
    {"frr_v3_ipv4", peer_kind::frr, vrrp_version::v3, address_family::ipv4},
    {"frr_v3_ipv6", peer_kind::frr, vrrp_version::v3, address_family::ipv6},
};

std::vector<combination> all_combinations()
{
    std::vector<combination> all;
    for (const auto& spoken : dialects) {
        all.push_back({.spoken = spoken, .xvrrpd = side::winner});
        all.push_back({.spoken = spoken, .xvrrpd = side::loser});
    }
    return all;
}

/// Two hosts, "winner" and "loser", and a router on each: xvrrpd on one, the peer on the other.
class peers : public testing::TestWithParam<combination> {
protected:
    /// The order of the roles is that of their addresses.
    void make_segment(const std::vector<std::string>& roles)
    {
        lan_.emplace(must(lab::segment::create(roles)));
        heard_.emplace(must(lab::capture::start(*lan_)));
    }

    void start(unsigned winner_priority, unsigned loser_priority)
    {
        winner_ = start_on("winner", winner_priority, "loser");
        loser_ = start_on("loser", loser_priority, "winner");
    }

    [[nodiscard]] bool becomes(bool winner_active) const
    {
        const auto& active = winner_active ? winner_ : loser_;
        const auto& backup = winner_active ? loser_ : winner_;
        return eventually(patience, [&] { return active->is_active() && backup->is_backup(); }, 20ms);
    }

    /// For the message of a failure: what the routers say of themselves, and who was heard.
    [[nodiscard]] std::string logs() const
    {
        std::set<std::string> heard;
        for (const auto& one : heard_->adverts()) {
            heard.insert(fmt::format("{}: from {}, priority {}, interval {}\n", one.host, one.source, one.priority,
                                     one.interval));
        }
        return fmt::format("winner:\n{}loser:\n{}adverts:\n{}", winner_->log(), loser_->log(), fmt::join(heard, ""));
    }

    /// Whether the host has all virtual addresses, or none of them.
    [[nodiscard]] bool has_addresses(const char* role, bool wanted)
    {
        const auto addresses = GetParam().spoken.addresses();
        return eventually(5s, [&] {
            return std::ranges::all_of(
                addresses, [&](const auto& address) { return (*lan_)[role].ns().has_address(address) == wanted; });
        });
    }

    [[nodiscard]] static const char* xvrrpd_role() { return GetParam().xvrrpd == side::winner ? "winner" : "loser"; }

    void expect_tshark_is_content_with_xvrrpd()
    {
        heard_->stop();
        const auto files = must(lab::scratch_directory::create("pcap"));
        const auto file = files.path() / "heard.pcap";
        must(heard_->write_pcap(file));
        const auto filter = fmt::format("eth.src == {} and (vrrp or arp or icmpv6 or igmp or udp.port == 7784)",
                                        mac_text((*lan_)[xvrrpd_role()].mac()));
        EXPECT_THAT(must(lab::tshark_complaints(file, filter)), testing::IsEmpty());
    }

    /// From the first advert of priority 0 of one host to the next advert of the other.
    [[nodiscard]] std::optional<duration> handover_time(const char* from, const char* to) const
    {
        const auto adverts = heard_->adverts();
        const auto leaving = std::ranges::find_if(
            adverts, [&](const lab::advert& one) { return one.host == from && one.priority == 0; });
        const auto next = std::find_if(leaving, adverts.end(), [&](const lab::advert& one) { return one.host == to; });
        return next == adverts.end() ? std::nullopt : std::optional<duration>(next->time - leaving->time);
    }

    static std::string mac_text(const mac_address& mac)
    {
        return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac.bytes[0], mac.bytes[1], mac.bytes[2],
                           mac.bytes[3], mac.bytes[4], mac.bytes[5]);
    }

    std::optional<lab::segment> lan_;
    std::optional<lab::capture> heard_;
    std::unique_ptr<speaker> winner_;
    std::unique_ptr<speaker> loser_;

private:
    /// FRR sends IPv6 adverts from eth0's link-local address or from the one that its macvlan makes of the virtual MAC,
    /// fe80::200:5eff:fe00:233, whichever it learns of first. This one is greater than both.
    static constexpr const char* above_frr = "fe80::ffff:0:0:1";
    [[nodiscard]] bool is_above_frr(std::string_view role) const
    {
        const auto& spoken = GetParam().spoken;
        return spoken.peer == peer_kind::frr && spoken.family == address_family::ipv6 &&
               GetParam().xvrrpd == side::winner && role == xvrrpd_role();
    }

    [[nodiscard]] std::string address_of(const char* role)
    {
        if (is_above_frr(role)) {
            return above_frr;
        }
        const auto& host = (*lan_)[role];
        return GetParam().spoken.family == address_family::ipv4 ? host.ipv4() : host.link_local();
    }

    std::unique_ptr<speaker> start_on(const char* role, unsigned priority, const char* other)
    {
        const speaker_settings settings{
            .priority = priority, .own_address = address_of(role), .peer_address = address_of(other)};
        const auto& host = (*lan_)[role];
        if (is_above_frr(role)) {
            must(host.ns().ip(fmt::format("addr add {}/64 dev eth0 nodad", above_frr)));
        }
        return std::string_view(role) == xvrrpd_role() ? start_xvrrpd(host, GetParam().spoken, settings)
                                                       : start_peer(host, GetParam().spoken, settings);
    }
};

TEST_P(peers, elect_hand_over_with_priority_0_and_preempt)
{
    make_segment({"winner", "loser"});
    start(150, 100);
    ASSERT_TRUE(becomes(true)) << logs();
    EXPECT_TRUE(has_addresses(xvrrpd_role(), GetParam().xvrrpd == side::winner));

    winner_->stop();
    ASSERT_TRUE(eventually(patience, [&] { return loser_->is_active(); })) << logs();
    ASSERT_TRUE(eventually(patience, [&] { return handover_time("winner", "loser").has_value(); }));
    // Skew_Time is well below one interval; without priority 0 it would have been more than two.
    EXPECT_LT(*handover_time("winner", "loser"), 2 * GetParam().spoken.interval());
    EXPECT_TRUE(has_addresses(xvrrpd_role(), GetParam().xvrrpd == side::loser));

    winner_->start_again();
    ASSERT_TRUE(becomes(true)) << logs();
    EXPECT_TRUE(has_addresses(xvrrpd_role(), GetParam().xvrrpd == side::winner));
    expect_tshark_is_content_with_xvrrpd();
}

TEST_P(peers, take_over_from_a_silent_one_and_yield_when_it_is_heard_again)
{
    make_segment({"winner", "loser"});
    start(150, 100);
    ASSERT_TRUE(becomes(true)) << logs();
    must(lan_->cut((*lan_)["winner"]));
    ASSERT_TRUE(eventually(patience, [&] { return loser_->is_active(); })) << logs();
    must(lan_->restore((*lan_)["winner"]));
    ASSERT_TRUE(becomes(true)) << logs();
    EXPECT_TRUE(has_addresses(xvrrpd_role(), GetParam().xvrrpd == side::winner));
}

TEST_P(peers, settle_a_tie_by_address)
{
    make_segment({"loser", "winner"});
    must(lan_->cut((*lan_)["loser"]));
    start(100, 100);
    ASSERT_TRUE(eventually(patience, [&] { return winner_->is_active() && loser_->is_active(); })) << logs();
    must(lan_->restore((*lan_)["loser"]));
    ASSERT_TRUE(becomes(true)) << logs();
    EXPECT_TRUE(has_addresses(xvrrpd_role(), GetParam().xvrrpd == side::winner));
}

INSTANTIATE_TEST_SUITE_P(with, peers, testing::ValuesIn(all_combinations()), name_of);

} // namespace
} // namespace xvrrp::test
