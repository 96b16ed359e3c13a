// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory and its trials (see experiment.hpp).
#include "failover/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <thread>

#include "failover/configuration.hpp"
#include "failover/timeline.hpp"
#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr const char* client_role = "client";
/// Answers carry this plus the number of the router, so that they tell who sent them whatever MAC address they have.
constexpr unsigned ttl_base = 100;
constexpr unsigned lowered_priority = 10;
constexpr duration normal_limit = 60s;
constexpr duration session_limit = 15s;
constexpr duration poll_interval = 20ms;
/// Most probes of so long a time are to be answered.
constexpr duration proof_of_service = 100ms;

time_point now()
{
    return std::chrono::steady_clock::now();
}

std::string role_of(unsigned index)
{
    return fmt::format("r{}", index + 1);
}

std::vector<std::string> roles_of(unsigned routers)
{
    std::vector<std::string> roles(routers);
    for (unsigned i = 0; i < routers; ++i) {
        roles[i] = role_of(i);
    }
    return roles;
}

/// Of a log; the end says what went wrong.
std::string last_lines(const std::string& log)
{
    constexpr unsigned lines = 8;
    std::size_t at = log.size();
    for (unsigned i = 0; i <= lines && at != std::string::npos && at > 0; ++i) {
        at = log.rfind('\n', at - 1);
    }
    return at == std::string::npos || at == 0 ? log : "…" + log.substr(at);
}

/// Nobody else may advertise for so long. Where it can be seen who holds the address, that says more.
duration quiet_time(const setting& contender)
{
    return contender.daemon == daemon_kind::frr ? std::max<duration>(contender.advert * 5 / 4, 300ms) : 300ms;
}

/// After the takeover: longer than an advert interval, so that a return isn't taken for proof of a false alarm.
duration aftermath(const setting& contender)
{
    return std::max<duration>(contender.advert * 5 / 4, 500ms);
}

duration takeover_limit(const setting& contender)
{
    const duration hang = contender.detect ? contender.detect->hang_limit.value_or(0ns) : 0ns;
    return longest_silence(contender) + hang + 2s;
}

} // namespace

struct experiment::moments {
    time_point inject_from, inject_to, healed;
    bool address_kept = false;
};

result<std::unique_ptr<experiment>> experiment::create(const setting& contender, const conditions& how,
                                                       const stall_watch& watch)
{
    auto roles = roles_of(contender.routers);
    roles.emplace_back(client_role);
    auto lan = lab::segment::create(
        roles, {.xdp_at_switch = contender.daemon == daemon_kind::xvrrp && contender.xdp_mode == "native",
                .spliced = how.spliced ? std::vector{role_of(0)} : std::vector<std::string>()});
    if (!lan) {
        return std::unexpected(lan.error());
    }
    std::unique_ptr<experiment> made(new experiment(contender, how, watch, std::move(*lan)));
    if (auto ready = made->set_up(); !ready) {
        return std::unexpected(ready.error());
    }
    return made;
}

result<void> experiment::set_up()
{
    for (unsigned i = 0; i < contender_.routers; ++i) {
        const lab::host& place = lan_[role_of(i)];
        if (auto set = place.ns().set_sysctl("net/ipv4/ip_default_ttl", std::to_string(ttl_base + place.number()));
            !set) {
            return set;
        }
        routers_.push_back(router::create(contender_, place, priority_of(i), conditions_.xvrrpd));
    }
    const auto by = observe(false);
    if (!by) {
        return std::unexpected(by.error());
    }
    if (auto started = start_routers(); !started) {
        return started;
    }
    return wait_until_normal(*by);
}

result<void> experiment::start_routers()
{
    for (const auto& each : routers_) {
        if (auto started = each->start(); !started) {
            return started;
        }
    }
    return {};
}

result<observers> experiment::observe(bool keep_log)
{
    auto capture = lab::capture::start(lan_, {.hosts = roles_of(contender_.routers), .echo = false});
    if (!capture) {
        return std::unexpected(capture.error());
    }
    const auto interval =
        std::chrono::duration_cast<duration>(std::chrono::duration<double>(1 / conditions_.probe_rate));
    auto client = lab::probe::start(lan_[client_role], virtual_address,
                                    lab::probe_options{.interval = interval, .keep_log = keep_log, .realtime = true});
    if (!client) {
        return std::unexpected(client.error());
    }
    return observers{.capture = std::move(*capture), .client = std::move(*client)};
}

