// SPDX-License-Identifier: BSD-2-Clause
//
// The settings of the kernel, per interface, that a virtual router depends on (/proc/sys/net, the calling thread's
// network namespace). Called on the loop's thread.
#pragma once

#include <string>

#include "xvrrp/result.hpp"

namespace xvrrp::net {

/// Whether removing an IPv4 address that others of its subnet are secondary to promotes one of them
/// (net.ipv4.conf.INTERFACE.promote_secondaries, or that of `all`); if not, the kernel removes them with it, VIPs
/// included.
[[nodiscard]] result<bool> promotes_secondaries(const std::string& interface);

/// Makes it so for this interface. Gives whether anything had to be changed. Fails with EROFS or EACCES in a container
/// whose /proc/sys can't be written.
[[nodiscard]] result<bool> promote_secondaries(const std::string& interface);

/// Whether the host forwards IPv6 that arrives there (net.ipv6.conf.INTERFACE.forwarding): the R flag of Neighbor
/// Advertisements (RFC 4861 4.4). Fails with ENOENT where the interface has no IPv6.
[[nodiscard]] result<bool> forwards_ipv6(const std::string& interface);

/// net.ipv4.igmp_link_local_mcast_reports, of the whole network namespace: IGMP reports for 224.0.0.0/24 too. Gives
/// what it was.
[[nodiscard]] result<bool> set_local_igmp_reports(bool wanted);

} // namespace xvrrp::net
