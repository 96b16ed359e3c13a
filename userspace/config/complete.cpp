// SPDX-License-Identifier: BSD-2-Clause
//
// One instance from its draft, setting by setting. Called by load on whatever thread reads the file.
#include "config/complete.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <unistd.h>

#include "config/reporter.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;

constexpr ip_address default_group4 = ip_address::v4({224, 0, 0, 18}); // RFC 9568 5.1.1.2
constexpr ip_address default_group6 = ip_address::v6({0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12}); // 5.1.2.2

/// Without probes, a router is down when so many adverts are missing (RFC 9568 6.1, Active_Down_Interval).
constexpr std::uint32_t standard_missing_adverts = 3;

std::string_view family_name(address_family family)
{
    return family == address_family::ipv4 ? "IPv4" : "IPv6";
}

std::string host_name()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) {
        return "localhost";
    }
    return name.data();
}

garp_settings global_garp(const global_draft& global)
{
    const bool least = value_or(global.min_garp, false);
    garp_settings garp;
    garp.master_delay = value_or(global.garp.master_delay, least ? 0s : garp.master_delay);
    garp.master_repeat = value_or(global.garp.master_repeat, least ? 1 : garp.master_repeat);
    garp.refresh = value_or(global.garp.refresh, garp.refresh);
    garp.refresh_repeat = value_or(global.garp.refresh_repeat, garp.refresh_repeat);
    garp.lower_prio_repeat = value_or(global.garp.lower_prio_repeat, garp.master_repeat);
    garp.lower_prio_delay = value_or(global.garp.lower_prio_delay, garp.master_delay);
    return garp;
}

class instance_completion {
public:
    instance_completion(const instance_draft& draft, const global_draft& global, reporter& report)
        : draft_(draft), global_(global), report_(report), usable_(!draft.broken)
    {
        out_.name = draft.name;
        out_.where = locate(draft.where);
    }

    std::optional<vrrp_instance> run()
    {
        complete_identity();
        complete_family_and_version();
        out_.strict = value_or(draft_.strict, value_or(global_.strict, false));
        complete_interval();
        complete_state_and_priority();
        complete_preemption();
        complete_election();
        complete_authentication();
        complete_peers();
        complete_source();
        complete_garp();
        complete_switches();
        complete_fast_detection();
        complete_notify();
        usable_ = complete_addresses(draft_, out_, report_) && usable_;
        out_.promote_secondaries = value_or(draft_.promote_secondaries, false);
        out_.track_interfaces.reserve(draft_.track_interfaces.size());
        for (const auto& tracked : draft_.track_interfaces) {
            out_.track_interfaces.push_back(tracked.value);
        }
        return usable_ ? std::optional(std::move(out_)) : std::nullopt;
    }

private:
    void refuse(place where, std::string_view why)
    {
        report_.error(where, fmt::format("{}; vrrp_instance {} is left out", why, draft_.name));
        usable_ = false;
    }

    void complete_identity()
    {
        if (draft_.interface) {
            out_.interface = draft_.interface->value;
        } else if (global_.default_interface) {
            out_.interface = global_.default_interface->value;
            report_.warning(draft_.where,
                            fmt::format("vrrp_instance {} names no interface; default_interface {} is used",
                                        draft_.name, out_.interface));
        } else {
            refuse(draft_.where, "there is no 'interface NAME' in it");
        }
        if (draft_.vrid) {
            out_.vrid = draft_.vrid->value;
        } else {
            refuse(draft_.where, "there is no 'virtual_router_id' (1 to 255) in it");
        }
    }

    [[nodiscard]] address_family family() const
    {
        if (!draft_.addresses.empty()) {
            return draft_.addresses.front().address.address.family();
        }
        if (draft_.unicast_source) {
            return draft_.unicast_source->value.family();
        }
        if (draft_.peers && !draft_.peers->value.empty()) {
            return draft_.peers->value.front().address.family();
        }
        if (draft_.multicast_source) {
            return draft_.multicast_source->value.family();
        }
        return value_or(draft_.native_ipv6, false) ? address_family::ipv6 : address_family::ipv4;
    }

