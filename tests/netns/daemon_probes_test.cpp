// SPDX-License-Identifier: BSD-2-Clause
//
// S-BFD on the wire: probes and replies as Wireshark reads them, which probes a daemon answers, and what it answers
// while it leaves.
#include <gmock/gmock.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>

#include "core/sbfd.hpp"
#include "fast_world.hpp"
#include "lab/capture.hpp"
#include "lab/scratch.hpp"
#include "net/sbfd_socket.hpp"
#include "net/socket_options.hpp"

namespace xvrrp::test {
namespace {

namespace sbfd = core::sbfd;

constexpr std::uint16_t probing_port = 50000;

ip_address address(const std::string& text)
{
    return ip_address::parse(text).value();
}

/// Without this a capture shows the UDP checksums of sockets as the kernel leaves them for a network card to finish.
void finish_checksums(const lab::host& host)
{
    must(host.ns().run([]() -> result<void> {
        const descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        ethtool_value off{.cmd = ETHTOOL_STXCSUM, .data = 0};
        ifreq request{};
        lab::host_interface.copy(request.ifr_name, IFNAMSIZ - 1);
        request.ifr_data = reinterpret_cast<char*>(&off);
        return ::ioctl(socket.get(), SIOCETHTOOL, &request) == 0 ? result<void>{} : fail_errno("SIOCETHTOOL", errno);
    }));
}

/// What tshark makes of everything from or to port 7784, each kind once: protocols, hop limits, the Demand bit.
std::set<std::string> kinds_of_datagrams(const std::filesystem::path& pcap)
{
    const auto all = must(
        lab::exec_checked({"tshark", "-n", "-r", pcap, "-Y", "udp.port == 7784", "-T", "fields", "-E", "separator=,",
                           "-e", "frame.protocols", "-e", "ip.ttl", "-e", "ipv6.hlim", "-e", "bfd.flags.d"}));
    std::set<std::string> kinds;
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);) {
        kinds.insert(line);
    }
    return kinds;
}

class ProbesOnTheWire : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, ProbesOnTheWire, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(ProbesOnTheWire, AreSbfdToWireshark)
{
    lab::segment lan = make_lan(mode(), {"first", "second"});
    std::ranges::for_each(lan.hosts(), finish_checksums);
    lab::capture heard = must(lab::capture::start(lan));
    const auto router_of = [&](const char* role, unsigned priority) {
        instance_text ipv4 = probing_instance(priority);
        ipv4.advert_int = "0.2";
        instance_text ipv6 = ipv4;
        ipv6.name = "VI_6";
        ipv6.addresses = {"fe80::70", "2001:db8::70"};
        return std::make_unique<xvrrpd>(lan[role].ns(), configuration_text({ipv4, ipv6}, {"xdp_mode " + mode()}));
    };
    const auto first = router_of("first", 200);
    const auto second = router_of("second", 150);
    ASSERT_TRUE(eventually(15s, [&] {
        const auto all = sessions_of(*second);
        return all.size() == 2 && std::ranges::all_of(all, [](const auto& each) { return each.state == "up"; });
    })) << second->log();
    heard.stop();
    const auto files = must(lab::scratch_directory::create("pcap"));
    const auto file = files.path() / "heard.pcap";
    must(heard.write_pcap(file));
    EXPECT_THAT(must(lab::tshark_complaints(file, "bfd")), ::testing::IsEmpty());
    EXPECT_THAT(kinds_of_datagrams(file),
                ::testing::ElementsAre("eth:ethertype:ip:udp:bfd,255,,0", "eth:ethertype:ip:udp:bfd,255,,1",
                                       "eth:ethertype:ipv6:udp:bfd,,255,0", "eth:ethertype:ipv6:udp:bfd,,255,1"))
        << "replies without the Demand bit and probes with it";
}