result<void> experiment::all_run()
{
    for (unsigned i = 0; i < contender_.routers; ++i) {
        if (!routers_[i]->running()) {
            return fail(fmt::format("{} on {} has ended: {}", name_of(contender_.daemon), role_of(i),
                                    last_lines(routers_[i]->log())));
        }
    }
    return {};
}

/// FRR keeps the address on a macvlan that it takes down: it says nothing of who serves it.
bool experiment::addresses_are_normal()
{
    if (contender_.daemon == daemon_kind::frr) {
        return true;
    }
    return std::ranges::all_of(std::views::iota(0U, contender_.routers), [&](unsigned i) {
        return lan_[role_of(i)].ns().has_address(virtual_address) == (i == 0);
    });
}

bool experiment::is_normal(const observers& by)
{
    const time_point since = now() - quiet_time(contender_);
    const auto adverts = by.capture.adverts();
    unsigned from_first = 0;
    unsigned from_others = 0;
    for (const auto& one : adverts) {
        const bool expected = one.host == role_of(0) && one.priority == priority_of(0);
        from_first += expected ? 1 : 0;
        from_others += !expected && one.time >= since ? 1 : 0;
    }
    const auto report = by.client.report();
    return from_first > 0 && from_others == 0 && report.last_ttl == ttl_base + 1 &&
           by.client.wait_for_answers(
               static_cast<std::uint64_t>(std::chrono::duration<double>(proof_of_service).count() *
                                          conditions_.probe_rate / 2),
               proof_of_service) &&
           addresses_are_normal();
}

result<void> experiment::wait_until_normal(const observers& by)
{
    result<void> running;
    const bool reached = lab::eventually(
        normal_limit,
        [&] {
            running = all_run();
            return !running || is_normal(by);
        },
        poll_interval);
    if (!running) {
        return running;
    }
    if (!reached) {
        return fail(fmt::format("{}: {} doesn't become the only Active router within {}: {}", label(contender_),
                                role_of(0), to_text(normal_limit), last_lines(routers_[0]->log())));
    }
    wait_for_sessions();
    return {};
}

/// Without its probe sessions a Backup falls back to the RFC's timers: those that say that they have none yet get time.
void experiment::wait_for_sessions()
{
    const std::string peer = lan_[role_of(0)].ipv4();
    const bool expected = contender_.probing && contender_.daemon == daemon_kind::xvrrp;
    for (unsigned i = 1; expected && i < contender_.routers; ++i) {
        [[maybe_unused]] const bool up =
            lab::eventually(session_limit, [&] { return routers_[i]->probes(peer).value_or(true); }, poll_interval);
    }
}

result<void> experiment::inject(failure_kind failure)
{
    const lab::host& place = lan_[role_of(0)];
    router& active = *routers_[0];
    const auto send = [&](int number) -> result<void> {
        if (worker_ <= 0 || ::kill(worker_, number) != 0) {
            return fail_errno("signal", worker_ <= 0 ? ESRCH : errno);
        }
        return {};
    };
    switch (failure) {
    case failure_kind::cut:
        return lan_.cut(place);
    case failure_kind::link_down:
        return lan_.carrier(place, false);
    case failure_kind::kill:
        return send(SIGKILL);
    case failure_kind::hang:
        return send(SIGSTOP);
    case failure_kind::kill_all:
        return active.kill_all();
    case failure_kind::term:
        return active.terminate();
    case failure_kind::priority:
        return active.change_priority(lowered_priority);
    }
    return {};
}

result<void> experiment::heal(failure_kind failure)
{
    const lab::host& place = lan_[role_of(0)];
    router& active = *routers_[0];
    switch (failure) {
    case failure_kind::cut:
        return lan_.restore(place);
    case failure_kind::link_down:
        return lan_.carrier(place, true);
    case failure_kind::hang:
        return ::kill(worker_, SIGCONT) == 0 ? result<void>() : fail_errno("SIGCONT", errno);
    case failure_kind::priority:
        return active.change_priority(priority_of(0));
    case failure_kind::term:
        if (auto ended = active.wait_for_end(); !ended) {
            return ended;
        }
        return active.start();
    case failure_kind::kill:
    case failure_kind::kill_all:
        return active.recover();
    }
    return {};
}