    void complete_family_and_version()
    {
        out_.family = family();
        if (out_.family == address_family::ipv4) {
            out_.version = value_or(draft_.version, value_or(global_.version, vrrp_version::v2));
            choose_group(global_.multicast_group4, default_group4);
            return;
        }
        if (draft_.version && draft_.version->value == vrrp_version::v2) {
            report_.warning(draft_.version->where, "IPv6 needs version 3; 3 is used");
        }
        out_.version = vrrp_version::v3;
        choose_group(global_.multicast_group6, default_group6);
    }

    void choose_group(const setting<ip_address>& global, const ip_address& standard)
    {
        out_.multicast_group = value_or(draft_.multicast_group, value_or(global, standard));
        if (out_.multicast_group.family() != out_.family) {
            report_.error(
                draft_.multicast_group->where,
                fmt::format("this is an {} virtual router; mcast_dst_ip is left out", family_name(out_.family)));
            out_.multicast_group = value_or(global, standard);
        }
    }

    /// RFC 3768 5.3.7: whole seconds in a byte. RFC 9568 5.2.7: hundredths of a second in 12 bits.
    void complete_interval()
    {
        const duration given = value_or(draft_.advert_interval, duration(1s));
        if (out_.version == vrrp_version::v2) {
            out_.advert_interval = std::clamp(std::chrono::round<std::chrono::seconds>(given), 1s, 255s);
        } else {
            constexpr std::chrono::milliseconds longest{40950};
            const auto hundredths = std::chrono::round<std::chrono::duration<std::int64_t, std::centi>>(given);
            out_.advert_interval = std::clamp<duration>(hundredths, 10ms, longest);
        }
        if (draft_.advert_interval && out_.advert_interval != given) {
            report_.warning(
                draft_.advert_interval->where,
                fmt::format("version {} can't say {} seconds; {} is used{}", static_cast<int>(out_.version),
                            seconds_text(given), seconds_text(out_.advert_interval),
                            out_.version == vrrp_version::v2 ? " (version 3 has hundredths of a second)" : ""));
        }
    }

    void complete_state_and_priority()
    {
        const bool says_master = draft_.state && draft_.state->value == initial_state::master;
        if (!draft_.priority && says_master) {
            report_.note(draft_.state->where,
                         "priority isn't set: state MASTER makes it 255, the owner of the addresses");
        }
        out_.priority = value_or(draft_.priority, says_master ? owner_priority : priority{100});
        const bool owner = out_.priority == owner_priority;
        out_.state = value_or(draft_.state, owner ? initial_state::master : initial_state::backup);
        if (out_.strict && owner != (out_.state == initial_state::master)) {
            report_.warning(draft_.state->where,
                            fmt::format("with strict_mode, state is MASTER if priority is 255, else BACKUP; "
                                        "{} is used",
                                        owner ? "MASTER" : "BACKUP"));
            out_.state = owner ? initial_state::master : initial_state::backup;
        }
    }

    void complete_preemption()
    {
        const bool starts_first = out_.priority == owner_priority || out_.state == initial_state::master;
        out_.preempt = value_or(draft_.preempt, true);
        if (!out_.preempt && starts_first) {
            report_.warning(draft_.preempt->where,
                            fmt::format("nopreempt has no effect with {}; write state BACKUP on every router",
                                        out_.priority == owner_priority ? "priority 255" : "state MASTER"));
            out_.preempt = true;
        }
        complete_leaving();
        out_.preempt_delay = value_or(draft_.preempt_delay, duration::zero());
        if (out_.preempt_delay == duration::zero()) {
            return;
        }
        const std::string_view hindrance = preempt_delay_hindrance(starts_first);
        if (!hindrance.empty()) {
            report_.warning(draft_.preempt_delay->where, fmt::format("preempt_delay has no effect with {}", hindrance));
            out_.preempt_delay = duration::zero();
        }
    }

    void complete_leaving()
    {
        const bool wanted = value_or(draft_.leave_if_degraded, false);
        out_.leave_if_degraded = wanted && !out_.preempt;
        if (wanted && out_.preempt) {
            report_.warning(draft_.leave_if_degraded->where,
                            "leave_if_degraded has an effect with nopreempt only; without it a router that lowers its "
                            "priority is preempted anyway");
        }
    }

