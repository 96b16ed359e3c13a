// SPDX-License-Identifier: BSD-2-Clause
//
// Adverts over a veth, heard alike in each mode: native XDP, generic XDP, packet socket.
#include <gmock/gmock.h>
#include <poll.h>

#include "datapath_support.hpp"
#include "lab/eventually.hpp"
#include "lab/xdp_pass.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::test;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// The mode is the test's parameter. In native mode the peer's end has an XDP program too.
class datapath_adverts : public datapath_test, public testing::WithParamInterface<xdp_mode> {
protected:
    datapath_adverts() : path(open())
    {
        if (GetParam() == xdp_mode::native) {
            pass = must(lab::attach_xdp_pass(peer, "eth0"));
        }
        slot = attach_with_router(path, GetParam());
    }
    ~datapath_adverts() override { close(path); }

    [[nodiscard]] std::map<std::string_view, std::uint64_t> refused() const
    {
        std::map<std::string_view, std::uint64_t> counts;
        for (const auto& drops : path.read_drops()) {
            EXPECT_EQ(drops.interface, eth);
            counts[datapath::reason_name(drops.reason)] += drops.count;
        }
        return counts;
    }
    slot_index add_ipv6_router()
    {
        auto settings = router();
        settings.family = address_family::ipv6;
        settings.version = vrrp_version::v3;
        settings.source = *ip_address::parse("fe80::9");
        settings.group = *ip_address::parse("ff02::12");
        return must(path.add_router(settings));
    }

    datapath::datapath path;
    lab::file_descriptor pass;
    slot_index slot;
};

std::string mode_name(const testing::TestParamInfo<xdp_mode>& mode)
{
    return mode.param == xdp_mode::native ? "native" : mode.param == xdp_mode::generic ? "generic" : "socket";
}
INSTANTIATE_TEST_SUITE_P(modes, datapath_adverts,
                         testing::Values(xdp_mode::native, xdp_mode::generic, xdp_mode::socket), mode_name);

TEST_P(datapath_adverts, are_attached_as_asked)
{
    const auto again = must(attach(path, GetParam()));
    const auto expected = GetParam() == xdp_mode::native    ? datapath::attach_mode::native
                          : GetParam() == xdp_mode::generic ? datapath::attach_mode::generic
                                                            : datapath::attach_mode::socket;
    EXPECT_EQ(again.mode, expected);
    EXPECT_EQ(xdp().native != 0, GetParam() == xdp_mode::native);
    EXPECT_EQ(xdp().generic != 0, GetParam() == xdp_mode::generic);
    EXPECT_EQ(again.remark.empty(), GetParam() != xdp_mode::socket) << again.remark;
}

TEST_P(datapath_adverts, become_the_same_event)
{
    const auto ipv6_slot = add_ipv6_router();
    lab::advert_recipe v3{.source_mac = {{2, 0, 0, 0, 0, 2}}, .source = "fe80::1", .version = 3, .priority = 150};
    v3.addresses = {"fe80::70", "2001:db8::70", "2001:db8::71"};
    v3.interval = 100ms;
    const time_point before = std::chrono::steady_clock::now();
    send(valid());
    send(v3);
    const auto events = drain(path, 2);
    const time_point after = std::chrono::steady_clock::now();
    ASSERT_EQ(events.size(), 2U);
    const std::vector<lab::advert_recipe> sent{valid(), v3};
    for (std::size_t i = 0; i < events.size(); ++i) {
        const xvrrp_event& event = events[i];
        const auto family = i == 0 ? address_family::ipv4 : address_family::ipv6;
        const lab::frame frame = must(lab::forge_advert(sent[i]));
        const std::size_t length = i == 0 ? frame[17] - 20U : frame[19]; // without Ethernet's padding
        const auto message = std::span(frame).subspan(i == 0 ? 34 : 54, length);
        EXPECT_GE(time_point(duration(event.stamp_ns)), before);
        EXPECT_LE(time_point(duration(event.stamp_ns)), after);
        EXPECT_EQ(event.slot, i == 0 ? slot.value : ipv6_slot.value);
        EXPECT_EQ(event.generation, i + 1);
        EXPECT_EQ(event.ifindex, eth.value);
        EXPECT_EQ(event.advert_length, message.size());
        EXPECT_EQ(event.family, static_cast<int>(family));
        EXPECT_EQ(event.ttl, 255);
        EXPECT_EQ(ip_address::from_abi(family, event.source).to_string(), sent[i].source);
        EXPECT_EQ(ip_address::from_abi(family, event.destination).to_string(), i == 0 ? "224.0.0.18" : "ff02::12");
        EXPECT_TRUE(std::ranges::equal(event.mac, sent[i].source_mac.bytes));
        EXPECT_EQ(event.flags, 0);
        const auto kept = std::min<std::size_t>(message.size(), XVRRP_EVENT_ADVERT_BYTES);
        EXPECT_TRUE(std::equal(event.advert, event.advert + kept, message.begin()));
    }
    EXPECT_TRUE(refused().empty());
}

