// SPDX-License-Identifier: BSD-2-Clause
//
// Floods (see flood.hpp): sendmmsg on a packet socket, past the queueing discipline.
#include "lab/flood.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "lab/packet_socket.hpp"

namespace xvrrp::lab {
namespace {

using clock = std::chrono::steady_clock;

/// Small enough that a burst fits the queues of veth and bridge.
constexpr std::size_t batch_size = 64;

/// Sends up to `count` of `frames`, beginning with number `next`; how many the kernel took.
std::size_t send_batch(int socket, const std::vector<frame>& frames, std::uint64_t next, std::size_t count)
{
    std::array<iovec, batch_size> parts{};
    std::array<mmsghdr, batch_size> messages{};
    for (std::size_t i = 0; i < count; ++i) {
        const frame& chosen = frames[(next + i) % frames.size()];
        parts[i] = {.iov_base = const_cast<std::uint8_t*>(chosen.data()), .iov_len = chosen.size()};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = sendmmsg(socket, messages.data(), static_cast<unsigned>(count), 0);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

/// How many frames should have left after `elapsed`.
std::uint64_t due_after(clock::duration elapsed, const flood_limits& limits)
{
    const double seconds = std::chrono::duration<double>(elapsed).count();
    return std::min(limits.frames, static_cast<std::uint64_t>(seconds * static_cast<double>(limits.frames_per_second)));
}

} // namespace

advert_recipe spoil(advert_recipe valid, forgery kind)
{
    valid.priority = 255;
    switch (kind) {
    case forgery::low_ttl:
        valid.ttl = 254;
        break;
    case forgery::foreign_vrid:
        valid.vrid = valid.vrid == 255 ? 1 : valid.vrid + 1;
        break;
    case forgery::wrong_checksum:
        valid.wrong_checksum = true;
        break;
    case forgery::wrong_password:
        valid.password = valid.password == "wrong" ? "false" : "wrong";
        break;
    case forgery::unlisted_source:
        break;
    }
    return valid;
}

result<flood> flood::start(const host& from, std::vector<frame> frames, const flood_limits& limits)
{
    if (frames.empty()) {
        return fail("a flood of no frames");
    }
    auto socket = open_packet_socket(from.ns(), std::string(host_interface), packet_use::send);
    if (!socket) {
        return std::unexpected(socket.error());
    }
    flood made;
    made.counts_ = std::make_shared<counts>();
    made.thread_ = std::jthread([limits, frames = std::move(frames), socket = std::move(*socket),
                                 counted = made.counts_](const std::stop_token& stopped) {
        send_all(stopped, socket, frames, limits, *counted);
        counted->finished = true;
    });
    return made;
}

void flood::send_all(const std::stop_token& stopped, const file_descriptor& socket, const std::vector<frame>& frames,
                     const flood_limits& limits, counts& counted)
{
    const auto start = clock::now();
    std::uint64_t sent = 0;
    while (!stopped.stop_requested() && sent < limits.frames) {
        const auto elapsed = clock::now() - start;
        counted.elapsed = elapsed;
        if (elapsed >= limits.time) {
            break;
        }
        const std::uint64_t due = due_after(elapsed, limits);
        if (due <= sent) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            continue;
        }
        const std::size_t taken = send_batch(socket.get(), frames, sent,
                                             static_cast<std::size_t>(std::min(due - sent, std::uint64_t{batch_size})));
        sent += taken;
        counted.sent = sent;
        if (taken == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(200)); // no buffers, or the link is down
        }
    }
}

double flood::rate() const
{
    const double seconds = std::chrono::duration<double>(counts_->elapsed.load()).count();
    return seconds > 0 ? static_cast<double>(counts_->sent) / seconds : 0;
}

void flood::stop()
{
    thread_.request_stop();
    wait();
}

void flood::wait()
{
    if (thread_.joinable()) {
        thread_.join();
    }
}

} // namespace xvrrp::lab