    void complete_election()
    {
        const election_draft& own = draft_.election;
        const election_draft& global = global_.election;
        const bool owner = out_.priority == owner_priority;
        out_.down_timer_adverts =
            value_or(own.down_timer_adverts, value_or(global.down_timer_adverts, standard_missing_adverts));
        if (out_.strict && out_.down_timer_adverts != standard_missing_adverts) {
            if (own.down_timer_adverts) {
                report_.warning(
                    own.down_timer_adverts->where,
                    fmt::format("with strict_mode, down_timer_adverts is {} (RFC 9568 6.1)", standard_missing_adverts));
            }
            out_.down_timer_adverts = standard_missing_adverts;
        }
        // RFC 3768 6.4.3 discards a losing advert, RFC 9568 6.4.3 answers it.
        const bool strict_silence = out_.strict && out_.version == vrrp_version::v2;
        out_.lower_prio_no_advert = value_or(
            own.lower_prio_no_advert, out_.strict ? strict_silence : value_or(global.lower_prio_no_advert, false));
        out_.owner_ignore_adverts =
            owner && value_or(own.owner_ignore_adverts, value_or(global.owner_ignore_adverts, false));
        if (!owner && value_or(own.owner_ignore_adverts, false)) {
            report_.warning(own.owner_ignore_adverts->where,
                            "owner_ignore_adverts has an effect with priority 255 only");
        }
        complete_expiry();
    }

    void complete_expiry()
    {
        if (!draft_.timer_expired_backup) {
            return;
        }
        if (out_.preempt) {
            report_.warning(draft_.timer_expired_backup->where,
                            "timer_expired_backup has an effect with nopreempt only; without it the router with the "
                            "highest priority is MASTER again anyway");
            return;
        }
        out_.timer_expired_backup = draft_.timer_expired_backup->value;
    }

    [[nodiscard]] std::string_view preempt_delay_hindrance(bool starts_first) const
    {
        if (out_.strict) {
            return "strict_mode";
        }
        if (!out_.preempt) {
            return "nopreempt";
        }
        return starts_first ? "state MASTER" : "";
    }

    void complete_authentication()
    {
        if (!draft_.authentication) {
            return;
        }
        const place where = draft_.authentication->where;
        const authentication_draft& given = draft_.authentication->value;
        if (value_or(given.type, auth_kind::none) == auth_kind::none) {
            if (given.password && !given.type) {
                report_.warning(where, "without 'auth_type PASS' the password isn't used");
            }
        } else if (out_.version == vrrp_version::v3) {
            report_.error(where, "version 3 has no authentication (RFC 9568 9); the block is left out");
        } else if (out_.strict) {
            report_.error(where, "strict_mode allows no authentication (RFC 3768 5.3.6); the block is left out");
        } else if (!given.password) {
            report_.error(where, "auth_type PASS needs an auth_pass; there is no authentication without it");
        } else {
            out_.auth_pass = given.password->value;
        }
    }

    void complete_peers()
    {
        if (draft_.peers) {
            std::ranges::for_each(draft_.peers->value, [this](const peer_draft& peer) { add_peer(peer); });
        }
        out_.fault_without_peer = value_or(draft_.fault_without_peer, false);
        if (!out_.unicast_peers.empty()) {
            if (out_.strict) {
                refuse(draft_.peers->where, "strict_mode allows no unicast_peer");
            }
            out_.unicast_ttl = value_or(draft_.unicast_ttl, out_.unicast_ttl);
            complete_hop_limits();
        } else if (out_.fault_without_peer) {
            report_.warning(
                draft_.fault_without_peer->where,
                fmt::format("unicast_peer names no other router; vrrp_instance {} stays in FAULT", draft_.name));
        } else if (draft_.peers || draft_.unicast_source) {
            report_.warning(draft_.peers ? draft_.peers->where : draft_.unicast_source->where,
                            fmt::format("unicast_peer names no other router; adverts go to the multicast group {}",
                                        out_.multicast_group.to_string()));
        }
    }

