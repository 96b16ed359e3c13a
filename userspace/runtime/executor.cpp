// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/executor.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "runtime/messages.hpp"

namespace xvrrp::runtime {

namespace {

/// One instance's turn: binds the action handlers to what they work on.
class execution {
public:
    execution(instance& router, time_point now, services& with, const kept_addresses& kept)
        : router_(router), now_(now), with_(with), kept_(kept)
    {
    }

    void operator()(const core::send_advert& what);
    void operator()(const core::claim_addresses& what);
    void operator()(const core::release_addresses& what);
    void operator()(const core::announce& what);
    void operator()(const core::follow& what);
    void operator()(const core::restrain& what);
    void operator()(const core::transition& what);
    void operator()(const core::notice& what);

private:
    void say(log_level level, std::string line) const { with_.log(level, std::move(line)); }
    void report(const result<void>& outcome, const char* doing) const;
    void count(const core::transition& what);
    void remember_ours();

    instance& router_;
    time_point now_;
    services& with_;
    const kept_addresses& kept_;
};

void execution::report(const result<void>& outcome, const char* doing) const
{
    if (!outcome) {
        say(log_level::warning, fmt::format("({}) {}: {}", router_.config.name, doing, outcome.error().what));
    }
}

void execution::operator()(const core::send_advert& what)
{
    const result<void> sent = router_.sender.send(what.priority);
    if (router_.takeover && router_.takeover->advert_sent == time_point{}) {
        router_.takeover->advert_sent = std::chrono::steady_clock::now();
    }
    if (!sent) {
        // The first failure is said, the rest are counted: one a second would bury everything else.
        if (router_.counters.send_errors++ == 0) {
            report(sent, "sending an advert");
        }
        return;
    }
    ++router_.counters.adverts_sent;
    if (what.priority == leaving_priority) {
        ++router_.counters.priority_zero_sent;
    }
}

void execution::operator()(const core::claim_addresses& /*what*/)
{
    remember_ours();
    const result<void> claimed = router_.addresses.claim(with_.netlink);
    if (router_.takeover && router_.takeover->addresses_in_place == time_point{}) {
        router_.takeover->addresses_in_place = std::chrono::steady_clock::now();
    }
    report(claimed, "setting VIPs");
}

void execution::remember_ours()
{
    if (with_.kernel_keeps_protocol) {
        return;
    }
    for (const net::address_request& each : router_.addresses.requests()) {
        with_.ours.emplace(each.interface, each.ip);
    }
}

void execution::operator()(const core::release_addresses& /*what*/)
{
    with_.repeats.cancel(&router_);
    report(router_.addresses.release(with_.netlink, kept_()), "removing VIPs");
}

void execution::operator()(const core::announce& what)
{
    if (what.rounds == 0) {
        return;
    }
    const announcement_list& list = router_.addresses.announcements();
    if (router_.takeover && router_.takeover->first_garp_sent == time_point{}) {
        router_.takeover->first_garp_sent = std::chrono::steady_clock::now();
    }
    const result<std::size_t> sent = with_.announcer.send(*list);
    if (router_.takeover && router_.takeover->first_round_sent == time_point{}) {
        router_.takeover->first_round_sent = std::chrono::steady_clock::now();
    }
    router_.counters.garp_sent += sent.value_or(0);
    with_.repeats.add(&router_, list, what.rounds - 1);
    if (!sent) {
        report(std::unexpected(sent.error()), "announcing VIPs");
    }
}

void execution::operator()(const core::follow& what)
{
    router_.heard_at.store_followed(with_.datapath, what.source);
}

void execution::operator()(const core::restrain& what)
{
    router_.heard_at.store_restraint(with_.datapath, what);
}

void execution::count(const core::transition& what)
{
    if (what.to == core::state::active) {
        ++router_.counters.became_master;
    } else if (what.from == core::state::active) {
        ++router_.counters.released_master;
    }
}

void execution::operator()(const core::transition& what)
{
    router_.heard_at.store_state(with_.datapath, what.to, router_.router.effective_priority());
    router_.since = std::chrono::system_clock::now();
    count(what);
    if (what.to == core::state::active) {
        say(log_level::debug, fmt::format("({}) setting VIPs.", router_.config.name));
    } else {
        with_.repeats.cancel(&router_);
    }
    for (std::string& line :
         transition_lines(router_.config, what, router_.router.effective_priority(), router_.router.faults())) {
        say(log_level::info, std::move(line));
    }
}

void execution::operator()(const core::notice& what)
{
    if (what.kind == core::notice_kind::priority_zero_received) {
        ++router_.counters.priority_zero_received;
    }
    if (what.kind == core::notice_kind::interval_differs) {
        ++router_.counters.interval_mismatch;
    }
    if (router_.notices.open(static_cast<std::size_t>(what.kind), now_)) {
        say(log_level::info,
            notice_line(router_.config, what, router_.router.state(), router_.router.effective_priority()));
    }
}

} // namespace

void execute(instance& router, const std::vector<core::action>& actions, time_point now, services& with,
             const kept_addresses& kept)
{
    const auto takes_over = [](const core::action& what) {
        const auto* const change = std::get_if<core::transition>(&what);
        return change != nullptr && change->to == core::state::active;
    };
    if (!router.addresses.held() && std::ranges::any_of(actions, takes_over)) {
        router.takeover = takeover_stages{
            .decided = now, .addresses_in_place = {}, .advert_sent = {}, .first_garp_sent = {}, .first_round_sent = {}};
        // XDP may have fenced a router that gave up since, and whoever serves must be heard.
        router.heard_at.set_free(with.datapath);
    }
    execution run(router, now, with, kept);
    for (const core::action& each : actions) {
        std::visit(run, each);
    }
}

} // namespace xvrrp::runtime
