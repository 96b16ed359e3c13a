// SPDX-License-Identifier: BSD-2-Clause
//
// Probing (see probe.hpp): echo requests leave by a raw ICMP socket, as ping's do, so that the neighbour table is
// asked; answers are read from a packet socket, which tells their MAC address.
#include "lab/probe.hpp"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "lab/forge.hpp"
#include "lab/packet_socket.hpp"

namespace xvrrp::lab {
namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto patience = 200ms;

/// What is sent; the same layout in both families (RFC 792, RFC 4443 4.1). The number is in the data too, because the
/// sequence field wraps.
struct echo {
    std::uint8_t type;
    std::uint8_t code;
    std::uint16_t checksum;
    std::uint16_t id;
    std::uint16_t sequence;
    std::uint64_t number;
};
static_assert(sizeof(echo) == 16);

struct answer {
    std::uint64_t number;
    mac_address mac;
};

/// A stamp of our own on our probes, so that other pings aren't taken for them.
constexpr std::uint16_t probe_id = 0x7652;

struct sockets {
    file_descriptor requests;
    file_descriptor answers;
    bool ipv6 = false;
};

result<sockets> open_sockets(const host& from, const std::string& target)
{
    const bool ipv6 = target.find(':') != std::string::npos;
    sockaddr_storage address{};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
    address.ss_family = ipv6 ? AF_INET6 : AF_INET;
    if (inet_pton(address.ss_family, target.c_str(), ipv6 ? static_cast<void*>(&v6->sin6_addr) : &v4->sin_addr) != 1) {
        return fail(target + ": not an IP address");
    }
    auto answers = open_packet_socket(from.ns(), std::string(host_interface),
                                      ipv6 ? packet_use::receive_ipv6 : packet_use::receive_ipv4);
    if (!answers) {
        return std::unexpected(answers.error());
    }
    auto requests = from.ns().run([&]() -> result<file_descriptor> {
        file_descriptor socket(::socket(address.ss_family, SOCK_RAW | SOCK_CLOEXEC,
                                        ipv6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP)));
        const socklen_t size = ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
        if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
            return fail_errno("probe of " + target, errno);
        }
        return socket;
    });
    if (!requests) {
        return std::unexpected(requests.error());
    }
    return sockets{.requests = std::move(*requests), .answers = std::move(*answers), .ipv6 = ipv6};
}

void send_probe(const sockets& through, std::uint64_t number)
{
    echo request{.type = through.ipv6 ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO},
                 .code = 0,
                 .checksum = 0, // of ICMPv6 the kernel's business
                 .id = htons(probe_id),
                 .sequence = htons(static_cast<std::uint16_t>(number)),
                 .number = number};
    if (!through.ipv6) {
        std::vector<std::uint8_t> bytes(sizeof request);
        std::memcpy(bytes.data(), &request, sizeof request);
        request.checksum = htons(internet_checksum(bytes));
    }
    // A probe that can't leave (no neighbour, no carrier) is a lost one.
    [[maybe_unused]] const auto sent = send(through.requests.get(), &request, sizeof request, MSG_DONTWAIT);
}

/// The next answer to one of our probes that waits in the socket, skipping other packets.
std::optional<answer> receive_answer(const sockets& through)
{
    while (true) {
        std::array<std::uint8_t, 256> packet{};
        sockaddr_ll sender{};
        socklen_t size = sizeof sender;
        const ssize_t length = recvfrom(through.answers.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_TRUNC,
                                        reinterpret_cast<sockaddr*>(&sender), &size);
        if (length < 0) {
            return std::nullopt;
        }
        const std::size_t header = through.ipv6 ? 40 : 20;
        const bool icmp = through.ipv6 ? packet[6] == IPPROTO_ICMPV6 : packet[9] == IPPROTO_ICMP;
        echo reply{};
        std::memcpy(&reply, packet.data() + header, sizeof reply);
        const unsigned wanted = through.ipv6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
        if (icmp && static_cast<std::size_t>(length) >= header + sizeof reply && reply.type == wanted &&
            reply.id == htons(probe_id)) {
            answer received{.number = reply.number, .mac = {}};
            std::copy_n(sender.sll_addr, received.mac.bytes.size(), received.mac.bytes.begin());
            return received;
        }
    }
}

} // namespace

struct probe::state {
    sockets through;
    std::chrono::nanoseconds interval{0};
    mutable std::mutex mutex;
    probe_report seen;
    std::optional<time_point> last_answer_at;
    std::set<std::uint64_t> unanswered; ///< numbers of probes that wait for an answer
    std::jthread thread;

    void run(const std::stop_token& stopped);
    void send_due(time_point due);
    void take_answers();
    void wait_until(time_point limit);
};

void probe::state::send_due(time_point due)
{
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex);
        seen.longest_stall = std::max<duration>(seen.longest_stall, clock::now() - due);
        number = seen.sent++;
        unanswered.insert(number);
    }
    send_probe(through, number);
}

void probe::state::take_answers()
{
    while (const auto received = receive_answer(through)) {
        const auto now = clock::now();
        const std::lock_guard lock(mutex);
        ++seen.answers[received->mac];
        seen.last_answer = received->mac;
        if (unanswered.erase(received->number) == 0) {
            ++seen.duplicates;
            continue;
        }
        ++seen.answered;
        if (last_answer_at) {
            seen.longest_gap = std::max<duration>(seen.longest_gap, now - *last_answer_at);
        }
        last_answer_at = now;
    }
}

/// Takes answers until `limit`.
void probe::state::wait_until(time_point limit)
{
    do {
        const auto left = std::max<std::chrono::nanoseconds>(limit - clock::now(), 0ns);
        const timespec timeout{.tv_sec = left / 1s, .tv_nsec = (left % 1s).count()};
        pollfd waiting{.fd = through.answers.get(), .events = POLLIN, .revents = 0};
        ppoll(&waiting, 1, &timeout, nullptr);
        take_answers();
    } while (clock::now() < limit);
}

void probe::state::run(const std::stop_token& stopped)
{
    auto due = clock::now();
    while (!stopped.stop_requested()) {
        send_due(due);
        // After a stall it goes on from now: a burst would say nothing about the time in between.
        due = std::max(due + interval, clock::now() - interval);
        wait_until(due);
    }
    const auto limit = clock::now() + patience;
    while (clock::now() < limit) {
        {
            const std::lock_guard lock(mutex);
            if (unanswered.empty()) {
                return;
            }
        }
        wait_until(std::min<time_point>(limit, clock::now() + 5ms));
    }
}

probe::probe(std::unique_ptr<state> owned) : state_(std::move(owned)) {}

probe::probe(probe&&) noexcept = default;

probe& probe::operator=(probe&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

probe::~probe() = default;

result<probe> probe::start(const host& from, const std::string& target, std::chrono::nanoseconds interval)
{
    auto through = open_sockets(from, target);
    if (!through) {
        return std::unexpected(through.error());
    }
    auto made = std::make_unique<state>();
    made->through = std::move(*through);
    made->interval = interval;
    made->thread = std::jthread([at = made.get()](const std::stop_token& stopped) { at->run(stopped); });
    return probe(std::move(made));
}

probe_report probe::report() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->seen;
}

bool probe::wait_for_answers(std::uint64_t count, std::chrono::steady_clock::duration timeout) const
{
    const auto wanted = report().answered + count;
    return eventually(timeout, [&] { return report().answered >= wanted; });
}

probe_report probe::stop()
{
    if (state_->thread.joinable()) {
        state_->thread.request_stop();
        state_->thread.join();
    }
    return report();
}

} // namespace xvrrp::lab
