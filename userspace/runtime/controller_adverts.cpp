// SPDX-License-Identifier: BSD-2-Clause
//
// Adverts in, deadlines out. The rule that no silence is believed before everything that the kernel heard was read is
// kept here.
#include <algorithm>
#include <chrono>
#include <span>

#include "runtime/controller.hpp"

namespace xvrrp::runtime {

namespace {

/// Adverts read before the loop looks at everything else again.
constexpr std::size_t adverts_per_turn = 4096;
/// And how often that is repeated before a silence is believed: more than a ring buffer or a socket can hold.
constexpr std::size_t turns_to_drain = 16;

/// A deadline that fires later than this means that we were stalled.
constexpr std::chrono::milliseconds stalled_after{1};

/// How long a stalled router waits before it believes a silence: what the network stack may need to hand over what
/// piled up during the stall.
duration grace_length(const core::router& router)
{
    return std::clamp<duration>(router.active_advertisement_interval() / 10, std::chrono::milliseconds(2),
                                std::chrono::milliseconds(50));
}

std::span<const std::uint8_t> advert_bytes(const xvrrp_event& received)
{
    return std::span(received.advert).first(std::min<std::size_t>(received.advert_length, XVRRP_EVENT_ADVERT_BYTES));
}

address_family family_of(const xvrrp_event& received)
{
    return received.family == XVRRP_IPV6 ? address_family::ipv6 : address_family::ipv4;
}

core::advert advert_of(const xvrrp_event& received, const core::wire::header& header)
{
    core::advert heard{
        .stamp = time_point(duration(static_cast<std::int64_t>(received.stamp_ns))),
        .source = ip_address::from_abi(family_of(received), received.source),
        .mac = {},
        .priority = header.priority,
        .interval = header.interval,
    };
    std::ranges::copy(received.mac, heard.mac.bytes.begin());
    return heard;
}

/// RX-13, as far as the captured bytes reach.
bool lists_our_addresses(const vrrp_instance& config, const core::wire::header& header,
                         std::span<const std::uint8_t> bytes)
{
    if (header.address_count != config.virtual_addresses.size()) {
        return false;
    }
    const std::size_t length = config.family == address_family::ipv4 ? 4 : 16;
    std::span<const std::uint8_t> listed = bytes.subspan(std::min<std::size_t>(8, bytes.size()));
    for (std::size_t i = 0; i < header.address_count && listed.size() >= length; ++i) {
        const std::span<const std::uint8_t> address = listed.first(length);
        const bool known = std::ranges::any_of(config.virtual_addresses, [&](const virtual_address& each) {
            return std::ranges::equal(each.address.bytes(), address);
        });
        if (!known) {
            return false;
        }
        listed = listed.subspan(length);
    }
    return true;
}

} // namespace

void controller::drain_adverts()
{
    more_adverts_ = with_.datapath.drain([this](const xvrrp_event& received) { take_in(received); }, adverts_per_turn);
}

void controller::drain_all_adverts()
{
    for (std::size_t turn = 0; more_adverts_ && turn < turns_to_drain; ++turn) {
        drain_adverts();
    }
}

void controller::take_in(const xvrrp_event& received)
{
    instance* who = received.slot < by_slot_.size() ? by_slot_[received.slot] : nullptr;
    if (who == nullptr) {
        return;
    }
    const auto header = core::wire::decode_header(advert_bytes(received));
    if (!header) {
        return;
    }
    ++who->counters.adverts_received;
    note_oddities(*who, received, *header);
    const core::advert heard = advert_of(received, *header);
    const bool followed = who->router.followed() && who->router.followed()->source == heard.source;
    time_point& newest = followed ? who->newest_followed : who->newest_other;
    newest = std::max(newest, heard.stamp);
    const time_point now = std::chrono::steady_clock::now();
    reaction_.add(now - heard.stamp);
    if (now - lease_renewed_ >= shortest_hang_limit_) {
        stay_in_control(); // this process hung in the middle of a turn
    }
    take_in(*who, heard, now);
}

void controller::take_in(instance& who, const core::advert& heard, time_point now)
{
    note_rival(who, heard);
    if (heard.priority != leaving_priority && who.addresses.in_place() && !who.addresses.held()) {
        release_left_behind(who);
    }
    handle(who, heard, now);
}

void controller::note_rival(instance& who, const core::advert& heard)
{
    const bool followed = who.router.followed() && who.router.followed()->source == heard.source;
    if (followed || heard.priority == leaving_priority) {
        return;
    }
    const bool same = who.other_active && who.other_active->source == heard.source &&
                      heard.stamp - who.other_active->last < adverts_until_silent * heard.interval;
    who.other_active =
        rival{.source = heard.source, .last = heard.stamp, .adverts = same ? who.other_active->adverts + 1 : 1};
}

void controller::remark(instance& who, oddity what, const ip_address& source, std::uint64_t& counter) const
{
    ++counter;
    constexpr std::size_t most_remembered = 64;
    if (who.remarked.size() < most_remembered && who.remarked.emplace(static_cast<int>(what), source).second) {
        with_.log(log_level::info, oddity_line(who.config, what, source));
    }
}

void controller::note_oddities(instance& who, const xvrrp_event& received, const core::wire::header& header)
{
    const vrrp_instance& config = who.config;
    const ip_address source = ip_address::from_abi(family_of(received), received.source);
    constexpr std::uint8_t full_ttl = 255;
    if (received.ttl != full_ttl) {
        remark(who, oddity::ttl_not_255, source, who.counters.ttl_not_255);
    }
    if (!config.unicast_peers.empty() &&
        std::ranges::find(config.unicast_peers, source) == config.unicast_peers.end()) {
        remark(who, oddity::unlisted_source, source, who.counters.unlisted_source);
    }
    if (header.priority == leaving_priority) {
        return;
    }
    const std::span<const std::uint8_t> bytes = advert_bytes(received);
    if (!lists_our_addresses(config, header, bytes)) {
        remark(who, oddity::address_list, source, who.counters.address_list_mismatch);
    }
    const bool link_local_first = bytes.size() >= 10 && bytes[8] == 0xfe && (bytes[9] & 0xc0) == 0x80;
    if (config.family == address_family::ipv6 && header.address_count != 0 && !link_local_first) {
        remark(who, oddity::first_address_not_link_local, source, who.counters.first_address_not_link_local);
    }
}

void controller::feed(instance& who, const datapath::heard& record, time_point& newest, time_point now)
{
    if (record.stamp <= newest) {
        return;
    }
    newest = record.stamp;
    take_in(who,
            {.stamp = record.stamp,
             .source = record.source,
             .mac = record.mac,
             .priority = record.priority,
             .interval = record.interval},
            now);
}

void controller::ask_kernel_record(instance& who, time_point now)
{
    if (!who.heard_at.slot()) {
        return;
    }
    const datapath::router_record record = with_.datapath.read_router(*who.heard_at.slot());
    if (notice_fence(who, record, now)) {
        return;
    }
    who.counters.suppressed = record.suppressed;
    who.counters.lost = record.lost;
    if (record.followed) {
        feed(who, *record.followed, who.newest_followed, now);
    }
    if (record.other) {
        feed(who, *record.other, who.newest_other, now);
    }
}

bool controller::believes_silence(instance& who, time_point now)
{
    const auto silent_since = [&]() -> std::optional<time_point> {
        const std::optional<time_point> down = who.router.active_down_deadline();
        return down && *down <= now ? down : std::nullopt;
    };
    drain_all_adverts();
    const std::uint64_t lost_before = who.counters.lost;
    ask_kernel_record(who, now);
    const std::optional<time_point> since = silent_since();
    if (!since || reveal_lost_link(who.planned.link->index, now) || !hears(who.planned.link->index)) {
        return false;
    }
    if (who.grace && who.grace->silence_since == *since) {
        return now >= who.grace->until;
    }
    // XDP's record outlives a full ring buffer. A socket's queue keeps the oldest, so that the newest adverts may be
    // missing: a router that lives sends another within its interval.
    const bool evidence_lost = who.counters.lost > lost_before && is_heard_by_socket(who);
    if (now - *since <= stalled_after && !evidence_lost) {
        return true;
    }
    ++who.counters.late_deadlines;
    const duration grace =
        grace_length(who.router) + (evidence_lost ? who.router.active_advertisement_interval() : duration::zero());
    who.grace = grace_period{.silence_since = *since, .until = now + grace};
    return false;
}

bool controller::is_heard_by_socket(const instance& who) const
{
    return who.planned.link && attachments_.mode(who.planned.link->index) == datapath::attach_mode::socket;
}

void controller::fire(instance& who, time_point now)
{
    const std::optional<time_point> down = who.router.active_down_deadline();
    if (down && *down <= now) {
        if (!believes_silence(who, now)) {
            settle(who);
            return;
        }
        who.grace.reset();
    } else if (who.router.state() == core::state::active || who.router.state() == core::state::backup) {
        // A better router that the rate bound kept from the ring buffer is in the record.
        ask_kernel_record(who, now);
    }
    // What was taken in meanwhile was given a later time than `now`.
    handle(who, core::deadline{}, std::chrono::steady_clock::now());
}

} // namespace xvrrp::runtime
