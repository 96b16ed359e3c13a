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
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "lab/forge.hpp"
#include "lab/kernel_stamp.hpp"
#include "lab/packet_filter.hpp"
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

/// A stamp of our own on our probes, so that other pings aren't taken for them.
std::uint16_t probe_id()
{
    return static_cast<std::uint16_t>(getpid());
}

constexpr int realtime_priority = 20;

struct sockets {
    file_descriptor requests;
    file_descriptor answers;
    bool ipv6 = false;
};

struct destination {
    sockaddr_storage address{};
    socklen_t size = 0;
    [[nodiscard]] bool ipv6() const { return address.ss_family == AF_INET6; }
};

result<destination> parse_target(const std::string& target)
{
    destination to;
    const bool ipv6 = target.find(':') != std::string::npos;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&to.address);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&to.address);
    to.address.ss_family = ipv6 ? AF_INET6 : AF_INET;
    to.size = ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    void* bytes = ipv6 ? static_cast<void*>(&v6->sin6_addr) : static_cast<void*>(&v4->sin_addr);
    if (inet_pton(to.address.ss_family, target.c_str(), bytes) != 1) {
        return fail(target + ": not an IP address");
    }
    return to;
}

packet_use answers_of(const destination& to)
{
    return to.ipv6() ? packet_use::receive_ipv6 : packet_use::receive_ipv4;
}

result<file_descriptor> open_request_socket(const std::string& target, const destination& to)
{
    const int protocol = to.ipv6() ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
    file_descriptor socket(::socket(to.address.ss_family, SOCK_RAW | SOCK_CLOEXEC, protocol));
    if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&to.address), to.size) != 0) {
        return fail_errno("probe of " + target, errno);
    }
    return socket;
}

/// The pair, from what opening each gave.
result<sockets> pair_of(const destination& to, result<file_descriptor> requests, result<file_descriptor> answers)
{
    for (const auto* each : {&requests, &answers}) {
        if (!*each) {
            return std::unexpected(each->error());
        }
    }
    if (auto kept = keep_echo_replies(*answers, to.ipv6() ? address_family::ipv6 : address_family::ipv4); !kept) {
        return std::unexpected(kept.error());
    }
    return sockets{.requests = std::move(*requests), .answers = std::move(*answers), .ipv6 = to.ipv6()};
}

result<sockets> open_sockets(const host& from, const std::string& target)
{
    const auto to = parse_target(target);
    if (!to) {
        return std::unexpected(to.error());
    }
    return pair_of(*to, from.ns().run([&] { return open_request_socket(target, *to); }),
                   open_packet_socket(from.ns(), std::string(host_interface), answers_of(*to)));
}

result<sockets> open_sockets_here(const std::string& target)
{
    const auto to = parse_target(target);
    if (!to) {
        return std::unexpected(to.error());
    }
    return pair_of(*to, open_request_socket(target, *to), open_packet_socket_here(answers_of(*to)));
}