TEST_P(datapath_adverts, RX_01_to_RX_15_refused_for_the_same_reasons)
{
    auto ttl = valid();
    ttl.ttl = 254;
    auto foreign = valid();
    foreign.vrid = 52;
    auto checksum = valid();
    checksum.wrong_checksum = true;
    auto version = valid();
    version.version = 3;
    auto interval = valid();
    interval.interval = 3s;
    auto password = valid();
    password.password = "guess";
    auto own = valid();
    own.source = "10.0.0.9";
    auto destination = valid();
    destination.destination = "10.0.0.9";
    destination.destination_mac = must(ours.mac_of("eth0"));
    for (const auto& wrong : {ttl, foreign, foreign, checksum, version, interval, password, own, destination}) {
        send(wrong);
    }
    EXPECT_TRUE(is_heard(path)) << "a valid one behind them";
    EXPECT_THAT(refused(), UnorderedElementsAre(std::pair("ttl", 1), std::pair("unknown_vrid", 2),
                                                std::pair("checksum", 1), std::pair("version_mismatch", 1),
                                                std::pair("interval_mismatch", 1), std::pair("auth_type", 1),
                                                std::pair("own_address", 1), std::pair("destination", 1)));
    for (const auto& drops : path.read_drops()) {
        EXPECT_TRUE(drops.last && drops.last_source) << datapath::reason_name(drops.reason);
        EXPECT_EQ(drops.last_vrid.value, drops.reason == XVRRP_PASS_UNKNOWN_VRID ? 52 : 51);
    }
    EXPECT_EQ(path.read_router(slot).accepted, 1U);
}

TEST_P(datapath_adverts, RX_15_a_password_is_demanded_and_can_be_changed)
{
    auto settings = router();
    settings.password = "first";
    must(path.change_router(slot, settings));
    auto advert = valid();
    advert.password = "first";
    send(advert);
    ASSERT_EQ(drain(path, 1).size(), 1U);
    settings.password = "second";
    must(path.change_router(slot, settings));
    send(advert);
    advert.password = "second";
    send(advert);
    ASSERT_EQ(drain(path, 1).size(), 1U);
    EXPECT_THAT(refused(), ElementsAre(std::pair("auth_password", 1)));
    EXPECT_EQ(path.read_router(slot).accepted, 2U) << "the record outlives a change of the checks";
}

TEST_P(datapath_adverts, check_unicast_src_knows_the_peers)
{
    auto settings = router();
    settings.unicast = true;
    settings.check_source = true;
    settings.peers = {*ip_address::parse("10.0.0.1"), *ip_address::parse("10.0.0.2")};
    must(path.change_router(slot, settings));
    auto advert = valid();
    advert.destination = "10.0.0.9";
    advert.destination_mac = must(ours.mac_of("eth0"));
    auto stranger = advert;
    stranger.source = "10.0.0.3";
    send(stranger);
    send(advert);
    ASSERT_EQ(drain(path, 1).size(), 1U);
    EXPECT_THAT(refused(), ElementsAre(std::pair("source", 1)));
    settings.peers = {*ip_address::parse("10.0.0.3")};
    must(path.change_router(slot, settings));
    send(advert);
    send(stranger);
    const auto events = drain(path, 1);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(ip_address::from_abi(address_family::ipv4, events[0].source).to_string(), "10.0.0.3");
}