/// A host that probes the router "one", or whoever else answers there.
class asker {
public:
    asker(const lab::host& from, std::uint16_t port, std::uint8_t hop_limit = 255)
        : socket_(must(from.ns().run(
              [&] { return net::sbfd_socket::open(must(from.ns().index_of("eth0")), address(from.ipv4()), port); })))
    {
        const int hops = hop_limit;
        if (::setsockopt(socket_.fd(), IPPROTO_IP, IP_TTL, &hops, sizeof hops) != 0) {
            throw std::runtime_error("IP_TTL");
        }
    }
    /// With the discriminator of the reflector at `of`.
    void ask(const lab::host& router, std::uint32_t mine, const std::string& of)
    {
        const sbfd::control probe{.demand = true,
                                  .my_discriminator = mine,
                                  .your_discriminator = sbfd::discriminator_of(address(of)),
                                  .desired_min_tx = 10ms};
        must(socket_.send(sbfd::encode(probe), address(router.ipv4()), sbfd::port));
    }
    /// All answers so far, as they came.
    const std::vector<sbfd::control>& answers()
    {
        socket_.drain([this](const net::sbfd_datagram& one) { answers_.push_back(sbfd::decode(one.payload).value()); },
                      64);
        return answers_;
    }
    /// The state that it is answered; nothing: none within five seconds.
    std::optional<sbfd::state> state_of(const lab::host& router, std::uint32_t mine)
    {
        ask(router, mine, router.ipv4());
        std::optional<sbfd::state> said;
        std::ignore = eventually(5s, [&] {
            const auto found = std::ranges::find(answers(), mine, &sbfd::control::your_discriminator);
            if (found != answers_.end()) {
                said = found->sta;
            }
            return said.has_value();
        });
        return said;
    }

private:
    net::sbfd_socket socket_;
    std::vector<sbfd::control> answers_;
};

class Reflector : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Reflector, ::testing::Values("socket", "generic", "native"), mode_name_of);

TEST_P(Reflector, AnswersPeersOnTheLinkThatKnowItsDiscriminatorAndNobodyElse)
{
    lab::segment lan = make_lan(mode(), {"one", "peer", "stranger"});
    const lab::host& router = lan["one"];
    instance_text unicast = probing_instance(200);
    unicast.advert_int = "0.2";
    unicast.unicast_src_ip = router.ipv4();
    unicast.unicast_peers = {lan["peer"].ipv4()};
    const xvrrpd one(router.ns(), file_of(unicast, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    asker peer(lan["peer"], probing_port);
    ASSERT_EQ(peer.state_of(router, 1), sbfd::state::up);

    asker stranger(lan["stranger"], probing_port);
    asker reflecting(lan["peer"], sbfd::port);
    asker from_afar(lan["peer"], probing_port + 1, 254);
    stranger.ask(router, 2, router.ipv4());
    reflecting.ask(router, 3, router.ipv4());
    from_afar.ask(router, 4, router.ipv4());
    peer.ask(router, 5, "10.0.0.99");
    // Answered in the order in which they came: what is refused before this one is refused for good.
    ASSERT_EQ(peer.state_of(router, 6), sbfd::state::up);
    EXPECT_EQ(peer.answers().size(), 2U) << "a foreign discriminator";
    EXPECT_TRUE(stranger.answers().empty()) << "not a peer";
    EXPECT_TRUE(reflecting.answers().empty()) << "from port 7784";
    EXPECT_TRUE(from_afar.answers().empty()) << "through a router";
}

TEST_P(Reflector, SaysUpWhileTheLeavingRouterServes)
{
    lab::segment lan = make_lan(mode(), {"one", "peer"});
    instance_text slow = probing_instance(255);
    slow.advert_int = "40"; // Skew_Time of the slowest successor is nearly as long
    slow.state = "MASTER";
    xvrrpd one(lan["one"].ns(), file_of(slow, mode()));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    asker peer(lan["peer"], probing_port);
    EXPECT_EQ(peer.state_of(lan["one"], 1), sbfd::state::up);
    must(one.process().signal(SIGTERM));
    ASSERT_TRUE(one.wait_for_state("VI_1", "LEAVING"));
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    EXPECT_EQ(peer.state_of(lan["one"], 2), sbfd::state::up);
}

} // namespace
} // namespace xvrrp::test
