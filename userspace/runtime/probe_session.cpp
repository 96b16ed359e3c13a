// SPDX-License-Identifier: BSD-2-Clause
//
// The order of stores is what XDP relies on: a probe's discriminator comes last, and is there before the probe leaves.
#include "runtime/probe_session.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <utility>

namespace xvrrp::runtime {

namespace {

/// The bits of a discriminator that say where it belongs (abi.h).
constexpr std::uint32_t place_bits = XVRRP_PROBES * XVRRP_MAX_SESSIONS - 1;

/// What one visit takes from a socket: more than a session can have in flight, less than a flood.
constexpr std::size_t datagrams_at_once = 64;

std::uint32_t acquire(std::uint32_t& word)
{
    return std::atomic_ref<std::uint32_t>(word).load(std::memory_order_acquire);
}

template <class Word> void release(Word& word, Word value)
{
    std::atomic_ref<Word>(word).store(value, std::memory_order_release);
}

core::sbfd::path path_of(const session_target& target, std::uint16_t port)
{
    return {.from_mac = target.own_mac,
            .to_mac = target.peer_mac,
            .from = target.own,
            .to = target.key.peer,
            .source_port = port,
            .interval = target.detection.interval,
            .multiplier = static_cast<std::uint8_t>(std::min<std::uint32_t>(target.detection.multiplier, 255))};
}

} // namespace

probe_session::probe_session(const session_target& target, datapath::session_index place,
                             const datapath::session_memory& memory, std::uint16_t port,
                             std::optional<net::sbfd_socket> replies, time_point now)
    : target_(target), place_(place), shared_(memory.probes[place.value]), record_(memory.replies[place.value]),
      port_(port), socket_(std::move(replies)), detector_(target.detection, now), frame_(path_of(target, port))
{
    for (xvrrp_probe& each : shared_.probes) {
        each = {};
    }
    shared_.family = static_cast<std::uint8_t>(target.key.peer.family());
    shared_.port = port;
    target.key.peer.to_abi(shared_.peer);
    release(shared_.ifindex, target.key.interface.value);
}

probe_session::~probe_session()
{
    release(shared_.ifindex, std::uint32_t{0});
    for (xvrrp_probe& each : shared_.probes) {
        release(each.discriminator, std::uint32_t{0});
    }
}

bool probe_session::can_become(const session_target& before, const session_target& after)
{
    return before.key == after.key && before.own == after.own && before.by_socket == after.by_socket;
}

void probe_session::change(const session_target& target)
{
    target_ = target;
    frame_ = core::sbfd::probe_frame(path_of(target, port_));
    detector_.reconfigure(target.detection);
}

void probe_session::change_phase(time_point phase)
{
    target_.detection.phase = phase;
    detector_.reconfigure(target_.detection);
}

void probe_session::read_replies()
{
    if (socket_) {
        read_socket();
    }
    for (std::uint32_t waiting = in_flight_; waiting != 0; waiting &= waiting - 1) {
        const auto probe = static_cast<unsigned>(std::countr_zero(waiting));
        xvrrp_reply& reply = record_.reply[probe];
        if (acquire(reply.discriminator) == shared_.probes[probe].discriminator) {
            take_reply(probe, reply.state, time_point(duration(static_cast<std::int64_t>(reply.stamp_ns))));
        }
    }
}

void probe_session::read_socket()
{
    const auto now = datapath::receive_clock::sample();
    socket_->drain([&](const net::sbfd_datagram& what) { take_datagram(what, now); }, datagrams_at_once);
    clock_.queue_was_empty(now.monotonic);
}

/// What XDP does with a reply.
void probe_session::take_datagram(const net::sbfd_datagram& what, const datapath::receive_clock::reading& now)
{
    const auto packet = core::sbfd::decode(what.payload);
    if (!packet || what.from != target_.key.peer || what.from_port != core::sbfd::port) {
        return;
    }
    const std::uint32_t probe = xvrrp_probe_place(packet->your_discriminator);
    if (packet->your_discriminator == 0 || shared_.probes[probe].discriminator != packet->your_discriminator) {
        return;
    }
    xvrrp_reply& reply = record_.reply[probe];
    const time_point stamp = clock_.to_monotonic(what.stamp, now);
    reply.stamp_ns = static_cast<std::uint64_t>(stamp.time_since_epoch().count());
    reply.state = static_cast<std::uint32_t>(packet->sta);
    release(reply.discriminator, packet->your_discriminator);
}

void probe_session::take_reply(unsigned probe, std::uint32_t state, time_point stamp)
{
    in_flight_ &= ~(1U << probe);
    // A second reply to the same probe says nothing.
    release(shared_.probes[probe].discriminator, std::uint32_t{0});
    if (state != XVRRP_BFD_UP && state != XVRRP_BFD_ADMIN_DOWN) {
        return;
    }
    ++report_.replies;
    const flight& answered = flights_.at(probe);
    round_trips_.add(stamp - answered.sent);
    detector_.replied(answered.number, stamp, state == XVRRP_BFD_UP);
}

std::uint32_t probe_session::discriminator_for(unsigned probe, std::uint32_t random) const
{
    return (random & ~place_bits) | place_.value * XVRRP_PROBES | probe;
}

std::span<const std::uint8_t> probe_session::next_frame(std::uint32_t random)
{
    const unsigned probe = std::exchange(next_probe_, (next_probe_ + 1) % XVRRP_PROBES);
    xvrrp_probe& shared = shared_.probes[probe];
    // Neither 0 nor what this place had before, or an old reply would fit.
    std::uint32_t discriminator = discriminator_for(probe, random);
    while (discriminator == 0 || discriminator == record_.reply[probe].discriminator) {
        discriminator += place_bits + 1;
    }
    in_flight_ &= ~(1U << probe);
    shared.sent_ns = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    release(shared.discriminator, discriminator);
    frame_.set_discriminator(discriminator);
    return frame_.bytes();
}

void probe_session::sent(time_point at)
{
    const unsigned probe = std::exchange(unsent_, (unsent_ + 1) % XVRRP_PROBES);
    flights_.at(probe) = {.number = detector_.sent(at), .sent = at};
    in_flight_ |= 1U << probe;
    ++report_.probes_sent;
}

void probe_session::not_sent()
{
    const unsigned probe = std::exchange(unsent_, (unsent_ + 1) % XVRRP_PROBES);
    release(shared_.probes[probe].discriminator, std::uint32_t{0});
}

std::optional<core::session_verdict> probe_session::take_verdict()
{
    const auto verdict = detector_.take_verdict();
    if (verdict && verdict->now == core::session_state::lost) {
        ++report_.losses;
    }
    return verdict;
}

void probe_session::refuted(time_point now)
{
    ++report_.refuted;
    detector_.refuted(now);
}

void probe_session::damp(time_point now)
{
    ++report_.false_takeovers;
    detector_.damp(now);
}

session_report probe_session::report() const
{
    session_report made = report_;
    made.target = target_;
    made.state = detector_.state();
    made.detection_time = detector_.detection_time();
    const std::uint32_t configured = std::max<std::uint32_t>(target_.detection.multiplier, 1);
    made.damping = std::max<std::uint32_t>(detector_.misses_allowed() / configured, 1);
    return made;
}

} // namespace xvrrp::runtime
