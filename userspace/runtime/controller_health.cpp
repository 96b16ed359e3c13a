// SPDX-License-Identifier: BSD-2-Clause
//
// Fast failure detection: what the prober finds reaches the routers that follow the peer; our own
// health reaches those who probe us, by the lease and the reflectors; and a router that was fenced while this process
// hung learns of it before anything else.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "plan/detection.hpp"
#include "runtime/controller.hpp"
#include "runtime/session_status.hpp"

namespace xvrrp::runtime {

namespace {

/// How long after a takeover its first packet is still looked for.
constexpr std::chrono::minutes packet_patience{1};

/// What is waited for without sleeping: of the order of a wake-up.
constexpr std::chrono::microseconds longest_wait_awake{200};

/// Where there is no router that could be waited for.
constexpr std::chrono::seconds longest_hang_limit{3};

bool serves(const instance& who)
{
    return who.router.state() == core::state::active || who.router.state() == core::state::leaving;
}

bool follows(const instance& who, const session_key& probed)
{
    return who.probing && who.probing->target.key == probed;
}

/// Whether the last advert of the router that it follows came after that was lost.
bool refutes(const instance& who, const known_health& known)
{
    const std::optional<core::advert>& last = who.router.followed();
    return known.health == core::peer_health::lost && last && last->stamp > known.since &&
           last->priority != leaving_priority;
}

} // namespace

void controller::watch_news()
{
    if (result<void> opened = sessions_.open(with_.datapath.sessions()); !opened) {
        with_.log(log_level::warning, "no fast failure detection, missing adverts alone tell: " + opened.error().what);
        return;
    }
    if (result<void> watched = loop_.watch(sessions_.fd(), [this] { news_waiting_ = true; }); !watched) {
        with_.log(log_level::error, "listening for the prober: " + watched.error().what);
    }
}

duration controller::shortest_hang_limit() const
{
    duration shortest = longest_hang_limit;
    for (const std::unique_ptr<instance>& each : instances_) {
        shortest = std::min(shortest, plan::hang_limit_of(each->config));
    }
    return shortest;
}

/// The lease comes before the look at the records: no fence is set behind it. What came between a look of XDP's at the
/// old lease and its store is found at the next advert (fire).
void controller::stay_in_control()
{
    const time_point now = std::chrono::steady_clock::now();
    const duration unattended = now - std::exchange(lease_renewed_, now);
    with_.datapath.renew_lease(now);
    if (unattended < shortest_hang_limit_) {
        return;
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        if (serves(*each) && each->heard_at.slot()) {
            notice_fence(*each, with_.datapath.read_router(*each->heard_at.slot()), now);
        }
    }
}

/// A fence that has run out by itself counts too: somebody else had the addresses meanwhile, and the neighbours know
/// them there.
bool controller::notice_fence(instance& who, const datapath::router_record& record, time_point now)
{
    const std::optional<datapath::heard>& by = record.other ? record.other : record.followed;
    if (!record.fenced_until || !serves(who) || !by) {
        return false;
    }
    with_.log(log_level::warning, fmt::format("({}) this process hung, and {} took over meanwhile", who.config.name,
                                              by->source.to_string()));
    // A fence that is set from here on would outlive the one that is lifted. That this process hung stays known: the
    // other routers are still to be looked at.
    with_.datapath.renew_lease(std::chrono::steady_clock::now());
    handle(who, core::deposed{.by = by->source, .priority = by->priority, .stamp = by->stamp, .interval = by->interval},
           now);
    with_.datapath.lift_fence(*who.heard_at.slot());
    return true;
}

/// Everything that a turn changed about who is probed and who is answered; before the loop sleeps. What a router is
/// told can make it follow another one, whose session comes next: seldom more than once.
void controller::keep_watch(time_point now)
{
    constexpr int most_rounds = 3;
    if (std::exchange(reflectors_changed_, false)) {
        set_reflectors();
    }
    for (int round = 0; round < most_rounds && std::exchange(sessions_changed_, false); ++round) {
        set_sessions(now);
        tell_followers();
    }
}

/// What is known already of the routers that some have begun to follow, and that those are nobody's to probe any more
/// that some go on following.
void controller::tell_followers()
{
    for (const std::unique_ptr<instance>& each : instances_) {
        if (!std::exchange(each->tell_health, false)) {
            continue;
        }
        if (each->probing) {
            tell_health(*each, each->probing->target.key);
        } else if (each->router.state() == core::state::backup && each->router.followed()) {
            core::peer_changed unprobed;
            unprobed.source = each->router.followed()->source;
            handle(*each, unprobed, std::chrono::steady_clock::now());
        }
    }
}

void controller::set_reflectors()
{
    shortest_hang_limit_ = shortest_hang_limit();
    std::vector<reflecting_router> routers;
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->heard_at.slot() && each->planned.link && each->planned.source) {
            routers.push_back({.config = &each->config, .plan = &each->planned});
        }
    }
    const std::vector<datapath::reflector> merged = merge_reflectors(routers);
    // The fences first: nobody takes over at a limit at which there is none.
    limit_hangs(merged);
    reflectors_.set(merged, [this](interface_index interface) {
        return attachments_.mode(interface) == datapath::attach_mode::socket;
    });
}