TEST_P(datapath_adverts, the_followed_router_has_its_own_record)
{
    path.store_state(slot, {.state = XVRRP_BACKUP, .priority = {90}, .followed = ip_address::parse("10.0.0.1")});
    auto other = valid();
    other.source = "10.0.0.2";
    other.priority = 120;
    send(valid());
    send(other);
    const auto events = drain(path, 2);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].flags, XVRRP_EVENT_FOLLOWED);
    EXPECT_EQ(events[1].flags, 0);
    const auto record = path.read_router(slot);
    ASSERT_TRUE(record.followed && record.other);
    EXPECT_EQ(record.followed->stamp, time_point(duration(events[0].stamp_ns)));
    EXPECT_EQ(record.followed->source.to_string(), "10.0.0.1");
    EXPECT_EQ(record.followed->priority, priority{100});
    EXPECT_EQ(record.followed->interval, 1s);
    EXPECT_EQ(record.other->source.to_string(), "10.0.0.2");
    EXPECT_EQ(record.other->priority, priority{120});
    path.store_state(slot, {.state = XVRRP_BACKUP, .priority = {90}, .followed = ip_address::parse("10.0.0.2")});
    send(other);
    EXPECT_EQ(drain(path, 1).at(0).flags, XVRRP_EVENT_FOLLOWED);
}

TEST_P(datapath_adverts, a_drain_stops_at_its_limit_and_says_that_there_is_more)
{
    for (unsigned i = 1; i <= 10; ++i) {
        auto advert = valid();
        advert.priority = i;
        send(advert);
    }
    ASSERT_TRUE(lab::eventually(5s, [&] {
        return std::ranges::any_of(path.fds(), [](int descriptor) {
            pollfd readable{.fd = descriptor, .events = POLLIN, .revents = 0};
            return ::poll(&readable, 1, 0) == 1 && (readable.revents & POLLIN) != 0;
        });
    }));
    std::vector<unsigned> priorities;
    const auto sink = [&](const xvrrp_event& event) { priorities.push_back(event.advert[2]); };
    std::size_t calls = 0;
    bool more = true;
    ASSERT_TRUE(lab::eventually(5s, [&] {
        const std::size_t before = priorities.size();
        more = path.drain(sink, 3);
        calls += priorities.size() != before ? 1 : 0;
        EXPECT_LE(priorities.size(), before + 3);
        return priorities.size() == 10;
    }));
    EXPECT_GE(calls, 4U);
    EXPECT_FALSE(path.drain(sink, 3));
    EXPECT_THAT(priorities, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)) << "oldest first";
}

TEST_P(datapath_adverts, of_a_router_that_was_replaced_meanwhile_are_not_told)
{
    send(valid());
    ASSERT_TRUE(
        lab::eventually(5s, [&] { return GetParam() == xdp_mode::socket || path.read_router(slot).accepted == 1; }));
    path.remove_router(slot);
    if (GetParam() != xdp_mode::socket) {
        ASSERT_EQ(must(path.add_router(router())), slot);
        EXPECT_EQ(path.read_router(slot).accepted, 0U) << "another generation's record";
    }
    std::size_t told = 0;
    path.drain([&](const xvrrp_event&) { ++told; }, 100);
    EXPECT_EQ(told, 0U);
}

TEST_P(datapath_adverts, of_an_interface_that_is_detached_are_not_heard)
{
    must(ours.run([&] { path.detach(eth); }));
    EXPECT_EQ(xdp().native + xdp().generic, 0U);
    send(valid());
    std::size_t told = 0;
    EXPECT_FALSE(path.drain([&](const xvrrp_event&) { ++told; }, 100));
    EXPECT_EQ(told, 0U);
    EXPECT_FALSE(path.add_router(router())) << "the interface isn't attached";
    must(attach(path, GetParam()));
    EXPECT_TRUE(is_heard(path));
}

TEST_P(datapath_adverts, are_heard_again_on_an_interface_that_was_deleted_and_made_anew)
{
    must(ours.ip("link del eth0"));
    must(lab::add_veth(ours, "eth0", peer, "eth0"));
    sender = must(lab::open_packet_socket(peer, "eth0", lab::packet_use::send));
    if (GetParam() == xdp_mode::native) {
        pass = must(lab::attach_xdp_pass(peer, "eth0"));
    }
    must(ours.run([&] { path.detach(eth); }));
    path.remove_router(slot);
    eth = must(ours.index_of("eth0"));
    slot = attach_with_router(path, GetParam());
    EXPECT_TRUE(is_heard(path));
}