    void add_peer(const peer_draft& peer)
    {
        const setting<ip_address>& own = draft_.unicast_source ? draft_.unicast_source : draft_.multicast_source;
        if (peer.address.family() != out_.family) {
            report_.error(peer.where, fmt::format("this is an {} virtual router; the peer {} is left out",
                                                  family_name(out_.family), peer.address.to_string()));
        } else if (own && own->value == peer.address) {
            report_.warning(peer.where,
                            fmt::format("{} is this host's own address; it is no peer", peer.address.to_string()));
        } else {
            out_.unicast_peers.push_back(peer.address);
        }
    }

    void complete_hop_limits()
    {
        const std::vector<peer_draft>& peers = draft_.peers->value;
        const auto limited = std::ranges::find_if(peers, [](const auto& peer) { return peer.limits.has_value(); });
        out_.check_unicast_src =
            value_or(draft_.check_unicast_src, limited != peers.end() || value_or(global_.check_unicast_src, false));
        if (limited != peers.end() && !out_.check_unicast_src) {
            report_.warning(limited->where, "min_ttl and max_ttl have no effect with 'check_unicast_src off'");
            return;
        }
        for (const peer_draft& peer : peers) {
            if (peer.limits && std::ranges::find(out_.unicast_peers, peer.address) != out_.unicast_peers.end()) {
                add_hop_limits(peer);
            }
        }
    }

    void add_hop_limits(const peer_draft& peer)
    {
        const hop_limits limits = *peer.limits;
        if (limits.least > limits.most) {
            report_.error(peer.where, fmt::format("min_ttl {} is above max_ttl {}: nothing of {} would be heard; both "
                                                  "are left out",
                                                  limits.least, limits.most, peer.address.to_string()));
        } else if (limits != hop_limits{}) {
            out_.hop_limits.emplace(peer.address, limits);
        }
    }

    void complete_source()
    {
        const bool unicast = !out_.unicast_peers.empty();
        out_.track_primary = !value_or(draft_.dont_track_primary, false);
        const setting<ip_address>& first = unicast ? draft_.unicast_source : draft_.multicast_source;
        const setting<ip_address>& second = unicast ? draft_.multicast_source : draft_.unicast_source;
        const setting<ip_address>& source = first ? first : second;
        if (!source) {
            remark_without_source();
            return;
        }
        if (source->value.family() != out_.family) {
            report_.error(source->where, fmt::format("this is an {} virtual router; the source address is left out",
                                                     family_name(out_.family)));
            return;
        }
        out_.source = source->value;
        out_.track_source = value_or(draft_.track_source, false);
    }

    void remark_without_source()
    {
        if (value_or(draft_.track_source, false)) {
            report_.warning(draft_.track_source->where,
                            "track_src_ip has an effect with unicast_src_ip or mcast_src_ip only");
        }
    }

    void complete_garp()
    {
        const garp_settings global = global_garp(global_);
        const garp_draft& own = draft_.garp;
        out_.garp = {.master_delay = value_or(own.master_delay, global.master_delay),
                     .master_repeat = value_or(own.master_repeat, global.master_repeat),
                     .refresh = value_or(own.refresh, global.refresh),
                     .refresh_repeat = value_or(own.refresh_repeat, global.refresh_repeat),
                     .lower_prio_repeat = value_or(own.lower_prio_repeat, out_.strict ? 0 : global.lower_prio_repeat),
                     .lower_prio_delay = value_or(own.lower_prio_delay, out_.strict ? 0s : global.lower_prio_delay)};
    }

    void complete_switches()
    {
        out_.accept = value_or(draft_.accept, !out_.strict || out_.priority == owner_priority);
        out_.xdp = value_or(draft_.xdp, value_or(global_.xdp, xdp_mode::automatic));
        const bool has_two_sums = out_.version == vrrp_version::v3 && out_.family == address_family::ipv4;
        out_.checksum_as_v2 = has_two_sums && value_or(draft_.checksum_as_v2, value_or(global_.checksum_as_v2, false));
        if (!has_two_sums && value_or(draft_.checksum_as_v2, false)) {
            report_.warning(draft_.checksum_as_v2->where,
                            "v3_checksum_as_v2 has an effect in version 3 over IPv4 only");
        }
    }