void controller::limit_hangs(std::span<const datapath::reflector> merged)
{
    for (const std::unique_ptr<instance>& each : instances_) {
        if (!each->planned.link || !each->planned.source) {
            continue;
        }
        const duration longest = hang_limit_at(merged, each->planned.link->index, *each->planned.source);
        if (result<void> done = each->heard_at.limit_hang(with_.datapath, each->config, longest); !done) {
            with_.log(log_level::warning, fmt::format("({}) {}", each->config.name, done.error().what));
        }
    }
}

void controller::set_sessions(time_point now)
{
    std::vector<session_wish> wishes;
    std::map<session_key, vrid> leaders;
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->probing) {
            wishes.push_back(*each->probing);
            const auto [leader, first] = leaders.try_emplace(each->probing->target.key, each->probing->router);
            leader->second = std::min(leader->second, each->probing->router);
        }
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        each->leads_session = each->probing && leaders.at(each->probing->target.key) == each->probing->router;
    }
    for (const session_key& anew : sessions_.want(wishes, now)) {
        for (const std::unique_ptr<instance>& each : instances_) {
            each->tell_health = each->tell_health || follows(*each, anew);
        }
    }
}

void controller::tell_health(instance& who, const session_key& about)
{
    const known_health known = sessions_.health(about);
    handle(who,
           core::peer_changed{
               .source = about.peer, .health = known.health, .since = known.since, .rank_unit = known.rank_unit},
           std::chrono::steady_clock::now());
}

/// After every step of a router: whether it wants another session, and whether an advert of the router that it follows
/// refutes a loss. One that it has only begun to follow refutes nothing: the prober sees by itself when that answers.
void controller::note_session(instance& who)
{
    std::optional<session_wish> wish = wish_of(who.config, who.planned, who.router, is_heard_by_socket(who));
    const bool goes_on = wish && who.probing && wish->target.key == who.probing->target.key;
    if (!same_session(wish, who.probing)) {
        sessions_changed_ = true;
        who.tell_health = who.tell_health || !goes_on;
    }
    if (goes_on && wish->target.detection.phase != who.probing->target.detection.phase) {
        const time_point heard = wish->target.detection.phase;
        if (who.leads_session) {
            sessions_.set_phase(wish->target.key, heard);
        }
    }
    who.probing = wish;
    if (goes_on && refutes(who, sessions_.health(wish->target.key))) {
        sessions_.refuted(wish->target.key);
    }
}

