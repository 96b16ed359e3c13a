// SPDX-License-Identifier: BSD-2-Clause
//
// Captures at the switch (see capture.hpp).
#include "lab/capture.hpp"

#include <linux/if_packet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "lab/kernel_stamp.hpp"
#include "lab/packet_filter.hpp"
#include "lab/packet_socket.hpp"

namespace xvrrp::lab {
namespace {

struct tap {
    std::string host;
    file_descriptor socket;
};

/// The next frame that waits in the socket; nothing if there is none.
std::optional<captured_frame> receive(const tap& from)
{
    std::array<std::uint8_t, 2048> buffer{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t length = recvmsg(from.socket.get(), &message, MSG_DONTWAIT);
    if (length < 0) {
        return std::nullopt;
    }
    const auto stamp = receive_stamp(message);
    return captured_frame{.time = to_steady(stamp),
                          .when = stamp,
                          .host = from.host,
                          .bytes = frame(buffer.begin(), buffer.begin() + length)};
}

result<file_descriptor> tap_port(segment& lan, const std::string& port, bool echo)
{
    auto socket = open_packet_socket(lan.switch_namespace(), port, packet_use::receive_all);
    if (socket && !echo) {
        if (auto filtered = keep_vrrp_and_claims(*socket); !filtered) {
            return std::unexpected(filtered.error());
        }
    }
    return socket;
}

/// A UDP datagram, of IPv4 without options or of IPv6, from or to port 7784 (RFC 7881 3).
bool is_sbfd(const frame& bytes, std::size_t udp)
{
    constexpr unsigned port = 7784;
    const auto half_at = [&](std::size_t at) { return static_cast<unsigned>(bytes[at] << 8 | bytes[at + 1]); };
    return bytes.size() >= udp + 4 && (half_at(udp) == port || half_at(udp + 2) == port);
}

/// VRRP, ARP, ICMP, ICMPv6 (behind a hop-by-hop header too, as MLD has it), IGMP and S-BFD.
bool is_control(const frame& bytes)
{
    constexpr std::size_t type = 12;
    constexpr unsigned udp = 17;
    if (bytes.size() < 34) {
        return false;
    }
    const auto ethertype = static_cast<unsigned>(bytes[type] << 8 | bytes[type + 1]);
    const auto is_one_of = [](unsigned protocol, std::initializer_list<unsigned> wanted) {
        return std::ranges::find(wanted, protocol) != wanted.end();
    };
    return ethertype == 0x0806 ||
           (ethertype == 0x0800 && (is_one_of(bytes[23], {1, 2, 112}) || (bytes[23] == udp && is_sbfd(bytes, 34)))) ||
           (ethertype == 0x86dd && (is_one_of(bytes[20], {0, 58, 112}) || (bytes[20] == udp && is_sbfd(bytes, 54))));
}

} // namespace

struct capture::state {
    std::vector<tap> taps;
    file_descriptor wake;
    mutable std::mutex mutex;
    std::vector<captured_frame> frames;
    std::atomic<std::uint64_t> lost = 0;
    std::jthread thread;

    void read(const std::stop_token& stopped);
    void drain(const tap& from);
};

void capture::state::drain(const tap& from)
{
    while (auto received = receive(from)) {
        if (is_control(received->bytes)) {
            const std::lock_guard lock(mutex);
            frames.push_back(std::move(*received));
        }
    }
    tpacket_stats statistics{};
    socklen_t size = sizeof statistics;
    if (getsockopt(from.socket.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0) {
        lost += statistics.tp_drops;
    }
}

void capture::state::read(const std::stop_token& stopped)
{
    std::vector<pollfd> waiting;
    waiting.reserve(taps.size() + 1);
    for (const auto& from : taps) {
        waiting.push_back({.fd = from.socket.get(), .events = POLLIN, .revents = 0});
    }
    waiting.push_back({.fd = wake.get(), .events = POLLIN, .revents = 0});
    while (!stopped.stop_requested()) {
        poll(waiting.data(), waiting.size(), -1);
        std::ranges::for_each(taps, [this](const tap& from) { drain(from); });
    }
    std::ranges::for_each(taps, [this](const tap& from) { drain(from); });
}

capture::capture(std::unique_ptr<state> owned) : state_(std::move(owned)) {}

capture::capture(capture&&) noexcept = default;

capture& capture::operator=(capture&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

capture::~capture()
{
    if (state_) {
        stop();
    }
}

result<capture> capture::start(segment& lan, const capture_options& options)
{
    auto made = std::make_unique<state>();
    made->wake = file_descriptor(eventfd(0, EFD_CLOEXEC));
    for (const auto& host : lan.hosts()) {
        if (!options.hosts.empty() && std::ranges::find(options.hosts, host.role()) == options.hosts.end()) {
            continue;
        }
        for (const auto& port : host.ports()) {
            auto socket = tap_port(lan, port, options.echo);
            if (!socket) {
                return std::unexpected(socket.error());
            }
            made->taps.push_back({.host = host.role(), .socket = std::move(*socket)});
        }
    }
    made->thread = std::jthread([at = made.get()](const std::stop_token& stopped) { at->read(stopped); });
    return capture(std::move(made));
}

void capture::stop()
{
    if (state_->thread.joinable()) {
        state_->thread.request_stop();
        eventfd_write(state_->wake.get(), 1);
        state_->thread.join();
        std::ranges::sort(state_->frames, {}, &captured_frame::time);
    }
}

std::vector<captured_frame> capture::frames() const
{
    std::vector<captured_frame> copy;
    {
        const std::lock_guard lock(state_->mutex);
        copy = state_->frames;
    }
    std::ranges::sort(copy, {}, &captured_frame::time);
    return copy;
}

std::vector<advert> capture::adverts() const
{
    std::vector<advert> decoded;
    for (const auto& captured : frames()) {
        if (auto one = decode_advert(captured)) {
            decoded.push_back(std::move(*one));
        }
    }
    return decoded;
}

std::vector<address_claim> capture::claims() const
{
    std::vector<address_claim> decoded;
    for (const auto& captured : frames()) {
        if (auto one = decode_claim(captured)) {
            decoded.push_back(std::move(*one));
        }
    }
    return decoded;
}

std::uint64_t capture::lost() const
{
    return state_->lost;
}

std::optional<advert> capture::wait_for_advert(const std::function<bool(const advert&)>& wanted,
                                               std::chrono::steady_clock::duration timeout) const
{
    std::optional<advert> found;
    const bool seen = eventually(timeout, [&] {
        const auto all = adverts();
        const auto first = std::ranges::find_if(all, wanted);
        if (first != all.end()) {
            found = *first;
        }
        return found.has_value();
    });
    return seen ? found : std::nullopt;
}

result<void> capture::write_pcap(const std::filesystem::path& file) const
{
    return lab::write_pcap(file, frames());
}

} // namespace xvrrp::lab