TEST_P(datapath_adverts, are_heard_again_when_the_new_interface_has_the_old_number)
{
    must(ours.ip("link del eth0"));
    must(
        ours.ip("link add eth0 index " + std::to_string(eth.value) + " type veth peer name eth0 netns " + peer.name()));
    must(ours.ip("link set eth0 up"));
    must(peer.ip("link set eth0 up"));
    ASSERT_EQ(must(ours.index_of("eth0")), eth);
    sender = must(lab::open_packet_socket(peer, "eth0", lab::packet_use::send));
    must(attach(path, GetParam()));
    EXPECT_TRUE(is_heard(path));
}

TEST_P(datapath_adverts, are_heard_on_when_the_mode_changes)
{
    for (const xdp_mode next : {xdp_mode::generic, xdp_mode::socket, xdp_mode::native, xdp_mode::automatic}) {
        must(attach(path, next));
        EXPECT_TRUE(is_heard(path)) << static_cast<int>(next);
        EXPECT_EQ(path.read_router(slot).followed, std::nullopt);
        EXPECT_TRUE(path.read_router(slot).other);
    }
}

TEST_P(datapath_adverts, packets_to_and_from_a_vip_are_counted_except_with_a_socket)
{
    must(ours.ip("addr add 10.0.0.9/24 dev eth0"));
    must(ours.ip("addr add 10.0.0.70/32 dev eth0"));
    must(peer.ip("addr add 10.0.0.1/24 dev eth0"));
    const datapath::vip vip{.interface = eth, .address = *ip_address::parse("10.0.0.70")};
    must(path.add_vip(vip, slot));
    EXPECT_FALSE(path.add_vip({.interface = {eth.value + 1000}, .address = vip.address}, slot)) << "not attached";
    path.store_state(slot, {.state = XVRRP_ACTIVE, .priority = {100}, .followed = std::nullopt});
    EXPECT_TRUE(must(peer.exec({"ping", "-c", "3", "-i", "0.05", "-W", "2", "10.0.0.70"})).ok());
    const auto counters = path.read_vips();
    ASSERT_EQ(counters.size(), 1U);
    EXPECT_EQ(counters[0].which, vip);
    EXPECT_EQ(counters[0].slot, slot);
    const bool counts = GetParam() != xdp_mode::socket;
    EXPECT_EQ(counters[0].received_packets, counts ? 3U : 0U);
    EXPECT_EQ(counters[0].sent_packets, counts ? 3U : 0U);
    EXPECT_EQ(counters[0].last_received.has_value(), counts);
    path.remove_vip(vip);
    EXPECT_TRUE(path.read_vips().empty());
}

using datapath_socket = datapath_test;

TEST_F(datapath_socket, a_full_queue_is_noticed)
{
    auto path = open(false);
    const auto slot = attach_with_router(path, xdp_mode::socket);
    EXPECT_EQ(path.bpf_refusal(), std::nullopt) << "not wanted isn't refused";
    auto foreign = valid();
    foreign.vrid = 52;
    const lab::frame frame = must(lab::forge_advert(foreign));
    for (int i = 0; i < 120'000; ++i) {
        send(frame);
    }
    std::size_t rounds = 0;
    while (path.drain([](const xvrrp_event&) {}, 1000)) {
        ++rounds;
    }
    const auto drops = path.read_drops();
    ASSERT_EQ(drops.size(), 1U);
    EXPECT_GT(drops[0].count, 10'000U) << "room for seconds of many routers' adverts";
    EXPECT_EQ(rounds, drops[0].count / 1000);
    EXPECT_EQ(drops[0].count + path.read_router(slot).lost, 120'000U) << "what wasn't read was counted as lost";
    close(path);
}

TEST_F(datapath_socket, adverts_of_vlans_are_not_the_interfaces_own)
{
    auto path = open(false);
    attach_with_router(path, xdp_mode::socket);
    lab::frame tagged = must(lab::forge_advert(valid()));
    const std::uint8_t tag[]{0x81, 0x00, 0x00, 0x64};
    tagged.insert(tagged.begin() + 12, std::begin(tag), std::end(tag));
    send(tagged);
    lab::frame priority_tagged = tagged;
    priority_tagged[14] = 0xe0;
    priority_tagged[15] = 0;
    send(priority_tagged);
    auto last = valid();
    last.priority = 7;
    send(last);
    const auto events = drain(path, 2);
    ASSERT_EQ(events.size(), 2U) << "VLAN 0 is no VLAN";
    EXPECT_EQ(events[1].advert[2], 7);
    close(path);
}

} // namespace