void controller::take_news()
{
    if (!std::exchange(news_waiting_, false)) {
        return;
    }
    const std::vector<session_key> changed = sessions_.take_news();
    // What arrived before the verdict may have come after this turn's adverts were read.
    drain_adverts();
    drain_all_adverts();
    for (const session_key& each : changed) {
        take_news(each);
    }
    sit_out_short_waits();
}

/// A ranked wait can be shorter than a timer takes to wake us. Adverts are read meanwhile: one may end it.
void controller::sit_out_short_waits()
{
    const time_point latest = std::chrono::steady_clock::now() + longest_wait_awake;
    for (auto next = deadlines_.earliest(); next && *next <= latest && std::chrono::steady_clock::now() < *next;
         next = deadlines_.earliest()) {
        drain_adverts();
    }
}

/// As with any silence, the kernel's record is asked first, for all followers before any of them acts: one's advert
/// clears the router for the others.
void controller::take_news(const session_key& about)
{
    if (sessions_.health(about).health == core::peer_health::lost) {
        if (const auto fault = own_fault(about)) {
            sessions_.disbelieve(about, *fault);
        }
        for (const std::unique_ptr<instance>& each : instances_) {
            if (follows(*each, about)) {
                ask_kernel_record(*each, std::chrono::steady_clock::now());
            }
        }
        if (is_refuted(about)) {
            sessions_.refuted(about);
        }
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        if (follows(*each, about)) {
            tell_health(*each, about);
        }
    }
}

/// The advert may have been read before the loss was found.
bool controller::is_refuted(const session_key& about) const
{
    const known_health known = sessions_.health(about);
    return std::ranges::any_of(instances_, [&](const std::unique_ptr<instance>& each) {
        return follows(*each, about) && refutes(*each, known);
    });
}

void controller::note_transition(instance& who, const core::transition& change, const before_step& before,
                                 time_point now)
{
    failovers_.add(timeline_of(who, change, before, now));
    const bool hasty = change.why == core::reason::probes_lost || change.why == core::reason::peer_dead;
    if (change.to == core::state::active) {
        who.awaits_first_packet = true;
        who.hasty.reset();
        if (hasty && who.probing) {
            who.hasty = hasty_takeover{.from = who.probing->target.key, .decided = now, .within = before.interval};
        }
        return;
    }
    const auto last = std::exchange(who.hasty, std::nullopt);
    const bool stepped_down =
        change.from == core::state::active && change.to == core::state::backup && change.why != core::reason::deposed;
    if (last && stepped_down && change.other == last->from.peer && now - last->decided <= last->within) {
        sessions_.damp(last->from);
    }
}

void controller::note_first_packets(time_point now)
{
    const auto awaits = [](const std::unique_ptr<instance>& each) { return each->awaits_first_packet; };
    if (std::ranges::none_of(instances_, awaits)) {
        return;
    }
    for (const datapath::vip_counters& each : with_.datapath.read_vips()) {
        instance* const who = each.slot.value < by_slot_.size() ? by_slot_[each.slot.value] : nullptr;
        if (who != nullptr && who->awaits_first_packet && each.first_active) {
            failovers_.note_first_packet(who->config.name, *each.first_active);
        }
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        const failover* const takeover = failovers_.last_takeover(each->config.name);
        const bool over = takeover == nullptr || takeover->first_packet || now - takeover->decided > packet_patience;
        each->awaits_first_packet = each->awaits_first_packet && !over;
    }
}

std::vector<control::failover_report> controller::failovers()
{
    note_first_packets(std::chrono::steady_clock::now());
    return failovers_.report();
}

std::vector<control::session_status> controller::sessions() const
{
    std::vector<control::session_status> all;
    for (const session_report& each : sessions_.report()) {
        const net::link* link = with_.facts.link(each.target.key.interface);
        all.push_back(to_status(each, link == nullptr ? "" : link->name));
    }
    return all;
}

} // namespace xvrrp::runtime
