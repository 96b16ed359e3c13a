// SPDX-License-Identifier: BSD-2-Clause
//
// The lines that operators read and grep for: keepalived's wording where it has one. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/action.hpp"
#include "core/router.hpp"
#include "datapath/datapath.hpp"
#include "track/fifo_set.hpp"
#include "track/notifier.hpp"
#include "track/script_set.hpp"
#include "track/watch_messages.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::runtime {

/// What an accepted advert had that its router's configuration doesn't expect.
enum class oddity : std::uint8_t { ttl_not_255, address_list, unlisted_source, first_address_not_link_local };

/// "INIT" (or waiting for the first results of scripts), "BACKUP", "MASTER", "FAULT" (Initialize with a fault),
/// "LEAVING".
[[nodiscard]] std::string state_name(core::state state, std::uint32_t faults);
/// The faults in words: "interface eth0 is down". Which scripts failed is for others to say: see script_fault_line.
[[nodiscard]] std::vector<std::string> fault_names(std::uint32_t faults, const vrrp_instance& config);

/// The lines for a change of state, in their order.
[[nodiscard]] std::vector<std::string> transition_lines(const vrrp_instance& config, const core::transition& change,
                                                        priority ours, std::uint32_t faults);
/// `state`: of the router that noticed.
[[nodiscard]] std::string notice_line(const vrrp_instance& config, const core::notice& what, core::state state,
                                      priority ours);
[[nodiscard]] std::string oddity_line(const vrrp_instance& config, oddity what, const ip_address& source);

[[nodiscard]] std::string priority_line(const vrrp_instance& config, priority from, priority to);
[[nodiscard]] std::string script_fault_line(const vrrp_instance& config, const std::string& script);
[[nodiscard]] std::string file_fault_line(const vrrp_instance& config, const std::string& file);
[[nodiscard]] std::string process_fault_line(const vrrp_instance& config, const std::string& process);
[[nodiscard]] std::string process_line(const std::string& name, const track::process_state& state);
[[nodiscard]] std::string script_line(const track::script_news& news);
[[nodiscard]] std::string fifo_news_line(const track::fifo_news& news);
[[nodiscard]] std::string notify_line(const track::notify_news& news);
/// "exited with status 1", "due to signal 9", "timed_out", "could not be run: Permission denied"
[[nodiscard]] std::string run_result_text(const track::run_result& result);

/// What happened to an S-BFD session with a router that is followed.
enum class session_event : std::uint8_t {
    up,          ///< the first reply
    not_capable, ///< no reply yet, though it was asked several times: said once for each peer
    lost,
    admin_down,
    refuted, ///< an advert came after it was lost
    damped,  ///< it was taken for dead, and wasn't
};
/// `detection_time`: of the session, from now on.
[[nodiscard]] std::string session_line(const std::string& interface, const ip_address& peer, session_event what,
                                       duration detection_time);

/// "eth0: discarded 12 adverts with a wrong password, the last from 10.0.0.3 for VRID 51"
[[nodiscard]] std::string drop_line(const std::string& interface, const datapath::drop_counters& drops,
                                    std::uint64_t since_last_line);

[[nodiscard]] std::string mode_name(datapath::attach_mode mode);

} // namespace xvrrp::runtime
