// SPDX-License-Identifier: BSD-2-Clause
//
// A cable in userspace (see cable.hpp). Frames are carried with their virtio_net_hdr: a checksum that their sender left
// to the network card stays left to it.
#include "lab/cable.hpp"

#include <linux/if_packet.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <deque>
#include <thread>
#include <vector>

#include "lab/packet_socket.hpp"

namespace xvrrp::lab {
namespace {

constexpr int realtime_priority = 20;
constexpr std::size_t largest_frame = std::size_t{66} * 1024; ///< with what segmentation offload puts together

using clock = std::chrono::steady_clock;

result<file_descriptor> open_end(const net_namespace& place, const std::string& interface)
{
    auto socket = open_packet_socket(place, interface, packet_use::receive_all);
    const int on = 1;
    if (socket && setsockopt(socket->get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) != 0) {
        return fail_errno(interface + ": PACKET_VNET_HDR", errno);
    }
    return socket;
}

timespec to_timespec(duration length)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(length);
    return {.tv_sec = seconds.count(), .tv_nsec = (length - seconds).count()};
}

} // namespace

struct cable::state {
    using frame_bytes = std::vector<std::uint8_t>;

    file_descriptor host;
    file_descriptor network;
    file_descriptor wake;
    std::atomic<time_point> held_until{time_point{}};
    std::deque<frame_bytes> held; ///< the thread alone
    std::array<std::uint8_t, largest_frame> room{};
    std::jthread thread;

    void run(const std::stop_token& stopped);
    void wait() const;
    template <class Sink> void read(int from, Sink sink);
    void release();
};

void cable::state::wait() const
{
    std::array<pollfd, 3> waiting{pollfd{.fd = host.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = network.get(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = wake.get(), .events = POLLIN, .revents = 0}};
    const timespec left = to_timespec(std::max(held_until.load() - clock::now(), duration::zero()));
    std::ignore = ppoll(waiting.data(), waiting.size(), held.empty() ? nullptr : &left, nullptr);
}

template <class Sink> void cable::state::read(int from, Sink sink)
{
    while (true) {
        const ssize_t length = recv(from, room.data(), room.size(), MSG_DONTWAIT);
        if (length <= 0) {
            return;
        }
        sink(std::span(room).first(static_cast<std::size_t>(length)));
    }
}

void cable::state::release()
{
    for (const frame_bytes& each : held) {
        std::ignore = send(network.get(), each.data(), each.size(), MSG_DONTWAIT);
    }
    held.clear();
}

void cable::state::run(const std::stop_token& stopped)
{
    sched_param parameters{};
    parameters.sched_priority = realtime_priority;
    std::ignore = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
    while (!stopped.stop_requested()) {
        wait();
        if (clock::now() >= held_until.load()) {
            release();
        }
        // A hold that begins here is kept from the next frame on.
        const bool holding = clock::now() < held_until.load();
        read(host.get(), [&](std::span<const std::uint8_t> frame) {
            if (holding) {
                held.emplace_back(frame.begin(), frame.end());
            } else {
                std::ignore = send(network.get(), frame.data(), frame.size(), MSG_DONTWAIT);
            }
        });
        read(network.get(), [&](std::span<const std::uint8_t> frame) {
            std::ignore = send(host.get(), frame.data(), frame.size(), MSG_DONTWAIT);
        });
    }
}

cable::cable(std::unique_ptr<state> owned) : state_(std::move(owned)) {}
cable::cable(cable&&) noexcept = default;

cable& cable::operator=(cable&& other) noexcept
{
    std::swap(state_, other.state_);
    return *this;
}

cable::~cable()
{
    if (state_) {
        state_->thread.request_stop();
        eventfd_write(state_->wake.get(), 1);
        state_->thread.join();
    }
}

result<cable> cable::splice(const net_namespace& place, const std::string& host_end, const std::string& switch_end)
{
    auto made = std::make_unique<state>();
    auto host = open_end(place, host_end);
    auto network = open_end(place, switch_end);
    made->wake = file_descriptor(eventfd(0, EFD_CLOEXEC));
    if (!host || !network || !made->wake) {
        return host && network ? fail_errno("eventfd", errno)
                               : result<cable>(std::unexpected(host ? network.error() : host.error()));
    }
    made->host = std::move(*host);
    made->network = std::move(*network);
    made->thread = std::jthread([at = made.get()](const std::stop_token& stopped) { at->run(stopped); });
    return cable(std::move(made));
}

void cable::hold(duration length)
{
    state_->held_until = clock::now() + length;
}

} // namespace xvrrp::lab