void experiment::wait_for_takeover(const observers& by, time_point since)
{
    const bool alone = contender_.routers == 1;
    const duration limit = alone ? aftermath(contender_) : takeover_limit(contender_);
    // There may be none: a daemon that its supervisor restarts at once can be back before anybody takes over.
    [[maybe_unused]] const bool taken = lab::eventually(limit, [&] {
        return std::ranges::any_of(by.capture.adverts(), [&](const lab::advert& one) {
            return one.time >= since && one.priority > 0 && one.host != role_of(0);
        });
    });
    std::this_thread::sleep_for(aftermath(contender_));
}

result<experiment::moments> experiment::fail_and_heal(failure_kind failure, const observers& by)
{
    const auto span = std::min<duration>(contender_.advert, 1s);
    std::uniform_int_distribution<duration::rep> moment(0, span.count());
    worker_ = routers_[0]->worker();
    std::this_thread::sleep_for(duration(moment(random_)));
    moments at;
    at.inject_from = now();
    const auto injected = inject(failure);
    at.inject_to = now();
    if (injected) {
        wait_for_takeover(by, at.inject_from);
    }
    at.address_kept = contender_.daemon != daemon_kind::frr && lan_[role_of(0)].ns().has_address(virtual_address);
    at.healed = now();
    if (auto healed = heal(failure); !injected || !healed) {
        return std::unexpected(injected ? healed.error() : injected.error());
    }
    if (auto normal = wait_until_normal(by); !normal) {
        return std::unexpected(normal.error());
    }
    return at;
}

std::vector<std::string> experiment::last_records()
{
    std::vector<std::string> times;
    for (const auto& each : routers_) {
        const auto records = each->failovers();
        times.push_back(records.empty() ? "" : records.back().when);
    }
    return times;
}

void experiment::add_timeline(trial& judged, const std::vector<std::string>& before)
{
    for (unsigned i = 0; i < contender_.routers; ++i) {
        if (role_of(i) == judged.successor) {
            const auto records = routers_[i]->failovers();
            if (const auto* takeover = last_takeover(records, before[i])) {
                judged.timeline = stages_of(*takeover, judged.advert_after);
                judged.detected_by = takeover->detected_by;
            }
        }
    }
}

result<void> experiment::keep_capture(const lab::capture& heard, failure_kind failure, unsigned number) const
{
    if (conditions_.pcap.empty()) {
        return {};
    }
    std::error_code problem;
    std::filesystem::create_directories(conditions_.pcap, problem);
    std::string name = fmt::format("{} {} {}.pcap", name_of(failure), label(contender_), number);
    std::erase(name, ',');
    std::ranges::replace(name, ' ', '-');
    return heard.write_pcap(conditions_.pcap / name);
}

result<trial> experiment::run_trial(failure_kind failure, unsigned number)
{
    auto by = observe(true);
    if (!by) {
        return std::unexpected(by.error());
    }
    if (auto normal = wait_until_normal(*by); !normal) {
        return std::unexpected(normal.error());
    }
    const auto address = lab::address_watch::start(lan_[role_of(0)].ns(), virtual_address);
    if (!address) {
        return std::unexpected(address.error());
    }
    const auto records = last_records();
    const auto started = std::chrono::system_clock::now();
    const auto at = fail_and_heal(failure, *by);
    if (!at) {
        return std::unexpected(at.error());
    }
    evidence seen{.failure = failure,
                  .address = virtual_address,
                  .failed = role_of(0),
                  .ttl = {},
                  .inject_from = at->inject_from,
                  .inject_to = at->inject_to,
                  .healed = at->healed,
                  .end = now(),
                  .client = {},
                  .adverts = {},
                  .claims = {},
                  .address_changes = address->changes(),
                  .address_kept = at->address_kept,
                  .machine_stalls = watch_->stalls_since(at->inject_from),
                  .stall_limit = conditions_.stall_limit};
    by->client.stop();
    by->capture.stop();
    if (auto kept = keep_capture(by->capture, failure, number); !kept) {
        return std::unexpected(kept.error());
    }
    seen.client = by->client.log();
    seen.adverts = by->capture.adverts();
    seen.claims = by->capture.claims();
    for (unsigned i = 0; i < contender_.routers; ++i) {
        seen.ttl[ttl_base + i + 1] = role_of(i);
    }
    trial judged = judge(seen);
    judged.number = number;
    judged.started = started;
    add_timeline(judged, records);
    return judged;
}

} // namespace xvrrp::failover