void send_probe(const sockets& through, std::uint64_t number)
{
    echo request{.type = through.ipv6 ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO},
                 .code = 0,
                 .checksum = 0, // of ICMPv6 the kernel's business
                 .id = htons(probe_id()),
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

/// One of our probes' answers, if the packet is that.
std::optional<probe_answer> decode_answer(const std::array<std::uint8_t, 256>& packet, std::size_t length, bool ipv6)
{
    const std::size_t header = ipv6 ? 40 : 20;
    const bool icmp = ipv6 ? packet[6] == IPPROTO_ICMPV6 : packet[9] == IPPROTO_ICMP;
    echo reply{};
    std::memcpy(&reply, packet.data() + header, sizeof reply);
    const unsigned wanted = ipv6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
    if (!icmp || length < header + sizeof reply || reply.type != wanted || reply.id != htons(probe_id())) {
        return std::nullopt;
    }
    return probe_answer{.number = reply.number, .time = {}, .mac = {}, .ttl = ipv6 ? packet[7] : packet[8]};
}

/// The next answer to one of our probes that waits in the socket, skipping other packets.
std::optional<probe_answer> receive_answer(const sockets& through)
{
    while (true) {
        std::array<std::uint8_t, 256> packet{};
        alignas(cmsghdr) std::array<char, 256> control{};
        sockaddr_ll sender{};
        iovec part{.iov_base = packet.data(), .iov_len = packet.size()};
        msghdr message{};
        message.msg_name = &sender;
        message.msg_namelen = sizeof sender;
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t length = recvmsg(through.answers.get(), &message, MSG_DONTWAIT | MSG_TRUNC);
        if (length < 0) {
            return std::nullopt;
        }
        if (auto received = decode_answer(packet, static_cast<std::size_t>(length), through.ipv6)) {
            received->time = to_steady(receive_stamp(message));
            std::copy_n(sender.sll_addr, received->mac.bytes.size(), received->mac.bytes.begin());
            return received;
        }
    }
}

/// Refused: it runs as any other thread, and its stalls say what that did.
void run_ahead_of_others()
{
    sched_param parameters{};
    parameters.sched_priority = realtime_priority;
    [[maybe_unused]] const int refused = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
}

} // namespace

struct probe::state {
    explicit state(sockets opened) : through(std::move(opened)) {}

    sockets through;
    probe_options options;
    mutable std::mutex mutex;
    probe_report seen;
    probe_log kept;
    std::optional<time_point> last_answer_at;
    std::set<std::uint64_t> unanswered; ///< numbers of probes that wait for an answer
    std::jthread thread;

    void run(const std::stop_token& stopped);
    void send_due(time_point due);
    void take_answers();
    void note(const probe_answer& received);
    void wait_until(time_point limit);
};

void probe::state::send_due(time_point due)
{
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex);
        const auto now = clock::now();
        seen.longest_stall = std::max<duration>(seen.longest_stall, now - due);
        number = seen.sent++;
        unanswered.insert(number);
        if (options.keep_log) {
            kept.sent.push_back({.planned = due, .time = now});
        }
    }
    send_probe(through, number);
}

void probe::state::take_answers()
{
    while (const auto received = receive_answer(through)) {
        const std::lock_guard lock(mutex);
        note(*received);
    }
}

void probe::state::note(const probe_answer& received)
{
    ++seen.answers[received.mac];
    seen.last_answer = received.mac;
    seen.last_ttl = received.ttl;
    if (options.keep_log) {
        kept.answers.push_back(received);
    }
    if (unanswered.erase(received.number) == 0) {
        ++seen.duplicates;
        return;
    }
    ++seen.answered;
    if (last_answer_at && received.time - *last_answer_at > seen.longest_gap) {
        seen.longest_gap = received.time - *last_answer_at;
    }
    last_answer_at = received.time;
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
    if (options.realtime) {
        run_ahead_of_others();
    }
    auto due = clock::now();
    while (!stopped.stop_requested()) {
        send_due(due);
        // After a stall it goes on from now: a burst would say nothing about the time in between.
        due = std::max(due + options.interval, clock::now() - options.interval);
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
    return start(from, target, probe_options{.interval = interval});
}

result<probe> probe::start(const host& from, const std::string& target, const probe_options& options)
{
    auto through = open_sockets(from, target);
    if (!through) {
        return std::unexpected(through.error());
    }
    return begin(std::make_unique<state>(std::move(*through)), options);
}

result<probe> probe::start_here(const std::string& target, const probe_options& options)
{
    auto through = open_sockets_here(target);
    if (!through) {
        return std::unexpected(through.error());
    }
    return begin(std::make_unique<state>(std::move(*through)), options);
}

result<probe> probe::begin(std::unique_ptr<state> made, const probe_options& options)
{
    made->options = options;
    made->thread = std::jthread([at = made.get()](const std::stop_token& stopped) { at->run(stopped); });
    return probe(std::move(made));
}

probe_log probe::log() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->kept;
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
