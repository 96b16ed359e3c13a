// SPDX-License-Identifier: BSD-2-Clause
//
// Life of the controller: start, turn, stop. What a turn does with adverts and deadlines is in controller_adverts.cpp,
// with facts and configurations in controller_plans.cpp, with scripts in controller_scripts.cpp, with
// what is tracked in controller_tracking.cpp, controller_notify.cpp and controller_fifos.cpp, when nothing is heard any
// more in controller_hearing.cpp.
#include "runtime/controller.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>

#include "runtime/leftover_record.hpp"

namespace xvrrp::runtime {

namespace {

constexpr std::chrono::seconds tick_interval{2};

bool wants_bpf(const configuration& wanted)
{
    return std::ranges::any_of(wanted.instances,
                               [](const vrrp_instance& each) { return each.xdp != xdp_mode::socket; });
}

} // namespace

controller::controller(services with, event_loop loop, descriptor to_spawner, controller_settings settings)
    : settings_(std::move(settings)), with_(std::move(with)), loop_(std::move(loop)),
      attachments_(with_.datapath, loop_, with_.log), publisher_(settings_.for_supervisor),
      sessions_(with_.facts, with_.log), reflectors_(with_.datapath, loop_, with_.log), spawner_(std::move(to_spawner))
{
}

result<std::unique_ptr<controller>> controller::open(const configuration& wanted, const controller_settings& settings,
                                                     descriptor to_spawner, log_sink log)
{
    auto netlink = net::netlink::open();
    if (!netlink) {
        return std::unexpected(netlink.error());
    }
    const auto links = netlink->links();
    const auto addresses = netlink->addresses();
    if (!links || !addresses) {
        return std::unexpected(links ? addresses.error() : links.error());
    }
    auto announcer = net::announcer::open();
    if (!announcer) {
        return std::unexpected(announcer.error());
    }
    // Before maps of our own are pinned in the place of the earlier run's.
    const auto earlier = datapath::pinned_records::open(settings.bpf_directory, std::chrono::steady_clock::now());
    auto datapath = datapath::datapath::open({.pin_directory = settings.bpf_directory, .allow_bpf = wants_bpf(wanted)});
    if (!datapath) {
        return std::unexpected(datapath.error());
    }
    auto loop = event_loop::open();
    if (!loop) {
        return std::unexpected(loop.error());
    }
    services with{
        .netlink = std::move(*netlink),
        .announcer = std::move(*announcer),
        .datapath = std::move(*datapath),
        .repeats = {},
        .facts = plan::facts(*links, *addresses),
        .ours = {},
        .kernel_keeps_protocol = kernel_keeps_address_protocol(),
        .log = std::move(log),
    };
    std::unique_ptr<controller> made(
        new controller(std::move(with), std::move(*loop), std::move(to_spawner), settings));
    if (result<void> started = made->start(wanted, earlier ? &*earlier : nullptr); !started) {
        return std::unexpected(started.error());
    }
    return made;
}

result<void> controller::start(const configuration& wanted, const datapath::pinned_records* earlier)
{
    if (result<void> watching = loop_.watch(with_.netlink.monitor_fd()); !watching) {
        return watching;
    }
    if (with_.datapath.bpf_refusal()) {
        with_.log(log_level::warning, *with_.datapath.bpf_refusal());
    } else if (wants_bpf(wanted) && with_.datapath.death_refusal()) {
        with_.log(log_level::warning, *with_.datapath.death_refusal());
    }
    watch_news();
    watch_spawner();
    stay_in_control();
    set_interface_rules(wanted);
    const auto record = read_leftover_record(settings_.record_file);
    plan::leftovers left = plan::find_leftovers(wanted, with_.facts, record, with_.kernel_keeps_protocol);
    plan::set_succeeded_aside(left, wanted, with_.facts,
                              [&](const vrrp_instance& each) { return is_succeeded(each, earlier); });
    clear_up(left);
    const time_point now = std::chrono::steady_clock::now();
    set_tracked(wanted, now);
    set_fifos(wanted.global);
    if (settings_.wait > duration::zero()) {
        start_at_ = now + settings_.wait;
        with_.log(log_level::info, fmt::format("All virtual routers start in {} (vrrp_startup_delay, "
                                               "vrrp_delay_after_boot)",
                                               std::chrono::ceil<std::chrono::milliseconds>(settings_.wait)));
    }
    for (const vrrp_instance& each : wanted.instances) {
        add_instance(each, now);
        adopt(*instances_.back(), left, earlier);
    }
    set_groups(wanted.sync_groups, now);
    with_.datapath.drop_leftover_links();
    write_record(wanted);
    publish();
    run_scripts(now);
    return {};
}

/// Asked as long as the earlier run's programs are attached, and once more when ours are.
bool controller::is_succeeded(const vrrp_instance& config, const datapath::pinned_records* earlier) const
{
    const net::link* link = with_.facts.link(config.interface);
    return earlier != nullptr && link != nullptr &&
           earlier->succeeded(link->index, config.family, config.vrid, std::chrono::steady_clock::now());
}

/// Before any interface is attached: what another router has taken over goes behind the fence of the earlier run, which
/// ends when its program is replaced.
void controller::clear_up(const plan::leftovers& left)
{
    std::vector<net::address_request> unwanted = left.remove;
    unwanted.insert(unwanted.end(), left.succeeded.begin(), left.succeeded.end());
    for (const net::address_request& each : left.remove) {
        with_.log(log_level::info,
                  fmt::format("{} was left by an earlier run and isn't configured any more: removing it",
                              each.ip.to_string()));
    }
    for (const net::address_request& each : left.succeeded) {
        with_.log(log_level::info, fmt::format("{}: another router has taken over from an earlier run: removing it",
                                               each.ip.to_string()));
    }
    if (result<void> removed = with_.netlink.remove_addresses(unwanted); !removed) {
        with_.log(log_level::warning, "removing addresses of an earlier run: " + removed.error().what);
    }
    if (!with_.kernel_keeps_protocol) {
        for (const auto* list : {&left.adopt, &left.succeeded}) {
            for (const net::address_request& each : *list) {
                with_.ours.emplace(each.interface, each.ip);
            }
        }
    }
}

/// An advert that came since clear_up is in the earlier run's record, or waits in our ring buffer.
void controller::adopt(instance& who, const plan::leftovers& left, const datapath::pinned_records* earlier)
{
    const bool any = std::ranges::any_of(who.addresses.requests(), [&](const net::address_request& mine) {
        return std::ranges::any_of(left.adopt, [&](const net::address_request& each) {
            return each.interface == mine.interface && each.ip == mine.ip;
        });
    });
    if (!any) {
        return;
    }
    if (!who.addresses.held() && is_succeeded(who.config, earlier)) {
        release_left_behind(who);
        return;
    }
    with_.log(
        log_level::info,
        fmt::format("({}) VIPs of an earlier run are in place, kept until another router is heard", who.config.name));
    who.addresses.adopt();
    if (!who.addresses.held()) {
        who.heard_at.store_left_behind(with_.datapath);
    }
    settle(who);
}

void controller::add_instance(const vrrp_instance& config, time_point now)
{
    instances_.push_back(std::make_unique<instance>(config, plan_of(config)));
    instance& who = *instances_.back();
    apply(who, plan_of(config), now);
    if (!start_at_) {
        handle(who, core::startup{}, now);
    }
}

/// vrrp_startup_delay and vrrp_delay_after_boot are over.
void controller::start_routers(time_point now)
{
    if (!start_at_ || now < *start_at_) {
        return;
    }
    start_at_.reset();
    for (const std::unique_ptr<instance>& each : instances_) {
        handle(*each, core::startup{}, now);
    }
}

void controller::write_record(const configuration& wanted) const
{
    const auto record = plan::may_add(wanted, with_.facts, with_.ours);
    if (result<void> written = write_leftover_record(settings_.record_file, record); !written) {
        with_.log(log_level::warning, written.error().what);
    }
}

result<void> controller::turn()
{
    keep_watch(std::chrono::steady_clock::now());
    // So often that a hang limit is never reached without a hang.
    std::optional<time_point> wake = std::min(next_tick_, lease_renewed_ + shortest_hang_limit_ / 4);
    for (const std::optional<time_point>& each :
         {start_at_, deadlines_.earliest(), with_.repeats.next_deadline(), damper_.next_deadline(),
          next_script_deadline(std::chrono::steady_clock::now())}) {
        if (each && *each < *wake) {
            wake = each;
        }
    }
    loop_.arm(wake);
    if (result<void> woken = loop_.wait(); !woken) {
        return woken;
    }
    stay_in_control();
    loop_.dispatch();
    drain_adverts();
    drain_netlink();
    take_news();
    const time_point now = std::chrono::steady_clock::now();
    start_routers(now);
    // Before the deadlines: who has just taken over reads what others advertised at the same time before it repeats
    // itself.
    with_.repeats.run(now, [this](announce_queue::owner who, std::span<const net::announcement> frames) {
        const std::size_t sent = with_.announcer.send(frames).value_or(0);
        const auto owner = std::ranges::find(instances_, who, &std::unique_ptr<instance>::get);
        if (owner != instances_.end()) {
            (*owner)->counters.garp_sent += sent;
        }
        return sent;
    });
    keep_in_step();
    for (instance* each : deadlines_.due(now)) {
        fire(*each, now);
    }
    keep_in_step();
    sessions_.say_news();
    take_watch_news(now);
    run_scripts(now);
    keep_in_step();
    drop_finished();
    publish();
    if (now >= next_tick_) {
        tick(now);
    }
    return {};
}

void controller::tick(time_point now)
{
    next_tick_ = now + tick_interval;
    const auto drops = with_.datapath.read_drops();
    for (std::string& line : drop_log_.due(drops, with_.facts, now)) {
        with_.log(log_level::info, std::move(line));
    }
    check_hearing(now);
    sessions_.tick(now);
    note_first_packets(now);
}

void controller::handle(instance& who, const core::event& what, time_point now)
{
    const before_step before =
        look_before(who, who.probing ? sessions_.health(who.probing->target.key) : known_health{});
    carry_out(who, who.router.step(what, now), before, now);
}

void controller::carry_out(instance& who, const std::vector<core::action>& actions, const before_step& before,
                           time_point now)
{
    execute(who, actions, now, with_, [this, &who] { return held_by_others(who); });
    for (const core::action& each : actions) {
        if (const auto* change = std::get_if<core::transition>(&each)) {
            note_transition(who, *change, before, now);
        }
        const auto* noticed = std::get_if<core::notice>(&each);
        if (noticed != nullptr && noticed->kind == core::notice_kind::lower_priority_advert) {
            queue_notify(who, track::instance_event::rx_lower_pri);
            tell_contested(who, now);
        }
    }
    settle(who);
}

void controller::settle(instance& who)
{
    const bool stays = who.router.state() == core::state::initialize && !start_at_;
    if (stays && who.addresses.in_place() && !who.addresses.held()) {
        release_left_behind(who);
    }
    std::optional<time_point> when = who.router.next_deadline();
    if (who.grace && when == who.grace->silence_since && when == who.router.active_down_deadline()) {
        when = std::max(*when, who.grace->until);
    }
    deadlines_.set(who, when);
    note_session(who);
    publisher_.note(who);
    note_state(who);
    if (who.group) {
        groups_.at(*who.group).changed = true;
    }
}

void controller::publish()
{
    if (result<void> published = publisher_.publish(instances_); !published) {
        with_.log(log_level::warning,
                  "what the supervisor is to know if this process dies is out of date: " + published.error().what);
    }
}

/// Behind a fence: the neighbours know the other router by now, and an answer of ours would take their caches back. If
/// the addresses stay, so does the fence, until this router takes over.
void controller::release_left_behind(instance& who)
{
    who.heard_at.store_restraint(with_.datapath, {.quiet = true, .fenced = true});
    if (result<void> released = who.addresses.release(with_.netlink, held_by_others(who)); !released) {
        with_.log(log_level::warning,
                  fmt::format("({}) removing VIPs of an earlier run: {}", who.config.name, released.error().what));
        return;
    }
    who.heard_at.set_free(with_.datapath);
    with_.log(log_level::info, fmt::format("({}) removed VIPs of an earlier run", who.config.name));
}

plan::own_addresses controller::held_by_others(const instance& who) const
{
    plan::own_addresses held;
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each.get() == &who || !each->addresses.held()) {
            continue;
        }
        for (const net::address_request& address : each->addresses.requests()) {
            held.emplace(address.interface, address.ip);
        }
    }
    return held;
}

