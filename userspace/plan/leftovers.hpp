// SPDX-License-Identifier: BSD-2-Clause
//
// Which addresses an earlier run of the daemon left on the interfaces. They are recognised, never guessed: by IFA_PROTO
// where the kernel keeps it (5.18), else by the record that every run writes of what it may add. Pure.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/facts.hpp"
#include "plan/router_plan.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::plan {

/// One address that a run may have added. Interfaces by name: the number changes when one is recreated.
struct recorded_address {
    std::string interface;
    ip_address ip;
    friend auto operator<=>(const recorded_address&, const recorded_address&) = default;
};

/// What a run with this configuration may add: every virtual address but the host's own.
[[nodiscard]] std::vector<recorded_address> may_add(const configuration& wanted, const facts& known,
                                                    const own_addresses& ours);

/// The record as text, a line "INTERFACE ADDRESS" each; lines that aren't of this form, and a last one that was cut
/// off, are passed over.
[[nodiscard]] std::string format_record(std::span<const recorded_address> record);
[[nodiscard]] std::vector<recorded_address> parse_record(std::string_view text);

struct leftovers {
    std::vector<net::address_request> adopt;     ///< configured on that interface now, with that subnet
    std::vector<net::address_request> remove;    ///< nobody's any more
    std::vector<net::address_request> succeeded; ///< configured, but another router's by now
};

/// `kernel_keeps_protocol`: IFA_PROTO is trusted and the record isn't looked at.
[[nodiscard]] leftovers find_leftovers(const configuration& wanted, const facts& known,
                                       std::span<const recorded_address> record, bool kernel_keeps_protocol);

/// Takes from `adopt` what is configured in no other instances than those that another router has taken over from.
void set_succeeded_aside(leftovers& left, const configuration& wanted, const facts& known,
                         const std::function<bool(const vrrp_instance&)>& is_succeeded);

/// "6.1.0-13-amd64" → whether IFA_PROTO is kept (5.18 and later); false for what can't be read.
[[nodiscard]] bool keeps_address_protocol(std::string_view kernel_release);

} // namespace xvrrp::plan