    void complete_fast_detection()
    {
        const fast_detect_draft& own = draft_.fast_detect;
        const fast_detect_draft& global = global_.fast_detect;
        fast_detection& out = out_.fast_detect;
        out.enabled = value_or(own.enabled, value_or(global.enabled, out.enabled));
        out.interval = value_or(own.interval, value_or(global.interval, out.interval));
        out.multiplier = value_or(own.multiplier, value_or(global.multiplier, out.multiplier));
        if (const setting<duration>& limit = own.hang_limit ? own.hang_limit : global.hang_limit) {
            out.hang_limit = limit->value;
        }
        remark_on_fast_detection();
    }

    /// About what stands in the instance's own line: global_defs may be meant for others.
    void remark_on_fast_detection()
    {
        const fast_detect_draft& own = draft_.fast_detect;
        if (!own.interval && !own.multiplier) {
            return;
        }
        const place where = own.interval ? own.interval->where : own.multiplier->where;
        const fast_detection& made = out_.fast_detect;
        if (!made.enabled && !own.enabled) {
            report_.warning(where, "fast_detect is off in global_defs; write 'method sbfd' to switch it on here");
        } else if (made.enabled && made.interval * made.multiplier >= out_.down_timer_adverts * out_.advert_interval) {
            report_.warning(where, fmt::format("{} unanswered probes take {}, as long as {} missing adverts: "
                                               "fast_detect isn't faster than the adverts here",
                                               made.multiplier, duration_text(made.interval * made.multiplier),
                                               out_.down_timer_adverts));
        }
    }

    void complete_notify()
    {
        out_.notify = draft_.notify;
        use_script_user(out_.notify, global_);
        out_.notify_priority_changes = value_or(draft_.priority_changes, value_or(global_.priority_changes, false));
    }

    const instance_draft& draft_;
    const global_draft& global_;
    reporter& report_;
    vrrp_instance out_;
    bool usable_;
};

} // namespace

namespace {

process_settings process_of(const global_draft& global)
{
    process_settings process;
    process.realtime_priority = value_or(global.realtime_priority, process.realtime_priority);
    process.cpus = value_or(global.cpus, {});
    if (global.nice) {
        process.nice = global.nice->value;
    }
    return process;
}

std::optional<surrounding_script> script_of(const std::optional<notify_script>& given, const setting<duration>& timeout,
                                            const global_draft& global)
{
    if (!given) {
        return std::nullopt;
    }
    surrounding_script made{.script = *given};
    made.timeout = value_or(timeout, made.timeout);
    if (made.script.account.user.empty()) {
        made.script.account = value_or(global.script_user, script_account{});
    }
    return made;
}

surroundings_settings surroundings_of(const global_draft& global)
{
    return {.net_namespace = value_or(global.net_namespace, std::string()),
            .instance = value_or(global.instance, std::string()),
            .disable_local_igmp = value_or(global.disable_local_igmp, false),
            .startup = script_of(global.startup_script, global.startup_script_timeout, global),
            .shutdown = script_of(global.shutdown_script, global.shutdown_script_timeout, global)};
}

} // namespace

configuration complete(const file_draft& file, reporter& report)
{
    configuration config;
    config.global.router_id = file.global.router_id ? file.global.router_id->value : host_name();
    config.global.garp_interval = value_or(file.global.garp_interval, duration::zero());
    config.global.startup_delay = value_or(file.global.startup_delay, duration::zero());
    config.global.delay_after_boot = value_or(file.global.delay_after_boot, duration::zero());
    config.global.process = process_of(file.global);
    config.global.around = surroundings_of(file.global);
    config.global.gna_interval = value_or(file.global.gna_interval, duration::zero());

    std::vector<completed_instance> instances;
    for (const instance_draft& draft : file.instances) {
        if (auto instance = instance_completion(draft, file.global, report).run()) {
            instances.push_back({.instance = std::move(*instance), .draft = &draft, .group = nullptr});
        }
    }
    leave_out_conflicts(instances, report);
    config.global.script_security = value_or(file.global.script_security, false);
    complete_fifos(file.global, config.global, report);
    config.sync_groups = complete_sync_groups(file, instances, report);
    complete_tracking(file, instances, config, report);
    config.garp_groups = complete_garp_groups(file, report);
    config.interface_delays = file.interface_delays;
    config.instances.reserve(instances.size());
    for (completed_instance& each : instances) {
        config.instances.push_back(std::move(each.instance));
    }
    return config;
}

} // namespace xvrrp::config