/// Those who probe us aren't told AdminDown while we serve on: they would all act at once, ranked by fractions of a
/// millisecond, where Skew_Time lets one take over without a packet lost. When nothing of ours serves any more, or when
/// nobody is waited for, haste is what they need.
void controller::shut_down()
{
    const time_point now = std::chrono::steady_clock::now();
    note_stop(shutting_down_, now);
    stop_groups();
    if (std::exchange(shutting_down_, true)) {
        reflectors_.announce_leaving();
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        each->removed = true;
        handle(*each, core::shutdown{}, now);
    }
    drop_finished();
}

void controller::drop_finished()
{
    const auto done = [](const std::unique_ptr<instance>& each) {
        return each->removed && each->router.state() == core::state::initialize;
    };
    if (std::ranges::none_of(instances_, done)) {
        return;
    }
    for (const std::unique_ptr<instance>& each : instances_) {
        if (done(each)) {
            close(*each);
        }
    }
    std::erase_if(instances_, done);
    if (shutting_down_ && instances_.empty()) {
        reflectors_.announce_leaving();
    }
    sessions_changed_ = reflectors_changed_ = true;
    detach_unneeded();
    // A router that was refused its place while the leaving one had it can have it now.
    const time_point now = std::chrono::steady_clock::now();
    for (const std::unique_ptr<instance>& each : instances_) {
        if (each->setup_error) {
            replan(*each, now);
        }
    }
}

void controller::close(instance& who)
{
    deadlines_.remove(who);
    with_.repeats.cancel(&who);
    if (who.heard_at.slot()) {
        by_slot_.at(who.heard_at.slot()->value) = nullptr;
    }
    who.heard_at.close(with_.datapath);
    who.sender.close();
}

void controller::close_cleanly()
{
    if (sessions_.fd() >= 0) {
        loop_.forget(sessions_.fd());
    }
    sessions_.close();
    with_.datapath.close_cleanly();
    remove_leftover_record(settings_.record_file);
}

} // namespace xvrrp::runtime
